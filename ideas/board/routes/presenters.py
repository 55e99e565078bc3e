"""What the fragments of an idea's page show to one reader. These values are also the fragments' cache keys."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from ideas.board.history import ChangeRecord, HistoryStep, MergedIdea, MergeRecord, Response
from ideas.board.listing.cards import IdeaSummary
from ideas.web.context import Byline, DisplayTime, byline, name_of, when
from ideas.web.fragments import fragments
from ideas.web.person import person_or_none


class ShownStep(NamedTuple):
    """A step of the history as its reader sees it."""

    at: DisplayTime
    by: Byline | None
    change: ChangeRecord | None
    status: str | None
    response: Response | None
    answered: DisplayTime | None
    merge: MergeRecord | None
    other: MergedIdea | None
    undone: bool
    origin: int | None
    #: Whether the response is the current answer, shown at the top of the page.
    above: bool
    is_news: bool


def render_cards(
    cards: Sequence[IdeaSummary], voted: Collection[int], *, leaving: bool, news: Mapping[int, int]
) -> Markup:
    """Render the cards of a list with the reader's votes; a visitor's cards link to sign-in."""
    if person_or_none() is None:
        return fragments("board/_visitors_card.html", [{"idea": card} for card in cards])
    facts = [
        {"idea": card, "voted": card.id in voted, "leaving": leaving, "news": news.get(card.id, 0)} for card in cards
    ]
    return fragments("board/_card.html", facts, own={"token": generate_csrf()})


def step(step: HistoryStep, *, answer_id: int | None, is_news: bool) -> ShownStep:
    """Return the step for its reader; `answer_id` is the response shown at the top of the page."""
    return ShownStep(
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
        above=step.response is not None and step.response.id == answer_id,
        is_news=is_news,
    )
