"""Separate a duplicate from its set. It keeps what people did on it before and since."""

from sqlalchemy import select, update

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.board import past_targets
from ideas.board.merging import locking, previewing
from ideas.board.models import Idea, Merge
from ideas.board.voting import recounting
from ideas.db import db
from ideas.outbox import recording


def unmerge(idea: Idea, *, by: Person) -> Merge | None:
    """Make the idea the root of everything merged into it. Return the undone merge, or None if it already is a root.

    Votes, comments and follows never moved, so recounting both sets is enough. A target that was published meanwhile is
    corrected. The caller checks permission.
    """
    (root,) = locking.sets_of([idea])
    if root is idea:
        return None
    merge, before = _active_merge(idea), {str(root.id): root.total_count}
    idea.merged_into_id = None
    db.session.flush()
    branch = select(previewing.branch(idea.id).c.id)
    db.session.execute(update(Idea).where(Idea.id.in_(branch)).values(root_id=idea.id),
                       execution_options={"synchronize_session": "fetch"})  # fmt: skip
    for one in (root, idea):
        recounting.recount(one)
    merge.undone_at, merge.undone_by_id = clock.now(), by.id
    facts = {"merge_id": merge.id, "title": idea.title, "into": root.id, "into_title": root.title}
    recording.record("idea_unmerged", thing="idea", thing_id=idea.id, by=by.id, **facts)
    after = {str(one.id): one.total_count for one in (root, idea)}
    log.write(by=by, action="idea_unmerged", thing="idea", thing_id=idea.id, before=before, after=after)
    past_targets.correct(idea, by=by)
    return merge


def _active_merge(idea: Idea) -> Merge:
    return db.session.scalars(select(Merge).where(Merge.duplicate_id == idea.id, Merge.undone_at.is_(None))).one()
