"""Tables: ticket_type, ticket_state, ticket_transition. Seeded by their migration."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base
from ideas.products.models import Named


class Side(StrEnum):
    """Who acts on a ticket: its company's people, the vendor's analysts, or the portal by itself."""

    CUSTOMER = "customer"
    ANALYST = "analyst"
    PORTAL = "portal"


class TicketType(Named, Base):
    """What sort of request a ticket is. What it requires are columns."""

    __tablename__ = "ticket_type"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    name_pt: Mapped[str] = mapped_column(String(60))
    name_es: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(60))
    #: About a product; the others are administrative and financial, and no financial block stops them.
    needs_product: Mapped[bool]
    #: Whether a customer may choose it; what is not, support proposes.
    is_offered: Mapped[bool]
    #: The membership's permission that opening one requires.
    needs_technical_consulting: Mapped[bool]


class TicketState(Named, Base):
    """Where a ticket stands, and how long it may."""

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
    #: The tint and the icon that it is painted with.
    tint: Mapped[str] = mapped_column(String(20))
    icon: Mapped[str] = mapped_column(String(20))
    #: Whose turn it is; nobody's once it is over.
    waits_for: Mapped[str | None] = mapped_column(String(10), default=None)
    #: A ticket stays so until the end of this many working days after it began; None for as long as it takes.
    working_days: Mapped[int | None] = mapped_column(default=None)


class TicketTransition(Base):
    """That a side may take a ticket from one state to another."""

    __tablename__ = "ticket_transition"
    __table_args__ = (CheckConstraint("side IN ('customer', 'analyst', 'portal')", name="side"),)

    from_key: Mapped[str] = mapped_column(ForeignKey("ticket_state.key"), primary_key=True)
    to_key: Mapped[str] = mapped_column(ForeignKey("ticket_state.key"), primary_key=True)
    side: Mapped[str] = mapped_column(String(10), primary_key=True)
