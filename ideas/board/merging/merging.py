"""Merge duplicates into an idea. No vote, comment or follow moves: only `root_id` changes."""

from collections.abc import Sequence

from sqlalchemy import update

from ideas.accounts.models import Person
from ideas.audit import log
from ideas.board.merging import locking
from ideas.board.models import Idea, Merge
from ideas.board.voting import recounting
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

#: Duplicates per merge.
MAX_DUPLICATES = 50


class NotMerged(Refused):
    """Ideas that cannot be merged."""


class NothingToMerge(NotMerged):
    message = N_("Escolha ao menos duas ideias diferentes para reunir.")


class TooMany(NotMerged):
    message = N_("Reúna no máximo %(most)d ideias de cada vez.")


class AlreadyMerged(NotMerged):
    message = N_("A ideia nº %(number)d já está reunida à nº %(root)d. Separe-a antes, ou reúna a nº %(root)d.")


class InACircle(NotMerged):
    message = N_("A ideia nº %(into)d já está reunida à nº %(number)d: não pode também recebê-la.")


class OutOfSight(NotMerged):
    message = N_("A ideia nº %(number)d está oculta, em verificação ou retirada: não pode ser reunida.")


def merge(duplicates: Sequence[Idea], into: Idea, *, by: Person) -> list[Merge]:
    """Merge the duplicates, with everything merged into them, into the set of `into`: all of them or none.

    One that already is in that set is left alone. Concurrent merges wait for each other's locks, and the second sees
    what the first did. The caller checks permission. Raises a NotMerged.
    """
    if all(one is into for one in duplicates):
        raise NothingToMerge
    if len(duplicates) > MAX_DUPLICATES:
        raise TooMany(most=MAX_DUPLICATES)
    locking.sets_of([*duplicates, into])
    root = db.session.get_one(Idea, into.root_id)
    _ensure_in_sight(root)
    new = [one for one in dict.fromkeys(duplicates) if _is_new(one, into, root)]
    if not new:
        return []
    before = _facts([root, *new])
    made = [_insert(one, into, by) for one in new]
    _set_root(new, root)
    for one, merge in zip(new, made, strict=True):
        _record(merge, one, root)
    log.write(by=by, action="ideas_merged", thing="idea", thing_id=root.id, before=before, after=_facts([root]))
    return made


def _facts(roots: Sequence[Idea]) -> dict[str, int]:
    """Return the totals of canonical ideas by id, for the audit log."""
    return {str(root.id): root.total_count for root in roots}


def _is_new(one: Idea, into: Idea, root: Idea) -> bool:
    """Whether the idea is not in the set yet. Raises a NotMerged if it cannot be merged into it."""
    if one is into:
        return False
    if one is root:
        raise InACircle(number=one.id, into=into.id)
    if one.root_id == root.id:
        return False
    if one.root_id != one.id:
        raise AlreadyMerged(number=one.id, root=one.root_id)
    _ensure_in_sight(one)
    return True


def _ensure_in_sight(idea: Idea) -> None:
    if not idea.in_sight:
        raise OutOfSight(number=idea.id)


def _insert(one: Idea, into: Idea, by: Person) -> Merge:
    merge = Merge(duplicate_id=one.id, into_id=into.id, by_id=by.id, votes=one.total_count)
    one.merged_into_id = into.id
    db.session.add(merge)
    return merge


def _set_root(some: Sequence[Idea], root: Idea) -> None:
    """Set the root of the duplicates and of everything merged into them, and recount the set."""
    db.session.flush()
    db.session.execute(update(Idea).where(Idea.root_id.in_([one.id for one in some])).values(root_id=root.id))
    recounting.recount(root)


def _record(merge: Merge, one: Idea, root: Idea) -> None:
    facts = {"number": one.id, "title": one.title, "into": root.id, "into_title": root.title}
    recording.record("idea_merged", thing="merge", thing_id=merge.id, by=merge.by_id, **facts)
