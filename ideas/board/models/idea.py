"""Tables: idea, idea_tally."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import (
    BigInteger,
    BindParameter,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    UniqueConstraint,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models.mixins import UNLISTED, Linkable, Visibility
from ideas.board.models.status import Status
from ideas.companies.models import Company
from ideas.db import Base
from ideas.products.models import Module, Product


class Kind(StrEnum):
    """The kind of an idea."""

    IMPROVEMENT = "improvement"
    INNOVATION = "innovation"


#: Keys of the random order are below this limit, which is also that of their column.
RANDOM_KEYS = 2**63

#: The condition of `Idea.is_listed` as the text of a partial index, without table names.
LISTED = text(" AND ".join(f"{name} IS NULL" for name in UNLISTED))
#: Listed ideas without an official response.
UNANSWERED = text(f"{LISTED} AND answered_at IS NULL")


def _listed(name: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=LISTED, postgresql_where=LISTED)


class Idea(Linkable, Visibility, Base):
    """A suggestion by a customer, which others can support. Its number on pages is its id."""

    __tablename__ = "idea"
    __table_args__ = (
        ForeignKeyConstraint(["product_id", "module_id"], ["module.product_id", "module.id"], name="fk_idea_module"),
        ForeignKeyConstraint(
            ["product_id", "target_release_id"], ["release.product_id", "release.id"], name="fk_idea_target_release"
        ),
        ForeignKeyConstraint(
            ["product_id", "delivered_release_id"],
            ["release.product_id", "release.id"],
            name="fk_idea_delivered_release",
        ),
        UniqueConstraint("origin", "external_id"),
        CheckConstraint("kind IN ('improvement', 'innovation')", name="kind"),
        CheckConstraint("length(title) BETWEEN 1 AND 300", name="title"),
        CheckConstraint(
            "origin IS NOT NULL OR (problem IS NOT NULL AND author_id IS NOT NULL "
            "AND company_id IS NOT NULL AND kind IS NOT NULL AND length(title) BETWEEN 5 AND 120)",
            name="whole_unless_imported",
        ),
        CheckConstraint("(origin IS NULL) = (external_id IS NULL)", name="origin_names_its_id"),
        CheckConstraint("target_release_id IS NULL OR target_quarter IS NULL", name="one_target"),
        CheckConstraint(
            "status_key = 'planned' OR status_key = 'in_progress' "
            "OR (target_release_id IS NULL AND target_quarter IS NULL)",
            name="target_of_planned",
        ),
        CheckConstraint("(status_key = 'delivered') = (delivered_release_id IS NOT NULL)", name="delivered_in_release"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
        CheckConstraint("people_count >= 0 AND company_count >= 0 AND inherited_votes >= 0", name="counts"),
        CheckConstraint("total_count = people_count + inherited_votes", name="total"),
        # Every ordering is (its column, id), both descending.
        _listed("ix_idea_trending", "trending", "id"),
        _listed("ix_idea_total_count", "total_count", "id"),
        _listed("ix_idea_critical_count", "critical_count", "id"),
        _listed("ix_idea_published_at", "published_at", "id"),
        _listed("ix_idea_answered_at", "answered_at", "id"),
        _listed("ix_idea_random_key", "random_key", "id"),
        Index("ix_idea_unanswered", "published_at", "id", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
        Index("ix_idea_root_id", "root_id"),
        Index("ix_idea_author_id", "author_id", "id"),
        Index("ix_idea_status_key", "status_key", "product_id", "id"),
        Index("ix_idea_delivered_release_id", "delivered_release_id", "people_count", "id"),
        Index("ix_idea_target_release_id", "target_release_id"),
        # AUTOINCREMENT on SQLite: the id of a deleted row is not reused.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    #: Up to 120 characters from the form; imported ones may be longer.
    title: Mapped[str] = mapped_column(String(300))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    problem: Mapped[str | None] = mapped_column(default=None)
    proposal: Mapped[str | None] = mapped_column(default=None)
    module_id: Mapped[int | None] = mapped_column(default=None)
    kind: Mapped[str | None] = mapped_column(String(20), default=None)
    status_key: Mapped[str] = mapped_column(ForeignKey("status.key"), default="new")
    #: The language of its texts: "pt-BR", "es" or "en".
    language: Mapped[str] = mapped_column(String(5), default="pt-BR")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: Staff who posted it for the author.
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), default=None)
    #: The system that an imported idea comes from, and its id there.
    origin: Mapped[str | None] = mapped_column(String(40), default=None)
    external_id: Mapped[str | None] = mapped_column(String(80), default=None)
    #: Unique per form: a form that is sent twice posts once.
    client_token: Mapped[str | None] = mapped_column(String(64), unique=True, default=None)
    published_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_at: Mapped[datetime | None] = mapped_column(default=None)
    hidden_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    held_at: Mapped[datetime | None] = mapped_column(default=None)
    held_reason: Mapped[str | None] = mapped_column(String(40), default=None)
    #: The direct parent, never rewritten; the canonical idea of the set is root_id.
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"), default=None)
    #: The flattened canonical idea: its own id, set right after the insert.
    root_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"), default=None)
    target_release_id: Mapped[int | None] = mapped_column(default=None)
    #: Such as "2027-T1".
    target_quarter: Mapped[str | None] = mapped_column(String(7), default=None)
    delivered_release_id: Mapped[int | None] = mapped_column(default=None)
    #: When staff last answered it.
    answered_at: Mapped[datetime | None] = mapped_column(default=None)

    # Facts of this idea alone; written through voting/counters.py only.
    own_inherited: Mapped[int] = mapped_column(default=0)
    own_comments: Mapped[int] = mapped_column(default=0, init=False)
    # Caches over the merged set, on its root; only voting/counters.py and voting/recounting.py write them.
    people_count: Mapped[int] = mapped_column(default=0, init=False)
    company_count: Mapped[int] = mapped_column(default=0, init=False)
    inherited_votes: Mapped[int] = mapped_column(default=0, init=False)
    total_count: Mapped[int] = mapped_column(default=0, init=False)
    #: People per importance: the strongest that each of them stated.
    nice_count: Mapped[int] = mapped_column(default=0, init=False)
    important_count: Mapped[int] = mapped_column(default=0, init=False)
    critical_count: Mapped[int] = mapped_column(default=0, init=False)
    comment_count: Mapped[int] = mapped_column(default=0, init=False)
    trending: Mapped[float] = mapped_column(default=0.0, init=False)
    #: Its place in the random order: a number below RANDOM_KEYS.
    random_key: Mapped[int] = mapped_column(BigInteger, default=0)

    status: Mapped[Status] = relationship(init=False, lazy="raise")
    product: Mapped[Product] = relationship(init=False, lazy="raise")
    module: Mapped[Module | None] = relationship(
        init=False, lazy="raise", viewonly=True, primaryjoin="Idea.module_id == Module.id", foreign_keys=[module_id]
    )
    author: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[author_id])
    company: Mapped[Company | None] = relationship(init=False, lazy="raise")

    @property
    def open_to_votes(self) -> bool:
        return self.status.votes_open and self.in_sight

    @classmethod
    def visible_to(cls, person: Person | None, *, moderator: bool = False) -> Select[Self]:
        """Select every idea that this person may see; only moderators and the author see it out of sight."""
        return select(cls) if moderator else select(cls).where(cls.is_visible_to(person.id if person else None))

    @classmethod
    def is_visible_to(cls, reader: int | BindParameter[int | None] | None) -> ColumnElement[bool]:
        """SQL condition: this person, not a moderator, may see it. None is a visitor."""
        in_sight = cls.in_sight.expression
        return in_sight if reader is None else or_(in_sight, cls.author_id == reader)

    @classmethod
    def listed(cls) -> Select[Self]:
        """Select every idea that the board shows."""
        return select(cls).where(cls.is_listed)


class IdeaTally(Base):
    """The number of listed ideas per product, module, kind and status.

    Triggers update it (`ideas/tables.py` names them), so that no facet reads all ideas. `module_id` 0 and `kind` ''
    mean none.
    """

    __tablename__ = "idea_tally"

    product_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    module_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    status_key: Mapped[str] = mapped_column(String(20), primary_key=True)
    ideas: Mapped[int]
