"""A person's roles on a ticket, queried for every operation and every page."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from ideas.accounts.models import Person
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed
from ideas.tickets.models import Side, Ticket


class NotTicketOwner(NotAllowed):
    """Only the ticket's owner and the company's administrator may do this."""

    message = N_("Só o proprietário do chamado e o administrador da empresa podem fazer isso.")


class NotQueueAnalyst(NotAllowed):
    """Only the analysts of the ticket's queue may do this."""

    message = N_("Só os analistas desta fila podem fazer isso.")


@dataclass(frozen=True)
class TicketRoles:
    """The roles of a person who may see a ticket."""

    is_owner: bool
    administers: bool
    #: Owner, participant or administrator of its company.
    is_customer: bool
    #: The ticket is in their queues.
    is_analyst: bool

    @property
    def side(self) -> Side:
        return Side.CUSTOMER if self.is_customer else Side.ANALYST

    @property
    def may_transfer(self) -> bool:
        """May change the owner, and add or remove participants."""
        return self.is_owner or self.administers

    @property
    def may_add_people(self) -> bool:
        """May add or remove participants."""
        return self.may_transfer or self.is_analyst


def roles_of(person: Person, ticket: Ticket) -> TicketRoles:
    """The person's roles on the ticket: one statement. Raises Missing if they may not see it."""
    administers = exists().where(
        Company.id == ticket.company_id,
        Membership.id == Company.administrator_id,
        Membership.person_id == person.id,
    )
    query = select(Ticket.seen_as_customer(person.id), Ticket.in_queue_of(person.id), administers)
    is_customer, is_analyst, is_administrator = db.session.execute(query.where(Ticket.id == ticket.id)).one()
    if not (is_customer or is_analyst):
        raise Missing
    is_owner = is_customer and ticket.owner_id == person.id
    return TicketRoles(is_owner, is_customer and bool(is_administrator), bool(is_customer), bool(is_analyst))


def ensure_may_transfer(person: Person, ticket: Ticket) -> TicketRoles:
    """Raise NotTicketOwner unless the person may change the owner; Missing if they may not see the ticket."""
    roles = roles_of(person, ticket)
    if not roles.may_transfer:
        raise NotTicketOwner
    return roles


def ensure_analyst(person: Person, ticket: Ticket) -> TicketRoles:
    """Raise NotQueueAnalyst unless the ticket is in the person's queues; Missing if they may not see it."""
    roles = roles_of(person, ticket)
    if not roles.is_analyst:
        raise NotQueueAnalyst
    return roles
