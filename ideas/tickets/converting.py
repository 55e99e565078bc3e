"""Turn a ticket into an idea, or into its owner's vote for one. Both pages show the link.

An analyst reviews the text first: a ticket is between a company and the vendor, an idea is public.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Executable, Integer, bindparam, select

from ideas.accounts.models import Person
from ideas.board import posting
from ideas.board.models import GroupMember, Idea
from ideas.board.posting import NewIdea
from ideas.board.voting import proxying
from ideas.board.voting.proxying import OnBehalf
from ideas.companies.models import Company
from ideas.db import db, rows
from ideas.errors import N_, Refused
from ideas.products.models import Label
from ideas.statements import statement
from ideas.tickets import locking, progressing, roles
from ideas.tickets.models import StepKind, Ticket, TicketIdea, TicketState, TicketStep


class AlreadyAnIdea(Refused):
    """The ticket already became an idea."""

    message = N_("Este chamado já virou uma ideia.")


class LinkedTicket(NamedTuple):
    """A ticket linked to an idea, as the idea's page shows it."""

    code: str
    subject: str
    language: str
    state: Label


class LinkedIdea(NamedTuple):
    """An idea linked to a ticket, and how: "idea" or "vote"."""

    idea: Idea
    how: str


def to_idea(ticket: Ticket, new: NewIdea, *, by: Person) -> Idea:
    """Post the reviewed text as the ticket owner's idea, with the owner's vote. Notifies everyone on the ticket.

    Raises AlreadyAnIdea, NotQueueAnalyst, what posting.post_for raises; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    roles.ensure_analyst(by, ticket)
    if _link_of(ticket, how="idea") is not None:
        raise AlreadyAnIdea
    idea = posting.post_for(new, _for_owner(ticket), by=by)
    _link(ticket, idea, "idea", by)
    return idea


def to_vote(ticket: Ticket, idea: Idea, *, by: Person) -> Idea:
    """Cast the ticket owner's vote for the idea, the root of its merged set. Idempotent per ticket.

    Raises NotQueueAnalyst, what proxying.cast raises; Missing if `by` may not see the ticket.
    """
    ticket = locking.take(ticket)
    roles.ensure_analyst(by, ticket)
    linked = select(TicketIdea).join(Idea, Idea.id == TicketIdea.idea_id)
    if db.session.scalar(linked.where(TicketIdea.ticket_id == ticket.id, Idea.root_id == idea.root_id)) is None:
        _, root = proxying.cast_without_notification(idea, _for_owner(ticket), by=by)
        _link(ticket, root, "vote", by)
    return idea


def linked_ideas(ticket: Ticket) -> Sequence[LinkedIdea]:
    """The public ideas linked to a ticket, oldest link first: one statement."""
    query = Idea.visible_to(None).join(TicketIdea, TicketIdea.idea_id == Idea.id).add_columns(TicketIdea.how)
    rows = db.session.execute(query.where(TicketIdea.ticket_id == ticket.id).order_by(TicketIdea.at, Idea.id))
    return [LinkedIdea(*row) for row in rows]


def linked_tickets(idea: GroupMember, person: Person) -> Sequence[LinkedTicket]:
    """The tickets linked to the idea's merged set that the person may see, newest first: one statement."""
    found = rows(_linked_tickets(), root=idea.root_id, person=person.id)
    return [LinkedTicket(code, subject, language, Label(*state)) for code, subject, language, *state in found]


@statement
def _linked_tickets() -> Executable:
    """The tickets linked to a set that a person may see."""
    of_set = select(Idea.id).where(Idea.root_id == bindparam("root"))
    linked = select(TicketIdea.ticket_id).where(TicketIdea.idea_id.in_(of_set))
    state = TicketState.key, TicketState.name_pt, TicketState.name_es, TicketState.name_en
    query = select(Ticket.code, Ticket.subject, Ticket.language, *state).join(Ticket.state)
    seen = Ticket.seen_by(bindparam("person", type_=Integer))
    return query.where(Ticket.id.in_(linked), seen).order_by(Ticket.id.desc()).limit(5)


def _for_owner(ticket: Ticket) -> OnBehalf:
    owner, company = db.session.get_one(Person, ticket.owner_id), db.session.get_one(Company, ticket.company_id)
    return OnBehalf(voter=owner, company=company, source=f"chamado {ticket.code}")


def _link_of(ticket: Ticket, *, how: str) -> TicketIdea | None:
    return db.session.scalar(select(TicketIdea).where(TicketIdea.ticket_id == ticket.id, TicketIdea.how == how))


def _link(ticket: Ticket, idea: Idea, how: str, by: Person) -> None:
    what = StepKind.IDEA if how == "idea" else StepKind.VOTE
    db.session.add(TicketIdea(ticket_id=ticket.id, idea_id=idea.id, how=how, by_id=by.id))
    db.session.add(TicketStep(ticket_id=ticket.id, what=what, by_id=by.id, idea_id=idea.id))
    progressing.touch(ticket)
    progressing.record("ticket_linked", ticket, by=by, how=how, idea_id=idea.id, title=idea.title)
