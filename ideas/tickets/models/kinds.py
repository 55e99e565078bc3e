"""Tables: ticket_type, ticket_state, ticket_transition. Seeded by their migration."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base
from ideas.products.models import Named


class Side(StrEnum):
    """Who acts on a ticket: people of its company, analysts of the vendor, or a job of the portal."""

    CUSTOMER = "customer"
    ANALYST = "analyst"
    PORTAL = "portal"


class TicketType(Named, Base):
    """A type of request. Columns say what it requires."""

    __tablename__ = "ticket_type"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    name_pt: Mapped[str] = mapped_column(String(60))
    name_es: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    #: Whether it is about a product. The others are administrative or financial: a financial block allows them.
    needs_product: Mapped[bool]
    #: Whether a customer may choose it; only support uses the other types.
    is_offered: Mapped[bool]
    #: Whether opening one requires this permission of the membership.
    needs_technical_consulting: Mapped[bool]


class TicketState(Named, Base):
    """A state of a ticket, and how long a ticket may stay in it."""

    __tablename__ = "ticket_state"
    __table_args__ = (
        CheckConstraint("phase IN ('open', 'resolved', 'closed')", name="phase"),
        CheckConstraint("waits_for IN ('customer', 'analyst')", name="waits_for"),
    )

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    position: Mapped[int]
    name_pt: Mapped[str] = mapped_column(String(40))
    name_es: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(40))
    phase: Mapped[str] = mapped_column(String(10))
    #: Tint and icon of its pill.
    tint: Mapped[str] = mapped_column(String(20))
    icon: Mapped[str] = mapped_column(String(20))
    #: The side that must act next; None for final states.
    waits_for: Mapped[str | None] = mapped_column(String(10), default=None)
    #: The ticket leaves this state after this number of working days; None for no limit.
    working_days: Mapped[int | None] = mapped_column(default=None)


class TicketTransition(Base):
    """A transition from one state to another that a side may make."""

    __tablename__ = "ticket_transition"
    __table_args__ = (CheckConstraint("side IN ('customer', 'analyst', 'portal')", name="side"),)

    from_key: Mapped[str] = mapped_column(ForeignKey("ticket_state.key"), primary_key=True)
    to_key: Mapped[str] = mapped_column(ForeignKey("ticket_state.key"), primary_key=True)
    side: Mapped[str] = mapped_column(String(10), primary_key=True)
