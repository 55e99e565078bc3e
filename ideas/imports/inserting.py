"""Insert ideas from other systems, each once.

An imported idea may lack a problem text, an author, a company and a kind. Its origin and its id there are
required and unique together. Its votes are inherited: they count in the total, not among people.
A dry run does the same in a savepoint and rolls it back, so that both have the same result.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from sqlalchemy import select

from ideas import search
from ideas.board.models import RANDOM_KEYS, Idea
from ideas.board.voting import counters
from ideas.db import db
from ideas.products.models import Product


@dataclass(frozen=True)
class RejectionReason:
    """Why a row is rejected: a sentence marked for translation, and the values of its placeholders."""

    message: str
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


@dataclass(frozen=True, kw_only=True)
class ImportedIdea:
    """A parsed and validated idea. `notes` say what was changed while parsing."""

    external_id: str
    title: str
    language: str
    published_at: datetime
    problem: str | None = None
    proposal: str | None = None
    module_id: int | None = None
    kind: str | None = None
    inherited: int = 0
    withdrawn_at: datetime | None = None
    notes: tuple[str, ...] = ()
    #: Its row number in the file.
    line: int = 0

    def at(self, line: int) -> Self:
        """A copy with that row number."""
        return replace(self, line=line)


@dataclass(frozen=True)
class RejectedRow:
    """A row that is not imported, and why."""

    line: int
    external_id: str
    reason: RejectionReason


@dataclass(frozen=True)
class ImportCounts:
    """Counts of rows: ideas made, ideas already known, rows refused, ideas changed while parsing."""

    made: int = 0
    known: int = 0
    refused: int = 0
    changed: int = 0

    @property
    def rows(self) -> int:
        return self.made + self.known + self.refused

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        return ImportCounts(
            self.made + other.made,
            self.known + other.known,
            self.refused + other.refused,
            self.changed + other.changed,
        )


def import_rows(
    rows: Sequence[ImportedIdea | RejectedRow], *, origin: str, product: Product, dry_run: bool = False
) -> ImportCounts:
    """Insert an idea for each valid row that is not imported yet; with `dry_run`, only count.

    A dry run rolls back its inserts, but not what the caller wrote before in the transaction.
    """
    valid = [row for row in rows if isinstance(row, ImportedIdea)]
    if dry_run:
        savepoint = db.session.begin_nested()
        made = insert_ideas(valid, origin=origin, product=product)
        savepoint.rollback()
    else:
        made = insert_ideas(valid, origin=origin, product=product)
    changed = sum(1 for one in valid if one.notes)
    return ImportCounts(made, len(valid) - made, len(rows) - len(valid), changed)


def insert_ideas(incoming: Sequence[ImportedIdea], *, origin: str, product: Product) -> int:
    """Insert the ideas that are not imported yet, and return their number. Known ideas do not change."""
    external_ids = [one.external_id for one in incoming]
    existing = select(Idea.external_id).where(Idea.origin == origin, Idea.external_id.in_(external_ids))
    known = set(db.session.scalars(existing))
    new = {one.external_id: one for one in incoming if one.external_id not in known}
    made = [(one, _build_idea(one, origin, product)) for one in new.values()]
    db.session.add_all(idea for _, idea in made)
    db.session.flush()
    for one, idea in made:
        idea.root_id = idea.id
        counters.inherit(idea, one.inherited)
        body = "\n\n".join(filter(None, [one.problem, one.proposal]))
        search.index(db.session(), "idea", idea.id, one.title, body, one.language)
    db.session.flush()
    return len(made)


def _build_idea(one: ImportedIdea, origin: str, product: Product) -> Idea:
    return Idea(
        title=one.title,
        problem=one.problem,
        proposal=one.proposal,
        product_id=product.id,
        module_id=one.module_id,
        kind=one.kind,
        language=one.language,
        origin=origin,
        external_id=one.external_id,
        published_at=one.published_at,
        withdrawn_at=one.withdrawn_at,
        random_key=secrets.randbelow(RANDOM_KEYS),
    )
