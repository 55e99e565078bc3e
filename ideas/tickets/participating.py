"""Add and remove participants of a ticket, and transfer its ownership. All belong to its company.

Adding a participant or setting an owner locks their membership's row, as removing a person from a
company does: the two operations see each other's result.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select

from ideas.accounts.models import Person
from ideas.companies.models import Membership
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.search import names
from ideas.tickets import locking, progressing, roles
from ideas.tickets.models import StepKind, Ticket, TicketParticipant, TicketStep

#: Colleagues shown without a search; a search finds the others.
MAX_COLLEAGUES = 20


class NotAColleague(Refused):
    """The person is not a member of the ticket's company with access to tickets."""

    message = N_("Só pessoas da empresa com acesso aos chamados podem entrar. Procure pelo nome.")


def add(ticket: Ticket, person_id: int, *, by: Person) -> None:
    """Make the colleague a participant. Changes nothing for the owner or a participant.

    Raises NotAColleague, TicketClosed, NotTicketOwner; Missing if `by` may not see the ticket.
    """
    colleague = _membership(ticket, person_id)
    ticket = locking.take(ticket)
    if not roles.roles_of(by, ticket).may_add_people:
        raise roles.NotTicketOwner
    if ticket.is_closed:
        raise progressing.TicketClosed
    _ensure_colleague(colleague)
    participant = db.session.get(TicketParticipant, (ticket.id, person_id))
    if participant is not None or person_id == ticket.owner_id:
        return
    _add_participant(ticket, person_id, by)
    _record_step(ticket, StepKind.PARTICIPANT_ADDED, person_id, by)
    progressing.touch(ticket)
    progressing.record("ticket_participant_added", ticket, by=by, person_id=person_id)


def remove(ticket: Ticket, person_id: int, *, by: Person) -> None:
    """Remove the participant; participants may remove themselves.

    Raises NotTicketOwner; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    allowed = roles.roles_of(by, ticket).may_add_people or by.id == person_id
    if not allowed:
        raise roles.NotTicketOwner
    participant = db.session.get(TicketParticipant, (ticket.id, person_id))
    if participant is None:
        return
    db.session.delete(participant)
    _record_step(ticket, StepKind.PARTICIPANT_REMOVED, person_id, by)
    progressing.touch(ticket)


def transfer(ticket: Ticket, person_id: int, *, by: Person) -> None:
    """Make the colleague the owner; the previous owner becomes a participant.

    Raises NotAColleague, TicketClosed, NotTicketOwner; Missing if `by` may not see the ticket.
    """
    colleague = _membership(ticket, person_id)
    ticket = locking.take(ticket)
    roles.ensure_may_transfer(by, ticket)
    if ticket.is_closed:
        raise progressing.TicketClosed
    _ensure_colleague(colleague)
    if person_id == ticket.owner_id:
        return
    previous_owner_id = ticket.owner_id
    _set_owner(ticket, person_id, by)
    _add_participant(ticket, previous_owner_id, by)
    db.session.flush()


def open_ticket_count(membership: Membership) -> int:
    """The number of the person's tickets in that company that are not closed: to transfer before they leave."""
    return db.session.scalar(select(func.count()).select_from(Ticket).where(*_open_tickets_of(membership))) or 0


def transfer_all(membership: Membership, heir: Membership, by: Person) -> None:
    """Make the heir, a locked member of the same company, the owner of all open tickets of the leaving member.

    Raises NotAColleague if the heir has no access to tickets.
    """
    _ensure_colleague(heir)
    for ticket in db.session.scalars(select(Ticket).where(*_open_tickets_of(membership)).order_by(Ticket.id)).all():
        _set_owner(locking.take(ticket), heir.person_id, by)


def _open_tickets_of(membership: Membership) -> tuple[ColumnElement[bool], ...]:
    theirs = Ticket.owner_id == membership.person_id
    return theirs, Ticket.company_id == membership.company_id, Ticket.closed_at.is_(None)


def _set_owner(ticket: Ticket, person_id: int, by: Person) -> None:
    """Make a member the owner of a locked ticket, and notify both owners."""
    previous_owner_id = ticket.owner_id
    if (participant := db.session.get(TicketParticipant, (ticket.id, person_id))) is not None:
        db.session.delete(participant)
    ticket.owner_id = person_id
    _record_step(ticket, StepKind.OWNER, person_id, by)
    progressing.touch(ticket)
    progressing.record("ticket_received", ticket, by=by, person_id=person_id)
    progressing.record("ticket_passed_on", ticket, by=by, person_id=previous_owner_id)


def participants_of(ticket: Ticket) -> Sequence[Person]:
    """The participants who are still members of the company, by name: one statement."""
    query = select(Person).join(TicketParticipant, TicketParticipant.person_id == Person.id)
    query = query.where(TicketParticipant.ticket_id == ticket.id, Person.id.in_(_members(ticket)))
    return db.session.scalars(query.order_by(Person.name, Person.id)).all()


def colleagues_of(ticket: Ticket, search: str = "") -> Sequence[Person]:
    """At most MAX_COLLEAGUES + 1 members who could be added or own it, by name; `search` matches prefixes of names."""
    among = select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == ticket.id)
    query = select(Person).where(Person.id.in_(_members(ticket)), Person.id.not_in(among), Person.id != ticket.owner_id)
    query = query.where(*names.matching("person", Person.id, search))
    return db.session.scalars(query.order_by(Person.name, Person.id).limit(MAX_COLLEAGUES + 1)).all()


def _members(ticket: Ticket) -> Select[int]:
    members = select(Membership.person_id).where(Membership.company_id == ticket.company_id)
    return members.where(Membership.ended_at.is_(None), Membership.tickets_restricted.is_(False))


def _membership(ticket: Ticket, person_id: int) -> Membership | None:
    """The person's membership in the ticket's company, locked before the ticket, as removing a person does."""
    query = select(Membership).where(Membership.person_id == person_id, Membership.company_id == ticket.company_id)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _ensure_colleague(membership: Membership | None) -> None:
    """Refuse people of other companies and people who do not exist alike."""
    if membership is None or membership.ended_at is not None or membership.tickets_restricted:
        raise NotAColleague


def _add_participant(ticket: Ticket, person_id: int, by: Person) -> None:
    db.session.add(
        TicketParticipant(ticket_id=ticket.id, person_id=person_id, company_id=ticket.company_id, added_by_id=by.id)
    )


def _record_step(ticket: Ticket, what: StepKind, person_id: int, by: Person) -> None:
    db.session.add(TicketStep(ticket_id=ticket.id, what=what, by_id=by.id, person_id=person_id))
