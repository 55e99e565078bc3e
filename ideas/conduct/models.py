"""Tables: conduct_version, conduct_rule, conduct_acceptance."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.db import Base


class Worded:
    """Something whose words stand in the portal's three languages."""

    def said(self, what: str, language: str) -> str:
        """Its "summary", "title", "body"… in that language ("pt-BR", "es" or "en"); pt-BR for any other."""
        return str(getattr(self, f"{what}_{language if language in {'es', 'en'} else 'pt'}"))


class ConductVersion(Worded, Base):
    """One version of the code, in three languages. The current one is the highest number."""

    __tablename__ = "conduct_version"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    #: Whether people who accepted an earlier version are asked again.
    asks_again: Mapped[bool]
    summary_pt: Mapped[str]
    summary_es: Mapped[str]
    summary_en: Mapped[str]
    purpose_pt: Mapped[str]
    purpose_es: Mapped[str]
    purpose_en: Mapped[str]
    #: How reports, decisions and appeals work: Markdown.
    process_pt: Mapped[str]
    process_es: Mapped[str]
    process_en: Mapped[str]

    rules: Mapped[list["ConductRule"]] = relationship(init=False, lazy="raise", order_by="ConductRule.position")


class ConductRule(Worded, Base):
    """A numbered rule, so that a decision can name it."""

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
    """That a person accepted a version, and when: provable."""

    __tablename__ = "conduct_acceptance"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("conduct_version.number"), primary_key=True)
    accepted_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
