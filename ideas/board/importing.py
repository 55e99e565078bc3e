"""Bring ideas in from elsewhere, each once (model.md 13).

An imported idea may lack a problem text, an author, a company and a kind; never its origin and its
number there, which are unique together. The votes it had are inherited: they count in the total,
not among people.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ideas import search
from ideas.board import counting
from ideas.board.models import Idea
from ideas.board.posting import RANDOM_KEYS
from ideas.db import db
from ideas.products.models import Product


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """One idea of another place, read and made safe. `notes` say what was changed on the way."""

    external_id: str
    title: str
    language: str
    published_at: datetime
    problem: str | None = None
    inherited: int = 0
    withdrawn_at: datetime | None = None
    notes: tuple[str, ...] = ()


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
        counting.inherit(idea, one.inherited)
        search.index(db.session(), "idea", idea.id, one.title, one.problem or "", one.language)
    db.session.flush()
    return len(made)


def _idea(one: Incoming, origin: str, product: Product) -> Idea:
    return Idea(
        title=one.title,
        problem=one.problem,
        product_id=product.id,
        language=one.language,
        origin=origin,
        external_id=one.external_id,
        published_at=one.published_at,
        withdrawn_at=one.withdrawn_at,
        random_key=secrets.randbelow(RANDOM_KEYS),
    )
