"""What somebody is to a ticket, asked anew at every deed and every page."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from ideas.accounts.models import Person
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed
from ideas.tickets.models import Side, Ticket


class NotYours(NotAllowed):
    """Only the ticket's owner and the company's administrator may."""

    message = N_("Só o proprietário do chamado e o administrador da empresa podem fazer isso.")


class NotAnalysts(NotAllowed):
    """Only the analysts of the ticket's queue may."""

    message = N_("Só os analistas desta fila podem fazer isso.")


@dataclass(frozen=True)
class Standing:
    """Someone who sees a ticket, and why."""

    is_owner: bool
    administers: bool
    #: Sees it for its company: as owner, participant or administrator.
    is_customer: bool
    #: It is in their queues.
    is_analyst: bool

    @property
    def side(self) -> Side:
        return Side.CUSTOMER if self.is_customer else Side.ANALYST

    @property
    def hands_over(self) -> bool:
        """May say who owns it, and who takes part."""
        return self.is_owner or self.administers

    @property
    def lets_in(self) -> bool:
        """May say who takes part."""
        return self.hands_over or self.is_analyst


def of(person: Person, ticket: Ticket) -> Standing:
    """What the person is to the ticket now: one statement. Raises Missing for whoever may not see it."""
    administers = exists().where(
        Company.id == ticket.company_id,
        Membership.id == Company.administrator_id,
        Membership.person_id == person.id,
    )
    asked = select(Ticket.seen_as_customer(person.id), Ticket.in_queue_of(person.id), administers)
    is_customer, is_analyst, administers_it = db.session.execute(asked.where(Ticket.id == ticket.id)).one()
    if not (is_customer or is_analyst):
        raise Missing
    owns = is_customer and ticket.owner_id == person.id
    return Standing(owns, is_customer and bool(administers_it), bool(is_customer), bool(is_analyst))


def ensure_hands_over(person: Person, ticket: Ticket) -> Standing:
    """Raises NotYours unless the person may say who owns the ticket; Missing as `of`."""
    found = of(person, ticket)
    if not found.hands_over:
        raise NotYours
    return found


def ensure_analyst(person: Person, ticket: Ticket) -> Standing:
    """Raises NotAnalysts unless the ticket is in the person's queues; Missing as `of`."""
    found = of(person, ticket)
    if not found.is_analyst:
        raise NotAnalysts
    return found
