"""The read model of an idea in a list, and the statement that reads a page of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select

from ideas import text
from ideas.board.links import IdeaLink
from ideas.board.models import Idea, Status
from ideas.board.models.mixins import Visibility
from ideas.products.models import Label, Module, Product, Release
from ideas.read_models import columns, read_model

#: The length of an excerpt (two lines), and how much of the problem is read to make it.
EXCERPT_LENGTH, BEGINNING_LENGTH = 160, 600


@read_model
class IdeaSummary(IdeaLink, Visibility):
    """An idea as a card shows it."""

    root_id: int | None
    merged_into_id: int | None
    hidden_at: datetime | None
    held_at: datetime | None
    withdrawn_at: datetime | None
    published_at: datetime
    total_count: int
    people_count: int
    company_count: int
    comment_count: int
    status_key: str
    target_quarter: str | None
    # From other tables or computed: `SOURCES` says how.
    beginning: str | None
    votes_open: bool
    status: Label
    product: Label
    module: Label | None
    #: The release it is planned for or was delivered in, unless only staff may know of it.
    version: str | None

    @property
    def open_to_votes(self) -> bool:
        return self.votes_open and self.in_sight

    @property
    def excerpt(self) -> str:
        return text.excerpt(self.beginning or "", EXCERPT_LENGTH)

    @property
    def target(self) -> str | None:
        """The release or the quarter it is planned for, or the release that delivered it."""
        return self.version or self.target_quarter


#: Where the fields of an IdeaSummary come from that are not columns of the idea; `joined` adds these tables.
SOURCES: dict[str, Any] = {
    "beginning": func.substr(Idea.problem, 1, BEGINNING_LENGTH),
    "votes_open": Status.votes_open,
    "status": Status,
    "product": Product,
    "module": Module,
    "version": Release.version,
}


def joined(ideas: Select[Any]) -> Select[Any]:
    """Join the tables of `SOURCES` to a statement that selects from `idea`."""
    return (
        ideas.join(Status, Status.key == Idea.status_key)
        .join(Product, Product.id == Idea.product_id)
        .outerjoin(Module, Module.id == Idea.module_id)
        .outerjoin(Release, release_shown())
    )


def at(place: FromClause) -> Select[Any]:
    """Select an IdeaSummary for each `id` in `place`, in the order of its `segment` and `value`.

    The row has `value` too: it is the cursor's.
    """
    cards = select(place.c.value, *columns(IdeaSummary, Idea, **SOURCES)).select_from(place)
    return joined(cards.join(Idea, Idea.id == place.c.id)).order_by(
        place.c.segment, place.c.value.desc(), place.c.id.desc()
    )


def release_shown() -> ColumnElement[bool]:
    """The release that an idea is planned for or was delivered in, unless only staff may know of it."""
    known = or_(Release.announced_at.is_not(None), Release.published_at.is_not(None))
    return and_(Release.id == func.coalesce(Idea.delivered_release_id, Idea.target_release_id), known)
