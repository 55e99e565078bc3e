"""What stands on an idea's page as its reader sees it: all that its fragments say, and so the fragments' keys."""

from typing import NamedTuple

from ideas.board import history
from ideas.board.detail import Reading
from ideas.board.history import Change, Joining, Other, Response
from ideas.board.models import Idea
from ideas.web.context import Byline, When, byline, name_of, when
from ideas.web.person import sees_company


class Masthead(NamedTuple):
    """What stands above an idea's words."""

    id: int
    title: str
    language: str
    status_key: str
    status: str
    target: str | None
    kind: str | None
    product: str
    module: str | None
    by: Byline | None
    #: In whose name it was posted, for those to whom that is told.
    company: str | None
    at: When
    people_count: int
    company_count: int
    inherited_votes: int
    total_count: int


class Ballot(NamedTuple):
    """What the vote says of an idea."""

    id: int
    title: str
    total_count: int
    open_to_votes: bool


class Step(NamedTuple):
    """A step of its history."""

    at: When
    by: Byline | None
    change: Change | None
    status: str | None
    response: Response | None
    answered: When | None
    merge: Joining | None
    other: Other | None
    undone: bool
    origin: int | None
    #: Whether the response stands on top of the page.
    above: bool
    is_news: bool


def masthead(idea: Reading) -> Masthead:
    return Masthead(
        id=idea.id,
        title=idea.title,
        language=idea.language,
        status_key=idea.status_key,
        status=name_of(idea.status),
        target=idea.target,
        kind=idea.kind,
        product=name_of(idea.product),
        module=name_of(idea.module) if idea.module else None,
        by=byline(idea.author) if idea.author else None,
        company=idea.company if sees_company(idea.company_id) else None,
        at=when(idea.published_at),
        people_count=idea.people_count,
        company_count=idea.company_count,
        inherited_votes=idea.inherited_votes,
        total_count=idea.total_count,
    )


def ballot(idea: Idea | Reading) -> Ballot:
    return Ballot(idea.id, idea.title, idea.total_count, idea.open_to_votes)


def step(step: history.Step, *, standing_id: int | None, is_news: bool) -> Step:
    """A step that may be news since the reader's last visit; `standing_id` is the response on top of the page."""
    return Step(
        at=when(step.at),
        by=byline(step.by) if step.by else None,
        change=step.change,
        status=name_of(step.status) if step.status else None,
        response=step.response,
        answered=when(step.response.at) if step.response else None,
        merge=step.merge,
        other=step.other,
        undone=step.undone,
        origin=step.origin,
        above=step.response is not None and step.response.id == standing_id,
        is_news=is_news,
    )
