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
    """What a person of the vendor does."""

    PRODUCT_MANAGER = "product_manager"
    MODERATOR = "moderator"
    ANALYST = "analyst"
    OPERATOR = "operator"


class Called:
    """Somebody with a name."""

    name: str

    @property
    def short_name(self) -> str:
        """What visitors see: a first name and an initial."""
        first, *rest = self.name.split()
        return f"{first} {rest[-1][0]}." if rest else first

    @property
    def initials(self) -> str:
        first, *rest = self.name.split()
        return (first[0] + (rest[-1][0] if rest else "")).upper()


@read_model
class Author(Called):
    """The author of something, as a page names them."""

    id: int
    name: str
    photo_id: int | None
    closed_at: datetime | None


class Person(Called, Base):
    """A human being, once for life. Never deleted; closing an account blanks the row."""

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
    #: With its country, as +5511987654321.
    phone: Mapped[str | None] = mapped_column(String(16), default=None)
    #: Shown to members only.
    photo_id: Mapped[int | None] = mapped_column(
        ForeignKey("file.id", name="fk_person_photo_id", use_alter=True), default=None
    )
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    suspended_at: Mapped[datetime | None] = mapped_column(default=None)
    #: The end of the suspension; None while suspended_at is set means without end (a ban).
    suspended_until: Mapped[datetime | None] = mapped_column(default=None)
    #: A lock for security, by operators: no sign-in at all. Another thing than a suspension.
    locked_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: The company chosen last, in whichever browser: the next sign-in begins with it.
    last_company_id: Mapped[int | None] = mapped_column(
        ForeignKey("company.id", name="fk_person_last_company_id", use_alter=True), default=None
    )

    @property
    def is_suspended(self) -> bool:
        """Whether this person may not take part in ideas right now."""
        if self.suspended_at is None:
            return False
        return self.suspended_until is None or clock.now() < self.suspended_until

    @property
    def can_sign_in(self) -> bool:
        return self.locked_at is None and self.closed_at is None


names.index_columns(Person, "person", "name", "email")


class IdentityDocument(Base):
    """A person's document number: a keyed look-up and a sealed copy; nothing else holds it."""

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
    """A role that a person of the vendor holds."""

    __tablename__ = "staff_role"
    __table_args__ = (
        CheckConstraint("role IN ('product_manager', 'moderator', 'analyst', 'operator')", name="role"),
    )  # fmt: skip

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class ProductManager(Base):
    """A product that a product manager answers for."""

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
    #: The device in words, from the browser's own description; nothing when it is unknown.
    device: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    last_used_at: Mapped[datetime] = mapped_column(default_factory=clock.now)


class SignIn(Base):
    """A try to sign in: what the limits count, and the access log (six months, then gone).

    `account_key` is a keyed hash of what was typed, so that no CPF lies here.
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
    """A link that works once: one row for each purpose and subject, so that only the newest works."""

    __tablename__ = "one_time_link"
    __table_args__ = (UniqueConstraint("purpose", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: What it is for: "password", "email", "invitation". Good for nothing else.
    purpose: Mapped[str] = mapped_column(String(20))
    #: Whom or what it is about: "person:12", "invitation:5".
    subject: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, repr=False)
    expires_at: Mapped[datetime] = mapped_column()
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class EmailChange(Base):
    """The address that a person wants to have and has not confirmed yet."""

    __tablename__ = "email_change"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
