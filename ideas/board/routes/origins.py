"""From which merged ideas a reader was led to the canonical one (`?de=<n>`), and what they may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request
from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.board.detail import IdeaDetail
from ideas.board.merging import merging, objecting
from ideas.board.models import Idea, Merge, MergeObjection
from ideas.board.routes.scope import may_separate
from ideas.db import db
from ideas.web import parsing
from ideas.web.person import is_curator, person_or_none


@dataclass(frozen=True)
class Origin:
    """The duplicates whose addresses led here, with what was said against their merges."""

    ideas: Sequence[Idea]
    #: For who may part them.
    said: Sequence[tuple[MergeObjection, Person]] = ()
    may_separate: bool = False
    #: Whether the reader has to do with the one duplicate, and may say that it is another idea.
    may_object: bool = False
    objected: bool = False


def origin_of(root: IdeaDetail) -> Origin | None:
    """Where this request came from, unless it came straight or made its origin up; nothing without `de`."""
    numbers = parsing.row_ids(request.args.getlist("de"))
    if not numbers:
        return None
    merged = Idea.visible_to(None).where(Idea.id.in_(numbers[: merging.MAX_DUPLICATES]), Idea.root_id == root.id)
    ideas = db.session.scalars(merged.where(Idea.id != root.id).order_by(Idea.id)).all()
    if not ideas:
        return None
    standing = select(Merge.id).where(Merge.duplicate_id.in_([idea.id for idea in ideas]), Merge.undone_at.is_(None))
    merges = db.session.scalars(standing).all()
    said = objecting.objections_to(merges)
    if is_curator():
        return Origin(ideas, said, may_separate=all(may_separate(idea, root) for idea in ideas))
    person = person_or_none()
    mine = person is not None and any(by is person for _, by in said)
    concerned = person is not None and len(ideas) == 1 and objecting.concerns(ideas[0], person)
    return Origin(ideas, may_object=concerned and not mine, objected=mine)
