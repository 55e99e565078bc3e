"""An idea as its own page reads it: columns alone, in one statement."""

from dataclasses import dataclass, fields
from datetime import datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, bindparam, select

from ideas.accounts.models import Author, Person
from ideas.board.listing import cards
from ideas.board.models import Idea, Marked, Status
from ideas.companies.models import Company
from ideas.db import rows
from ideas.products.models import Label, Module, Product, Release
from ideas.statements import statement


@dataclass(frozen=True, slots=True)
class Reading(Marked):
    """What the page shows of an idea, and asks about it."""

    id: int
    title: str
    language: str
    root_id: int | None
    merged_into_id: int | None
    product_id: int
    problem: str | None
    proposal: str | None
    kind: str | None
    status_key: str
    author_id: int | None
    company_id: int | None
    published_at: datetime
    answered_at: datetime | None
    hidden_at: datetime | None
    held_at: datetime | None
    withdrawn_at: datetime | None
    target_release_id: int | None
    target_quarter: str | None
    delivered_release_id: int | None
    people_count: int
    company_count: int
    inherited_votes: int
    total_count: int
    nice_count: int
    important_count: int
    critical_count: int
    # What stands in other tables.
    votes_open: bool
    status: Label
    product: Label
    module: Label | None
    author: Author | None
    #: The name of the company in whose name it was posted.
    company: str | None
    #: The release that it waits for or came with, unless only staff may know of it.
    version: str | None

    @property
    def open_to_votes(self) -> bool:
        return self.votes_open and self.in_sight

    @property
    def target(self) -> str | None:
        """As `cards.Card.target`."""
        return self.version or self.target_quarter


def of(number: int, reader: Person | None, *, moderator: bool = False) -> Reading | None:
    """The idea of that number, as far as the reader may see it: one statement."""
    found = rows(_reading(moderator), number=number, reader=reader.id if reader else None)
    return _made(found[0]) if found else None


@statement(each=((True,), (False,)))
def _reading(moderator: bool) -> Select[Any]:
    reader: BindParameter[int | None] = bindparam("reader", type_=Integer)
    one = (
        select(*_OWN, *_AROUND)
        .select_from(Idea)
        .join(Status, Status.key == Idea.status_key)
        .join(Product, Product.id == Idea.product_id)
        .outerjoin(Module, Module.id == Idea.module_id)
        .outerjoin(Person, Person.id == Idea.author_id)
        .outerjoin(Company, Company.id == Idea.company_id)
        .outerjoin(Release, cards.release_shown())
        .where(Idea.id == bindparam("number"))
    )
    return one if moderator else one.where(Idea.seen_by(reader))


#: The columns of the idea itself, named as the first fields are; then those from around it.
_OWN = [getattr(Idea, field.name) for field in takewhile(lambda field: field.name != "votes_open", fields(Reading))]
_AROUND = (
    Status.votes_open, Status.key, Status.name_pt, Status.name_es, Status.name_en,
    Product.key, Product.name_pt, Product.name_es, Product.name_en,
    Module.key, Module.name_pt, Module.name_es, Module.name_en,
    Person.id, Person.name, Person.photo_id, Person.closed_at, Company.name, Release.version,
)  # fmt: skip


def _made(row: Any) -> Reading:
    """The columns in the order of the fields: those of a name or a person are one."""
    own, (votes_open, *around) = row[: len(_OWN)], row[len(_OWN) :]
    status, product, module, author = around[:4], around[4:8], around[8:12], around[12:16]
    facts: list[Any] = [
        *own,
        votes_open,
        Label(*status),
        Label(*product),
        None if module[0] is None else Label(*module),
        None if author[0] is None else Author(*author),
        *around[16:],
    ]
    return Reading(*facts)
