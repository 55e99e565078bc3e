"""The read model of an idea on its own page, read with one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Integer, Select, bindparam, select

from ideas.accounts.models import Author, Person
from ideas.board.listing import cards
from ideas.board.listing.cards import IdeaSummary
from ideas.board.models import Idea
from ideas.companies.models import Company
from ideas.db import rows
from ideas.read_models import columns, read, read_model
from ideas.statements import statement


@read_model
class IdeaDetail(IdeaSummary):
    """An idea as its own page shows it, and what the page decides from."""

    product_id: int
    problem: str | None
    proposal: str | None
    kind: str | None
    author_id: int | None
    company_id: int | None
    answered_at: datetime | None
    target_release_id: int | None
    delivered_release_id: int | None
    inherited_votes: int
    nice_count: int
    important_count: int
    critical_count: int
    # From other tables.
    author: Author | None
    #: The name of the company for which it was posted.
    company: str | None


def find(number: int, reader: Person | None, *, moderator: bool = False) -> IdeaDetail | None:
    """Return the idea with that id if the reader may see it. One statement."""
    found = rows(_detail(moderator), number=number, reader=reader.id if reader else None)
    return next(iter(read(IdeaDetail, found)), None)


@statement(each=((True,), (False,)))
def _detail(moderator: bool) -> Select[Any]:
    reader: BindParameter[int | None] = bindparam("reader", type_=Integer)
    detail = columns(IdeaDetail, Idea, **cards.SOURCES, author=Person, company=Company.name)
    one = (
        cards.joined(select(*detail).select_from(Idea))
        .outerjoin(Person, Person.id == Idea.author_id)
        .outerjoin(Company, Company.id == Idea.company_id)
        .where(Idea.id == bindparam("number"))
    )
    return one if moderator else one.where(Idea.is_visible_to(reader))
