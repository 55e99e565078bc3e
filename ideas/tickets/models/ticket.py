"""Tables: ticket, ticket_year, ticket_participant, ticket_idea."""

from datetime import date, datetime
from typing import Self

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.models import Company, Membership
from ideas.db import Base
from ideas.products.models import Module, Product
from ideas.tickets.models.kinds import TicketState, TicketType
from ideas.tickets.models.queues import AnalystQueue


class TicketYear(Base):
    """The last number assigned in a year. Assigning a code locks this row."""

    __tablename__ = "ticket_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class TicketParticipant(Base):
    """A colleague who may see a ticket and reply. The foreign keys ensure that both belong to one company."""

    __tablename__ = "ticket_participant"
    __table_args__ = (
        ForeignKeyConstraint(["ticket_id", "company_id"], ["ticket.id", "ticket.company_id"],
                             name="fk_ticket_participant_ticket"),
        ForeignKeyConstraint(["person_id", "company_id"], ["membership.person_id", "membership.company_id"],
                             name="fk_ticket_participant_membership"),
        Index("ix_ticket_participant_person_id", "person_id"),
    )  # fmt: skip

    ticket_id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    company_id: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class Ticket(Base):
    """A request of a company to the vendor. Its owner and its participants belong to that company."""

    __tablename__ = "ticket"
    __table_args__ = (
        ForeignKeyConstraint(["owner_id", "company_id"], ["membership.person_id", "membership.company_id"],
                             name="fk_ticket_owner"),
        ForeignKeyConstraint(["product_id", "module_id"], ["module.product_id", "module.id"], name="fk_ticket_module"),
        UniqueConstraint("id", "company_id"),
        CheckConstraint("length(subject) BETWEEN 5 AND 120", name="subject"),
        CheckConstraint("length(description) BETWEEN 1 AND 10000", name="description"),
        CheckConstraint("product_id IS NOT NULL OR type_key = 'admin_finance'", name="product"),
        CheckConstraint("(state_key = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint(
            "(state_key IN ('awaiting_customer_validation', 'resolved')) = (stays_until IS NOT NULL)", name="stays"
        ),
        # Lists are ordered by (updated_at, id), both descending.
        Index("ix_ticket_company_id", "company_id", "updated_at", "id"),
        Index("ix_ticket_owner_id", "owner_id", "updated_at", "id"),
        Index("ix_ticket_analyst_id", "analyst_id", "updated_at", "id"),
        Index("ix_ticket_type_key", "type_key", "product_id", "updated_at", "id"),
        Index("ix_ticket_root_id", "root_id"),
        Index("ix_ticket_stays_until", "stays_until", sqlite_where=text("stays_until IS NOT NULL"),
              postgresql_where=text("stays_until IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: YYYY-NNNNNN: the number that people use.
    code: Mapped[str] = mapped_column(String(11), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    #: Who opened it and wrote its description; the owner may change.
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    type_key: Mapped[str] = mapped_column(ForeignKey("ticket_type.key"))
    subject: Mapped[str] = mapped_column(String(120))
    description: Mapped[str]
    language: Mapped[str] = mapped_column(String(5))
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), default=None)
    module_id: Mapped[int | None] = mapped_column(default=None)
    state_key: Mapped[str] = mapped_column(ForeignKey("ticket_state.key"), default="open")
    #: The analyst responsible for it.
    analyst_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The closed ticket that this one follows up; a ticket has at most one follow-up.
    follow_up_of_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), unique=True, default=None)
    #: The first ticket of the chain. For the first one it is its own id, set right after the insert.
    root_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None)
    #: The form's idempotency token.
    client_token: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    opened_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When something changed last that its customers can see.
    updated_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: The last day, in São Paulo, before the portal closes it.
    stays_until: Mapped[date | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    state: Mapped[TicketState] = relationship(init=False, lazy="raise")
    type: Mapped[TicketType] = relationship(init=False, lazy="raise")
    company: Mapped[Company] = relationship(init=False, lazy="raise")
    owner: Mapped[Person] = relationship(init=False, lazy="raise", foreign_keys=[owner_id])
    opened_by: Mapped[Person] = relationship(init=False, lazy="raise", foreign_keys=[opened_by_id])
    analyst: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[analyst_id])
    product: Mapped[Product | None] = relationship(init=False, lazy="raise")
    module: Mapped[Module | None] = relationship(
        init=False, lazy="raise", viewonly=True, primaryjoin="Ticket.module_id == Module.id", foreign_keys=[module_id]
    )

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None

    @classmethod
    def seen_as_customer(cls, person_id: ColumnElement[int] | int) -> ColumnElement[bool]:
        """Condition: the person is a current member of its company, and owner, participant or administrator."""
        # Explicit `correlate`: SQLAlchemy does not reach two levels down.
        participates = exists().where(TicketParticipant.ticket_id == cls.id, TicketParticipant.person_id == person_id)
        participates = participates.correlate(cls, Person)
        administers = Membership.id == Company.administrator_id
        takes_part = and_(Membership.tickets_restricted.is_(False), or_(cls.owner_id == person_id, participates))
        return exists().where(
            Membership.person_id == person_id,
            Membership.company_id == cls.company_id,
            Membership.ended_at.is_(None),
            Company.id == cls.company_id,
            Company.closed_at.is_(None),
            or_(administers, takes_part),
        )

    @classmethod
    def in_queue_of(cls, person_id: ColumnElement[int] | int) -> ColumnElement[bool]:
        """Condition: it is in the queues of that person, who is an analyst."""
        return AnalystQueue.holds(person_id, cls.type_key, cls.product_id)  # type: ignore[arg-type]

    @classmethod
    def visible_to(cls, person: Person) -> Select[Self]:
        """The tickets that this person may see: see `seen_by`."""
        return select(cls).where(cls.seen_by(person.id))

    @classmethod
    def seen_by(cls, person_id: ColumnElement[int] | int) -> ColumnElement[bool]:
        """Condition: the person may see it, as a customer or as an analyst of its queue."""
        return or_(cls.seen_as_customer(person_id), cls.in_queue_of(person_id))


class TicketIdea(Base):
    """A link between a ticket and an idea: the ticket became the idea, or its owner's vote for it."""

    __tablename__ = "ticket_idea"
    __table_args__ = (
        CheckConstraint("how IN ('idea', 'vote')", name="how"),
        Index("ix_ticket_idea_idea_id", "idea_id"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), primary_key=True)
    how: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)
