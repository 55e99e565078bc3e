"""Load the idea that an address names, if the reader may see it. Every route of the board uses this."""

from flask import abort
from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import joinedload

from ideas.board import detail
from ideas.board.detail import IdeaDetail
from ideas.board.models import Idea
from ideas.board.voting import vote_buttons
from ideas.board.voting.vote_buttons import VoteButton
from ideas.db import db
from ideas.statements import statement
from ideas.web.person import has_role, manages, person_or_none

#: The relationships that operations on an idea and their pages read.
LOADED = (
    joinedload(Idea.status, innerjoin=True),
    joinedload(Idea.product, innerjoin=True),
)


def idea_or_404(number: int) -> Idea:
    """Load the idea for an operation: one statement. 404 if it does not exist or the reader may not see it."""
    person = person_or_none()
    values = {"number": number, "reader": person.id if person else None}
    idea: Idea | None = db.session.scalar(_visible(has_role("moderator")), values)
    return idea or abort(404)


def detail_or_404(number: int) -> IdeaDetail:
    """Read the idea for its page: one statement. 404 as `idea_or_404`."""
    return detail.find(number, person_or_none(), moderator=has_role("moderator")) or abort(404)


def vote_button_or_404(number: int) -> VoteButton:
    """The same as its vote button shows it: one statement too."""
    return vote_buttons.find(number, person_or_none(), moderator=has_role("moderator")) or abort(404)


@statement(each=((True,), (False,)))
def _visible(moderator: bool) -> Select[Idea]:
    one = select(Idea).where(Idea.id == bindparam("number")).options(*LOADED)
    return one if moderator else one.where(Idea.is_visible_to(bindparam("reader", type_=Integer)))


def canonical(idea: Idea) -> Idea:
    """Return the canonical idea of the set: the idea itself, unless it was merged."""
    return idea if idea.root_id in (None, idea.id) else idea_or_404(idea.root_id)


def may_merge(idea: Idea | IdeaDetail) -> bool:
    """Whether the person may merge other ideas into this one: managers of its product, and moderators."""
    return has_role("moderator") or manages(idea.product_id)


def may_separate(idea: Idea, other: Idea | IdeaDetail) -> bool:
    """Whether the person may merge or separate these two: they need the permission for one of them."""
    return may_merge(idea) or may_merge(other)
