"""Tables: company, membership, invitation, access_request. The administrator is a rule of the database."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.cnpj import as_written
from ideas.db import Base
from ideas.search import names


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """What an administrator grants a person of the company; the last one takes away."""

    #: Acesso ao Autoatendimento (Administrativo e Financeiro).
    self_service: bool = False
    #: Consultoria Técnica.
    technical_consulting: bool = False
    #: Restringir acesso aos chamados.
    tickets_restricted: bool = False


class Permitted(MappedAsDataclass, kw_only=True):
    """The three permissions as columns: what a membership has, and what an invitation will give."""

    self_service: Mapped[bool] = mapped_column(default=False)
    technical_consulting: Mapped[bool] = mapped_column(default=False)
    tickets_restricted: Mapped[bool] = mapped_column(default=False)

    @property
    def permissions(self) -> Permissions:
        return Permissions(
            self_service=self.self_service,
            technical_consulting=self.technical_consulting,
            tickets_restricted=self.tickets_restricted,
        )

    @permissions.setter
    def permissions(self, given: Permissions) -> None:
        self.self_service = given.self_service
        self.technical_consulting = given.technical_consulting
        self.tickets_restricted = given.tickets_restricted


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
        Index("ix_company_administrator_id", "administrator_id"),
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
    #: Since when the company owes money (pendência financeira), and which operator said so.
    financially_blocked_at: Mapped[datetime | None] = mapped_column(default=None)
    financially_blocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)

    @property
    def financially_blocked(self) -> bool:
        """Whether its people may open no tickets about products. Never asked for ideas."""
        return self.financially_blocked_at is not None

    @property
    def cnpj_as_written(self) -> str:
        """`12.ABC.345/01DE-35`."""
        return as_written(self.cnpj)


names.index_columns(Company, "company", "name", "cnpj")


class Membership(Permitted, Base):
    """A person in a company. Leaving ends it; returning reopens the same row."""

    __tablename__ = "membership"
    __table_args__ = (
        UniqueConstraint("person_id", "company_id"),
        UniqueConstraint("company_id", "id"),
        Index("ix_membership_company_id_started_at", "company_id", "started_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    started_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    person: Mapped[Person] = relationship(init=False, lazy="raise")
    company: Mapped[Company] = relationship(init=False, lazy="raise", foreign_keys=[company_id])


class Invitation(Permitted, Base):
    """A person asked into a company by e-mail. The link that opens it is minted by the letter."""

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_company_id", "company_id", "id"),
        Index(
            "uq_invitation_open",
            "company_id",
            "email",
            unique=True,
            sqlite_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
            postgresql_where=text("accepted_at IS NULL AND revoked_at IS NULL"),
        ),
        CheckConstraint("email = lower(email)", name="email_is_folded"),
        CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name="one_end"),
        CheckConstraint("(accepted_at IS NULL) = (accepted_by_id IS NULL)", name="accepted_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    company_id: Mapped[int] = mapped_column(ForeignKey("company.id"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    #: Whoever accepts becomes the company's administrator; only operators invite so.
    makes_administrator: Mapped[bool] = mapped_column(default=False)
    #: The keyed look-up of the CPF that asked for access: the link then opens for that CPF alone.
    cpf_lookup: Mapped[str | None] = mapped_column(String(64), default=None, repr=False)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The language of the letter to somebody who has no account to say theirs.
    language: Mapped[str | None] = mapped_column(String(5), default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When the letter with the link now good was asked for, and how many were.
    sent_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    sendings: Mapped[int] = mapped_column(default=1)
    #: Tries to come in by the link now good.
    tries: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    company: Mapped[Company] = relationship(init=False, lazy="raise")

    @property
    def is_open(self) -> bool:
        """Neither accepted nor revoked; its link may be over nevertheless."""
        return self.accepted_at is None and self.revoked_at is None


class Outcome(StrEnum):
    """What became of a request to join."""

    APPROVED = "approved"
    REFUSED = "refused"


class AccessRequest(Base):
    """Somebody asks to join a company (*Quero me cadastrar*). A CNPJ that no company has is kept likewise."""

    __tablename__ = "access_request"
    __table_args__ = (
        Index("ix_access_request_company_id", "company_id", "outcome", "id"),
        Index("ix_access_request_network_asked_at", "network", "asked_at"),
        Index("ix_access_request_asked_at", "asked_at"),
        Index(
            "uq_access_request_open",
            "cnpj",
            "cpf_lookup",
            "email",
            unique=True,
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
        CheckConstraint("outcome IN ('approved', 'refused')", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name="decided_whole"),
        CheckConstraint("outcome <> 'refused' OR reason <> ''", name="refused_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: None when no company has that CNPJ: nobody hears of it, and nobody is told so.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    cnpj: Mapped[str] = mapped_column(String(14))
    #: The CPF itself is not kept.
    cpf_lookup: Mapped[str] = mapped_column(String(64), repr=False)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    #: The language that it was asked in: that of the answer.
    language: Mapped[str] = mapped_column(String(5))
    #: Where it was asked from: what the limit counts.
    network: Mapped[str] = mapped_column(String(45))
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: How often the same was asked while it waited.
    times: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str | None] = mapped_column(String(10), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    reason: Mapped[str] = mapped_column(String(500), default="")

    company: Mapped[Company] = relationship(init=False, lazy="raise")
