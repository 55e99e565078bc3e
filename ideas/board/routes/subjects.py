"""The subject of the panels on an idea's page: the idea, and what the page has already read."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_wtf import FlaskForm

from ideas.board import following, history
from ideas.board.detail import IdeaDetail
from ideas.board.following import Following
from ideas.board.history import HistoryStep
from ideas.web.person import person_or_none


@dataclass(frozen=True)
class IdeaPage:
    """The subject of the panels "idea.timeline"."""

    idea: IdeaDetail
    steps: Sequence[HistoryStep]
    #: How the reader follows the idea; None for a visitor.
    followed: Following | None
    #: A form of a panel that was refused, to show again with what was typed.
    refused: FlaskForm | None = None


def load(idea: IdeaDetail, *, refused: FlaskForm | None = None) -> IdeaPage:
    """Read what the page and its panels share."""
    person = person_or_none()
    return IdeaPage(idea, history.steps(idea), following.follow_of(idea, person) if person else None, refused)
