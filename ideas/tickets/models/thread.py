"""Tables: ticket_message, ticket_note, ticket_file, ticket_step."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import Base
from ideas.tickets.models.kinds import TicketState


class TicketMessage(Base):
    """A message to everyone on the ticket."""

    __tablename__ = "ticket_message"
    __table_args__ = (
        Index("ix_ticket_message_ticket_id", "ticket_id", "id"),
        CheckConstraint("length(text) BETWEEN 1 AND 10000", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(5))
    #: Whether an analyst wrote it.
    is_vendors: Mapped[bool]
    #: The form's idempotency token.
    client_token: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    author: Mapped[Person] = relationship(init=False, lazy="raise")


class TicketNote(Base):
    """An internal note among analysts. It has its own table, so that no query of messages can return it."""

    __tablename__ = "ticket_note"
    __table_args__ = (
        Index("ix_ticket_note_ticket_id", "ticket_id", "id"),
        CheckConstraint("length(text) BETWEEN 1 AND 10000", name="text"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(5))
    client_token: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    author: Mapped[Person] = relationship(init=False, lazy="raise")


class TicketFile(Base):
    """A file of a message or a note; with neither, of the ticket's description."""

    __tablename__ = "ticket_file"
    __table_args__ = (
        CheckConstraint("message_id IS NULL OR note_id IS NULL", name="one_place"),
        Index("ix_ticket_file_ticket_id", "ticket_id", "file_id"),
    )

    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_message.id"), default=None)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_note.id"), default=None)


class StepKind(StrEnum):
    """The kinds of steps."""

    STATE = "state"
    OWNER = "owner"
    ANALYST = "analyst"
    PARTICIPANT_ADDED = "participant_added"
    PARTICIPANT_REMOVED = "participant_removed"
    IDEA = "idea"
    VOTE = "vote"


class TicketStep(Base):
    """A recorded change of a ticket. `by_id` is None if a job made it."""

    __tablename__ = "ticket_step"
    __table_args__ = (
        Index("ix_ticket_step_ticket_id", "ticket_id", "id"),
        CheckConstraint(
            "what IN ('state', 'owner', 'analyst', 'participant_added', 'participant_removed', 'idea', 'vote')",
            name="what",
        ),
        CheckConstraint("(what = 'state') = (to_key IS NOT NULL)", name="state_names_it"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"))
    what: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    from_key: Mapped[str | None] = mapped_column(ForeignKey("ticket_state.key"), default=None)
    to_key: Mapped[str | None] = mapped_column(ForeignKey("ticket_state.key"), default=None)
    #: The new owner, the analyst or the participant.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"), default=None)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    by: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[by_id])
    person: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[person_id])
    to_state: Mapped[TicketState | None] = relationship(init=False, lazy="raise", foreign_keys=[to_key])
