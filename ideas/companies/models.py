"""Tables: company, membership, invitation, access_request. Constraints keep the administrator valid."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.cnpj import format_cnpj
from ideas.db import Base
from ideas.search import names


@dataclass(frozen=True, kw_only=True)
class Permissions:
    """The permissions of a member. The first two grant access; the last one restricts it."""

    #: Acesso ao Autoatendimento (Administrativo e Financeiro).
    self_service: bool = False
    #: Consultoria Técnica.
    technical_consulting: bool = False
    #: Restringir acesso aos chamados.
    tickets_restricted: bool = False


class HasPermissions(MappedAsDataclass, kw_only=True):
    """A mixin with the three permissions as columns, for memberships and invitations."""

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
    """A customer with one CNPJ; each branch is a company of its own.

    `administrator_id` references a membership of this company. A composite foreign key with RESTRICT and two triggers
    (named in `ideas/tables.py`) ensure that it stays an active one, and is never cleared once set.
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
    #: The first eight characters of the CNPJ, shared by the branches.
    root: Mapped[str] = mapped_column(String(8), index=True)
    name: Mapped[str] = mapped_column(String(120))
    financial_email: Mapped[str | None] = mapped_column(String(254), default=None)
    administrator_id: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: Since when the company is blocked for owing money (pendência financeira), and by which operator.
    financially_blocked_at: Mapped[datetime | None] = mapped_column(default=None)
    financially_blocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)

    @property
    def financially_blocked(self) -> bool:
        """Whether members may open only financial tickets. Does not affect ideas."""
        return self.financially_blocked_at is not None

    @property
    def formatted_cnpj(self) -> str:
        """`12.ABC.345/01DE-35`."""
        return format_cnpj(self.cnpj)


names.index_columns(Company, "company", "name", "cnpj")


class Membership(HasPermissions, Base):
    """A person's membership of a company. Leaving ends it; returning reopens the same row."""

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


class Invitation(HasPermissions, Base):
    """An invitation to a company by email. Its link is created when the email is written."""

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
    #: The person who accepts becomes the company's administrator. Only operators send such invitations.
    makes_administrator: Mapped[bool] = mapped_column(default=False)
    #: The hash of the CPF that requested access: the link works only for that CPF.
    cpf_lookup: Mapped[str | None] = mapped_column(String(64), default=None, repr=False)
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The language of the email to a person without an account.
    language: Mapped[str | None] = mapped_column(String(5), default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When the email with the current link was requested, and how many were.
    sent_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    sendings: Mapped[int] = mapped_column(default=1)
    #: Attempts with the current link.
    tries: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None] = mapped_column(default=None)
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)

    company: Mapped[Company] = relationship(init=False, lazy="raise")

    @property
    def is_open(self) -> bool:
        """Whether it is neither accepted nor revoked. Its link may have expired."""
        return self.accepted_at is None and self.revoked_at is None


class AccessRequestOutcome(StrEnum):
    """The decision on an access request."""

    APPROVED = "approved"
    REFUSED = "refused"


class AccessRequest(Base):
    """A request to join a company (*Quero me cadastrar*). Requests for an unknown CNPJ are stored too."""

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
    #: None if no company has that CNPJ. Nobody is notified then, and the answer is the same.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    cnpj: Mapped[str] = mapped_column(String(14))
    #: The hash of the CPF; the CPF itself is not stored.
    cpf_lookup: Mapped[str] = mapped_column(String(64), repr=False)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    #: The language of the request and of its answer.
    language: Mapped[str] = mapped_column(String(5))
    #: The network of the request, for the limit.
    network: Mapped[str] = mapped_column(String(45))
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: How often the request was repeated while pending.
    times: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str | None] = mapped_column(String(10), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    reason: Mapped[str] = mapped_column(String(500), default="")

    company: Mapped[Company] = relationship(init=False, lazy="raise")
