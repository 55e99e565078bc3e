"""What a list shows of an idea: columns alone, so that a page of them is one quick statement."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, or_, select

from ideas import text
from ideas.blanks import NUMBER, Count, Words, word
from ideas.board.models import Idea, Status
from ideas.products.models import Label, Module, Product, Release

#: An excerpt fills two lines; this much of a problem is read to make it.
_EXCERPT, _BEGINNING = 160, 600
_NEVER = datetime.min


class Card(NamedTuple):
    """What the board shows of an idea."""

    id: int
    title: str
    beginning: str | None
    language: str
    total_count: int
    people_count: int
    company_count: int
    comment_count: int
    published_at: datetime
    status_key: str
    status_pt: str
    status_es: str
    status_en: str
    votes_open: bool
    quarter: str | None
    version: str | None
    product_pt: str
    product_es: str
    product_en: str
    module_pt: str | None
    module_es: str | None
    module_en: str | None
    root_id: int | None
    #: What keeps it off the board: "hidden", "held", "withdrawn", "merged"; "" for what is listed.
    state: str

    @property
    def number(self) -> int:
        return self.id

    @property
    def open_to_votes(self) -> bool:
        return self.votes_open and self.state in {"", "merged"}

    @property
    def slug(self) -> str:
        return text.slug(self.title)

    @property
    def excerpt(self) -> str:
        return text.excerpt(self.beginning or "", _EXCERPT)

    def apart(self) -> tuple["Card", Words]:
        """The card with blanks for what hardly another one says, and what fills them (ideas/blanks.py)."""
        shape = _Shape._make(self)._replace(
            id=NUMBER,
            title=word("title"),
            beginning=word("excerpt") if self.excerpt else None,
            total_count=Count("total", self.total_count),
            people_count=0,
            company_count=Count("companies", self.company_count),
            comment_count=Count("comments", self.comment_count),
            published_at=_NEVER,
            root_id=None,
        )
        return shape, {
            str(NUMBER): str(self.id),
            f"{self.id}-{shape.slug}": f"{self.id}-{self.slug}",
            word("title"): self.title,
            word("excerpt"): self.excerpt,
            word("total"): self.total_count,
            word("companies"): self.company_count,
            word("comments"): self.comment_count,
        }

    @property
    def status(self) -> Label:
        return Label(self.status_key, self.status_pt, self.status_es, self.status_en)

    @property
    def product(self) -> Label:
        return Label("", self.product_pt, self.product_es, self.product_en)

    @property
    def module(self) -> Label | None:
        if self.module_pt is None:
            return None
        return Label("", self.module_pt, self.module_es or "", self.module_en or "")

    @property
    def target(self) -> str | None:
        """The release or the quarter it is planned for, or the release that brought it."""
        return self.version or self.quarter


class _Shape(Card):
    """A card with blanks."""

    @property
    def slug(self) -> str:
        return "slug"

    @property
    def excerpt(self) -> str:
        return self.beginning or ""


def card(row: Any) -> Card:
    """The card in a row of `at`."""
    return Card._make(row[2 : 2 + len(Card._fields)])


def at(place: FromClause) -> Select[Any]:
    """The cards of the ideas whose `id` is in `place`, in the order of its `lap` and `value`.

    Each row is the value, the id and then the card's columns.
    """
    return (
        select(place.c.value, place.c.id, *_columns())
        .select_from(place)
        .join(Idea, Idea.id == place.c.id)
        .join(Status, Status.key == Idea.status_key)
        .join(Product, Product.id == Idea.product_id)
        .outerjoin(Module, Module.id == Idea.module_id)
        .outerjoin(Release, release_shown())
        .order_by(place.c.lap, place.c.value.desc(), place.c.id.desc())
    )


_STATE = case(
    (Idea.hidden_at.is_not(None), "hidden"),
    (Idea.held_at.is_not(None), "held"),
    (Idea.withdrawn_at.is_not(None), "withdrawn"),
    (Idea.merged_into_id.is_not(None), "merged"),
    else_="",
)


def _columns() -> tuple[Any, ...]:
    return (
        Idea.id, Idea.title, func.substr(Idea.problem, 1, _BEGINNING), Idea.language, Idea.total_count,
        Idea.people_count, Idea.company_count, Idea.comment_count, Idea.published_at,
        Status.key, Status.name_pt, Status.name_es, Status.name_en, Status.votes_open, Idea.target_quarter,
        Release.version, Product.name_pt, Product.name_es, Product.name_en,
        Module.name_pt, Module.name_es, Module.name_en, Idea.root_id, _STATE,
    )  # fmt: skip


def release_shown() -> ColumnElement[bool]:
    """The release that an idea waits for or came with, unless only staff may know of it."""
    known = or_(Release.announced_at.is_not(None), Release.published_at.is_not(None))
    return and_(Release.id == func.coalesce(Idea.delivered_release_id, Idea.target_release_id), known)
