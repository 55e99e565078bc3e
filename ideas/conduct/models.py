"""Tables: conduct_version, conduct_rule, conduct_acceptance."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.db import Base


class Translated:
    """A mixin for what has texts in the portal's three languages."""

    def text_in(self, field: str, language: str) -> str:
        """Return the field ("summary", "title", "body"…) in that language ("pt-BR", "es" or "en"), else in pt-BR."""
        return str(getattr(self, f"{field}_{language if language in {'es', 'en'} else 'pt'}"))


class ConductVersion(Translated, Base):
    """One version of the code, in three languages. The highest number is the current version."""

    __tablename__ = "conduct_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    #: Whether people who accepted an earlier version must accept this one too.
    asks_again: Mapped[bool]
    summary_pt: Mapped[str]
    summary_es: Mapped[str]
    summary_en: Mapped[str]
    purpose_pt: Mapped[str]
    purpose_es: Mapped[str]
    purpose_en: Mapped[str]
    #: How reports, decisions and appeals work, in Markdown.
    process_pt: Mapped[str]
    process_es: Mapped[str]
    process_en: Mapped[str]

    rules: Mapped[list["ConductRule"]] = relationship(init=False, lazy="raise", order_by="ConductRule.position")


class ConductRule(Translated, Base):
    """A numbered rule, which a decision can cite."""

    __tablename__ = "conduct_rule"
    __table_args__ = (UniqueConstraint("version", "position"), UniqueConstraint("version", "key"))

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    version: Mapped[int] = mapped_column(ForeignKey("conduct_version.number"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    title_pt: Mapped[str]
    title_es: Mapped[str]
    title_en: Mapped[str]
    body_pt: Mapped[str]
    body_es: Mapped[str]
    body_en: Mapped[str]


class ConductAcceptance(Base):
    """Proof that a person accepted a version, and when."""

    __tablename__ = "conduct_acceptance"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("conduct_version.number"), primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
