"""Bring duplicates to the idea they are the same as. No vote, comment or follow moves: only roots do."""

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

#: Ideas that one deed may bring.
MOST = 50


class NotMerged(Refused):
    """Ideas that can't be brought together so."""


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
    """Let each duplicate, with all that was merged into it, count in the set of `into`: all of them or none.

    One that is in that set already stays as it is. Two merges at once wait for each other at the roots, and
    the second sees what the first did. Whether `by` may is asked by who calls. Raises a NotMerged.
    """
    if all(one is into for one in duplicates):
        raise NothingToMerge
    if len(duplicates) > MOST:
        raise TooMany(most=MOST)
    locking.sets_of([*duplicates, into])
    root = db.session.get_one(Idea, into.root_id)
    _ensure_in_sight(root)
    fresh = [one for one in dict.fromkeys(duplicates) if _is_new(one, into, root)]
    if not fresh:
        return []
    before = _facts([root, *fresh])
    made = [_bring(one, into, by) for one in fresh]
    _take_in(fresh, root)
    for one, merge in zip(fresh, made, strict=True):
        _tell(merge, one, root)
    log.write(by=by, action="ideas_merged", thing="idea", thing_id=root.id, before=before, after=_facts([root]))
    return made


def _facts(roots: Sequence[Idea]) -> dict[str, int]:
    """Each canonical idea's total, by its number."""
    return {str(root.id): root.total_count for root in roots}


def _is_new(one: Idea, into: Idea, root: Idea) -> bool:
    """Whether it is still to be brought; refuses what can't be."""
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


def _bring(one: Idea, into: Idea, by: Person) -> Merge:
    merge = Merge(duplicate_id=one.id, into_id=into.id, by_id=by.id, votes=one.total_count)
    one.merged_into_id = into.id
    db.session.add(merge)
    return merge


def _take_in(some: Sequence[Idea], root: Idea) -> None:
    """Flatten what hangs below them to the root, and count the whole anew."""
    db.session.flush()
    db.session.execute(update(Idea).where(Idea.root_id.in_([one.id for one in some])).values(root_id=root.id))
    recounting.recount(root)


def _tell(merge: Merge, one: Idea, root: Idea) -> None:
    facts = {"number": one.id, "title": one.title, "into": root.id, "into_title": root.title}
    recording.record("idea_merged", thing="merge", thing_id=merge.id, by=merge.by_id, **facts)
