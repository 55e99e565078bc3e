"""Tables: person, identity_document, staff_role, product_manager, session, sign_in, one_time_link, email_change."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ideas import clock
from ideas.db import Base
from ideas.read_models import read_model
from ideas.search import names


class Role(StrEnum):
    """A role of the vendor's people."""

    PRODUCT_MANAGER = "product_manager"
    MODERATOR = "moderator"
    ANALYST = "analyst"
    OPERATOR = "operator"


class HasName:
    """A mixin for what has a person's name."""

    name: str

    @property
    def short_name(self) -> str:
        """The name that visitors see: the first name and an initial."""
        first, *rest = self.name.split()
        return f"{first} {rest[-1][0]}." if rest else first

    @property
    def initials(self) -> str:
        first, *rest = self.name.split()
        return (first[0] + (rest[-1][0] if rest else "")).upper()


@read_model
class Author(HasName):
    """The author of something, as a page names them."""

    id: int
    name: str
    photo_id: int | None
    closed_at: datetime | None


class Person(HasName, Base):
    """One person, for life. Rows are never deleted; closing an account clears the row."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("email = lower(email)", name="email_is_folded"),
        Index("ix_person_suspended", "id", sqlite_where=text("suspended_at IS NOT NULL"),
              postgresql_where=text("suspended_at IS NOT NULL")),
        Index("ix_person_locked", "id", sqlite_where=text("locked_at IS NOT NULL"),
              postgresql_where=text("locked_at IS NOT NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254), unique=True, default=None)
    email_confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    password_hash: Mapped[str | None] = mapped_column(String(200), default=None, repr=False)
    #: "pt-BR", "es", "en"; None follows the cookie or the browser.
    language: Mapped[str | None] = mapped_column(String(5), default=None)
    time_zone: Mapped[str] = mapped_column(String(40), default="America/Sao_Paulo")
    #: With the country code: +5511987654321.
    phone: Mapped[str | None] = mapped_column(String(16), default=None)
    #: Shown to members only.
    photo_id: Mapped[int | None] = mapped_column(
        ForeignKey("file.id", name="fk_person_photo_id", use_alter=True), default=None
    )
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
    #: The end of the suspension; None while suspended_at is set means without end (a ban).
    suspended_until: Mapped[datetime | None] = mapped_column(default=None)
    #: Locked by operators for security: no sign-in at all. Unrelated to suspension.
    locked_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: The company chosen last in any browser: the next session starts with it.
    last_company_id: Mapped[int | None] = mapped_column(
        ForeignKey("company.id", name="fk_person_last_company_id", use_alter=True), default=None
    )

    @property
    def is_suspended(self) -> bool:
        """Whether the person is currently suspended from taking part in ideas."""
        if self.suspended_at is None:
            return False
        return self.suspended_until is None or clock.now() < self.suspended_until

    @property
    def can_sign_in(self) -> bool:
        return self.locked_at is None and self.closed_at is None


names.index_columns(Person, "person", "name", "email")


class IdentityDocument(Base):
    """A person's CPF, as a keyed hash and encrypted. It is stored nowhere else."""

    __tablename__ = "identity_document"
    __table_args__ = (
        UniqueConstraint("kind", "lookup"),
        UniqueConstraint("person_id", "kind"),
        CheckConstraint("kind IN ('cpf')", name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lookup: Mapped[str] = mapped_column(String(64), repr=False)
    sealed: Mapped[str] = mapped_column(String(200), repr=False)
    key_id: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10), default="cpf")


class StaffRole(Base):
    """A person's staff role."""

    __tablename__ = "staff_role"
    __table_args__ = (
        CheckConstraint("role IN ('product_manager', 'moderator', 'analyst', 'operator')", name="role"),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class ProductManager(Base):
    """A product that a product manager is responsible for."""

    __tablename__ = "product_manager"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)


class Session(Base):
    """One signed-in browser. The cookie holds the token; the row holds its hash."""

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    #: The active company: it scopes lists, new tickets and which company a vote counts for.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    #: The browser and its system, from the user agent; empty if unknown.
    device: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    last_used_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class SignIn(Base):
    """An attempt to sign in. The limits count these rows, and they are the access log, stored for six months.

    `account_key` is a keyed hash of the input, so that no CPF is stored here.
    """

    __tablename__ = "sign_in"
    __table_args__ = (
        Index("ix_sign_in_account_key_at", "account_key", "at"),
        Index("ix_sign_in_network_at", "network", "at"),
        Index("ix_sign_in_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    account_key: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(45))
    outcome: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None, index=True)
    at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class OneTimeLink(Base):
    """A one-time link. There is one row per purpose and subject, so only the newest link works."""

    __tablename__ = "one_time_link"
    __table_args__ = (UniqueConstraint("purpose", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: "password", "email" or "invitation". The link is valid for this purpose only.
    purpose: Mapped[str] = mapped_column(String(20))
    #: The row that the link is about: "person:12", "invitation:5".
    subject: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class EmailChange(Base):
    """A person's new email that is not confirmed yet."""

    __tablename__ = "email_change"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
