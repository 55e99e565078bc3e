"""The one way by which the board's routes reach an idea: as far as the asker may see it."""

from flask import abort
from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import joinedload

from ideas.board import detail
from ideas.board.detail import IdeaDetail
from ideas.board.models import Idea
from ideas.db import db
from ideas.statements import statement
from ideas.web.person import has_role, manages, person_or_none

#: What the deeds on an idea read, and the pages that ask for them.
LOADED = (
    joinedload(Idea.status, innerjoin=True),
    joinedload(Idea.product, innerjoin=True),
)


def idea_or_404(number: int) -> Idea:
    """The idea of that number, for a deed about it (one statement); hidden or never there is the same 404."""
    person = person_or_none()
    asked = {"number": number, "reader": person.id if person else None}
    idea: Idea | None = db.session.scalar(_visible(has_role("moderator")), asked)
    return idea or abort(404)


def detail_or_404(number: int) -> IdeaDetail:
    """The same as its page reads it: one statement too."""
    return detail.find(number, person_or_none(), moderator=has_role("moderator")) or abort(404)


@statement(each=((True,), (False,)))
def _visible(moderator: bool) -> Select[Idea]:
    one = select(Idea).where(Idea.id == bindparam("number")).options(*LOADED)
    return one if moderator else one.where(Idea.is_visible_to(bindparam("reader", type_=Integer)))


def canonical(idea: Idea) -> Idea:
    """The idea that stands for the set: itself, unless it was merged."""
    return idea if idea.root_id in (None, idea.id) else idea_or_404(idea.root_id)


def may_merge(idea: Idea | IdeaDetail) -> bool:
    """Whether the person may bring others of any product to this idea: its product's managers, and moderators."""
    return has_role("moderator") or manages(idea.product_id)


def may_separate(idea: Idea, other: Idea | IdeaDetail) -> bool:
    """Whether the person may bring these two together, or part them: whoever may merge either."""
    return may_merge(idea) or may_merge(other)
