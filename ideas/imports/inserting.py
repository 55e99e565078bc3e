"""Bring ideas in from elsewhere, each once.

An imported idea may lack a problem text, an author, a company and a kind; never its origin and its
number there, which are unique together. The votes it had are inherited: they count in the total,
not among people. A try (`dry_run`) does all the same and takes it back, so that both find the same.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from sqlalchemy import select

from ideas import search
from ideas.board.models import Idea
from ideas.board.posting import RANDOM_KEYS
from ideas.board.voting import counters
from ideas.db import db
from ideas.products.models import Product


@dataclass(frozen=True)
class Reason:
    """Why a row is no idea: a sentence, marked for translation, and what fills its places."""

    message: str
    facts: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message % self.facts if self.facts else self.message


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One idea of another place, read and made safe. `notes` say what was changed on the way."""

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
    #: Its row in the file.
    line: int = 0

    def at(self, line: int) -> Self:
        """The same, of that row."""
        return replace(self, line=line)


@dataclass(frozen=True)
class Unfit:
    """A row that can't become an idea, and why."""

    line: int
    external_id: str
    reason: Reason


@dataclass(frozen=True)
class Outcome:
    """What became of some rows: made ideas, ideas that were here already, rows refused, ideas changed on the way."""

    made: int = 0
    known: int = 0
    refused: int = 0
    changed: int = 0

    @property
    def rows(self) -> int:
        return self.made + self.known + self.refused

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(
            self.made + other.made,
            self.known + other.known,
            self.refused + other.refused,
            self.changed + other.changed,
        )


def take(rows: Sequence[Incoming | Unfit], *, origin: str, product: Product, dry_run: bool = False) -> Outcome:
    """Make an idea of each row that fits and is not here yet, or find out what would become of them.

    A dry run leaves no trace of ideas; what the caller wrote before in the transaction stays.
    """
    fit = [row for row in rows if isinstance(row, Incoming)]
    if dry_run:
        tried = db.session.begin_nested()
        made = bring_in(fit, origin=origin, product=product)
        tried.rollback()
    else:
        made = bring_in(fit, origin=origin, product=product)
    changed = sum(1 for one in fit if one.notes)
    return Outcome(made, len(fit) - made, len(rows) - len(fit), changed)


def bring_in(incoming: Sequence[Incoming], *, origin: str, product: Product) -> int:
    """Make an idea of each that is not here yet; how many were made. A known one is left as it is."""
    asked = [one.external_id for one in incoming]
    here = select(Idea.external_id).where(Idea.origin == origin, Idea.external_id.in_(asked))
    known = set(db.session.scalars(here))
    fresh = {one.external_id: one for one in incoming if one.external_id not in known}
    made = [(one, _idea(one, origin, product)) for one in fresh.values()]
    db.session.add_all(idea for _, idea in made)
    db.session.flush()
    for one, idea in made:
        idea.root_id = idea.id
        counters.inherit(idea, one.inherited)
        body = "\n\n".join(filter(None, [one.problem, one.proposal]))
        search.index(db.session(), "idea", idea.id, one.title, body, one.language)
    db.session.flush()
    return len(made)


def _idea(one: Incoming, origin: str, product: Product) -> Idea:
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
