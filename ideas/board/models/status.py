"""Tables: status, status_transition. Seeded by the first migration."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from ideas.db import Base
from ideas.products.models import Named


class Status(Named, Base):
    """A status of ideas: whether it takes votes, and what entering it requires."""

    __tablename__ = "status"
    __table_args__ = (CheckConstraint("phase IN ('open', 'ended')", name="phase"),)

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    position: Mapped[int]
    name_pt: Mapped[str] = mapped_column(String(40))
    name_es: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(40))
    phase: Mapped[str] = mapped_column(String(10))
    tint: Mapped[str] = mapped_column(String(20))
    votes_open: Mapped[bool]
    #: What entering the status needs: an official response, a link in it, a published release.
    needs_response: Mapped[bool] = mapped_column(default=False)
    needs_link: Mapped[bool] = mapped_column(default=False)
    needs_release: Mapped[bool] = mapped_column(default=False)


class StatusTransition(Base):
    """A permitted change from one status to another."""

    __tablename__ = "status_transition"

    from_key: Mapped[str] = mapped_column(ForeignKey("status.key"), primary_key=True)
    to_key: Mapped[str] = mapped_column(ForeignKey("status.key"), primary_key=True)
    needs_reason: Mapped[bool] = mapped_column(default=False)
