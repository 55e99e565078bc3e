"""The merged ideas from which a reader was redirected to the canonical one (`?de=<n>`), and what they may do."""

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
    """The duplicates whose addresses redirected here, with the objections to their merges."""

    ideas: Sequence[Idea]
    #: Only for readers who may separate the ideas.
    objections: Sequence[tuple[MergeObjection, Person]] = ()
    may_separate: bool = False
    #: Whether the reader wrote, supports or follows the only duplicate, and has not objected.
    may_object: bool = False
    objected: bool = False


def origin_of(root: IdeaDetail) -> Origin | None:
    """Return where the reader comes from, or None. Ids in `de` that were not merged into this idea are ignored."""
    numbers = parsing.row_ids(request.args.getlist("de"))
    if not numbers:
        return None
    merged = Idea.visible_to(None).where(Idea.id.in_(numbers[: merging.MAX_DUPLICATES]), Idea.root_id == root.id)
    ideas = db.session.scalars(merged.where(Idea.id != root.id).order_by(Idea.id)).all()
    if not ideas:
        return None
    active = select(Merge.id).where(Merge.duplicate_id.in_([idea.id for idea in ideas]), Merge.undone_at.is_(None))
    merges = db.session.scalars(active).all()
    objections = objecting.objections_to(merges)
    if is_curator():
        return Origin(ideas, objections, may_separate=all(may_separate(idea, root) for idea in ideas))
    person = person_or_none()
    mine = person is not None and any(by is person for _, by in objections)
    concerned = person is not None and len(ideas) == 1 and objecting.concerns(ideas[0], person)
    return Origin(ideas, may_object=concerned and not mine, objected=mine)
