"""Let colleagues into a ticket, and out; hand it over to another owner. All are people of its company.

Whoever is let in or becomes owner has their membership's row locked: so does who removes a person
from a company, and neither misses the other.
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

#: Colleagues offered at once; a search finds the others.
OFFERED = 20


class NotAColleague(Refused):
    """Nobody whom the ticket's company lets see tickets."""

    message = N_("Só pessoas da empresa com acesso aos chamados podem entrar. Procure pelo nome.")


def add(ticket: Ticket, person_id: int, *, by: Person) -> None:
    """Let the colleague see the ticket and take part; again, or the owner, changes nothing.

    Raises NotAColleague, TicketClosed, NotYours; Missing for whoever may not see it.
    """
    colleague = _membership(ticket, person_id)
    ticket = locking.take(ticket)
    if not roles.of(by, ticket).lets_in:
        raise roles.NotYours
    if ticket.is_closed:
        raise progressing.TicketClosed
    _ensure_colleague(colleague)
    held = db.session.get(TicketParticipant, (ticket.id, person_id))
    if held is not None or person_id == ticket.owner_id:
        return
    _let_in(ticket, person_id, by)
    _step(ticket, StepKind.PARTICIPANT_ADDED, person_id, by)
    progressing.touch(ticket)
    progressing.record("ticket_participant_added", ticket, by=by, person_id=person_id)


def remove(ticket: Ticket, person_id: int, *, by: Person) -> None:
    """Let the participant see the ticket no more; everyone may leave by themselves.

    Raises NotYours; Missing for whoever may not see it.
    """
    ticket = locking.take(ticket)
    may = roles.of(by, ticket).lets_in or by.id == person_id
    if not may:
        raise roles.NotYours
    held = db.session.get(TicketParticipant, (ticket.id, person_id))
    if held is None:
        return
    db.session.delete(held)
    _step(ticket, StepKind.PARTICIPANT_REMOVED, person_id, by)
    progressing.touch(ticket)


def transfer(ticket: Ticket, person_id: int, *, by: Person) -> None:
    """Make the colleague its owner; who was it still takes part, while they belong to the company.

    Raises NotAColleague, TicketClosed, NotYours; Missing for whoever may not see it.
    """
    colleague = _membership(ticket, person_id)
    ticket = locking.take(ticket)
    roles.ensure_hands_over(by, ticket)
    if ticket.is_closed:
        raise progressing.TicketClosed
    _ensure_colleague(colleague)
    if person_id == ticket.owner_id:
        return
    before = ticket.owner_id
    _hand_over(ticket, person_id, by)
    _let_in(ticket, before, by)
    db.session.flush()


def owed_by(membership: Membership) -> int:
    """How many tickets the person has in that company that are not closed: what they hand over before leaving it."""
    return db.session.scalar(select(func.count()).select_from(Ticket).where(*_open_of(membership))) or 0


def take_over(membership: Membership, heir: Membership, by: Person) -> None:
    """Make the heir, a locked member of the same company, the owner of all that the other leaves open.

    Raises NotAColleague for an heir without access to tickets.
    """
    _ensure_colleague(heir)
    for ticket in db.session.scalars(select(Ticket).where(*_open_of(membership)).order_by(Ticket.id)).all():
        _hand_over(locking.take(ticket), heir.person_id, by)


def _open_of(membership: Membership) -> tuple[ColumnElement[bool], ...]:
    mine = Ticket.owner_id == membership.person_id
    return mine, Ticket.company_id == membership.company_id, Ticket.closed_at.is_(None)


def _hand_over(ticket: Ticket, person_id: int, by: Person) -> None:
    """Make a member the owner of a locked ticket, and tell of it."""
    before = ticket.owner_id
    if (held := db.session.get(TicketParticipant, (ticket.id, person_id))) is not None:
        db.session.delete(held)
    ticket.owner_id = person_id
    _step(ticket, StepKind.OWNER, person_id, by)
    progressing.touch(ticket)
    progressing.record("ticket_received", ticket, by=by, person_id=person_id)
    progressing.record("ticket_passed_on", ticket, by=by, person_id=before)


def participants_of(ticket: Ticket) -> Sequence[Person]:
    """Those who take part and still belong to the company, by name: one statement."""
    asked = select(Person).join(TicketParticipant, TicketParticipant.person_id == Person.id)
    asked = asked.where(TicketParticipant.ticket_id == ticket.id, Person.id.in_(_members(ticket)))
    return db.session.scalars(asked.order_by(Person.name, Person.id)).all()


def colleagues_of(ticket: Ticket, typed: str = "") -> Sequence[Person]:
    """People who could be let in or own it, found by beginnings of their names, by name; OFFERED + 1 at most."""
    among = select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == ticket.id)
    asked = select(Person).where(Person.id.in_(_members(ticket)), Person.id.not_in(among), Person.id != ticket.owner_id)
    asked = asked.where(*names.matching("person", Person.id, typed))
    return db.session.scalars(asked.order_by(Person.name, Person.id).limit(OFFERED + 1)).all()


def _members(ticket: Ticket) -> Select[int]:
    standing_now = select(Membership.person_id).where(Membership.company_id == ticket.company_id)
    return standing_now.where(Membership.ended_at.is_(None), Membership.tickets_restricted.is_(False))


def _membership(ticket: Ticket, person_id: int) -> Membership | None:
    """The person's membership in the ticket's company, locked: before the ticket, as removing a person does."""
    asked = select(Membership).where(Membership.person_id == person_id, Membership.company_id == ticket.company_id)
    return db.session.scalar(asked.with_for_update().execution_options(populate_existing=True))


def _ensure_colleague(membership: Membership | None) -> None:
    """The same refusal whether the person is elsewhere or nowhere."""
    if membership is None or membership.ended_at is not None or membership.tickets_restricted:
        raise NotAColleague


def _let_in(ticket: Ticket, person_id: int, by: Person) -> None:
    db.session.add(
        TicketParticipant(ticket_id=ticket.id, person_id=person_id, company_id=ticket.company_id, added_by_id=by.id)
    )


def _step(ticket: Ticket, what: StepKind, person_id: int, by: Person) -> None:
    db.session.add(TicketStep(ticket_id=ticket.id, what=what, by_id=by.id, person_id=person_id))
