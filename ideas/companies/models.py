"""Tables: company, membership. The administrator is a rule of the database (model.md 3)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import Base


class Company(Base):
    """One CNPJ; branches count apart.

    `administrator_id` names a membership of this same company: the composite foreign key, its
    RESTRICT and two triggers (`ideas/tables.py` names them) keep it one, never none once set.
    """

    __tablename__ = "company"
    __table_args__ = (
        ForeignKeyConstraint(
            ["id", "administrator_id"],
            ["membership.company_id", "membership.id"],
            name="fk_company_administrator",
            ondelete="RESTRICT",
            use_alter=True,
        ),
        CheckConstraint("length(cnpj) = 14", name="cnpj_is_whole"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True, init=False)
    cnpj: Mapped[str] = mapped_column(String(14), unique=True)
    #: The first eight characters, shared by a company's branches.
    root: Mapped[str] = mapped_column(String(8), index=True)
    name: Mapped[str] = mapped_column(String(120))
    financial_email: Mapped[str | None] = mapped_column(String(254), default=None)
    administrator_id: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class Membership(Base):
    """A person in a company. Leaving ends it; returning reopens the same row."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "company_id"),
        UniqueConstraint("company_id", "id"),
        Index("ix_membership_company_id", "company_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    self_service: Mapped[bool] = mapped_column(default=False)
    technical_consulting: Mapped[bool] = mapped_column(default=False)
    tickets_restricted: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(init=False, lazy="raise")
    company: Mapped[Company] = relationship(init=False, lazy="raise", foreign_keys=[company_id])
