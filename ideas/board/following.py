"""Who is notified about an idea, and how much: by reasons, or by a level that the person chose.

A merged set is followed as a whole. Each reason gives the level that the person chose for it in general, and the
strongest reason of the set counts. A level chosen for the root takes precedence over one chosen for a duplicate, and
both over reasons.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from ideas import clock, sql
from ideas.accounts.models import Person
from ideas.board.models import Follow, FollowDefault, GroupMember, Idea, Level, Reason
from ideas.db import db, rows
from ideas.statements import statement

#: Levels as numbers, so that the database can take the strongest.
_RANKS = {Level.NOTHING: 0, Level.RESULTS: 1, Level.ALL: 2}
_LEVELS = {rank: level for level, rank in _RANKS.items()}
#: `last_seen_at` is written at most this often.
SEEN_INTERVAL = timedelta(minutes=1)


@dataclass(frozen=True)
class Following:
    """How much a person is notified about an idea, whether they chose that level, and their reasons to follow."""

    level: Level
    chosen: bool = False
    reasons: frozenset[Reason] = field(default=frozenset(), compare=False)
    #: When the person last looked at the idea; None before the first time.
    seen_at: datetime | None = field(default=None, compare=False)

    @property
    def follows(self) -> bool:
        return self.level is not Level.NOTHING


@dataclass(frozen=True)
class Defaults:
    """The levels that voting and commenting give, unless the person chose one for the idea."""

    voted: Level = Level.RESULTS
    commented: Level = Level.ALL


def follow(idea: GroupMember, person: Person, reason: Reason) -> None:
    """Add a reason why the person follows the idea. Idempotent."""
    _write([idea.id], person, {reason.value: True})


def drop_reason(idea: Idea, person: Person, reason: Reason) -> None:
    """Remove a reason from the idea's whole set; other reasons and a chosen level stay."""
    db.session.execute(_mine(idea, person).values({reason.value: False}))


def choose(idea: Idea, person: Person, level: Level | None) -> None:
    """Set the person's level for the idea, whatever the reasons; None removes it, so that the reasons count again."""
    if level is None:
        db.session.execute(_mine(idea, person).values(level=None, chose=False))
    else:
        _write([idea.root_id or idea.id], person, {"level": level.value, "chose": True})


def leave(root_ids: Sequence[int], person: Person) -> int:
    """Stop following those canonical ideas that the person follows. Return how many they were."""
    roots = followed_by(person.id).where(Idea.root_id.in_(root_ids))
    followed = sorted(root for root in db.session.scalars(roots) if root is not None)
    if followed:
        _write(followed, person, {"level": Level.NOTHING.value, "chose": True})
    return len(followed)


def choose_defaults(person: Person, defaults: Defaults) -> None:
    """Set the levels that voting and commenting give, also for ideas that the person already follows."""
    facts = {"voted": defaults.voted.value, "commented": defaults.commented.value}
    row = sql.upsert(FollowDefault).values(person_id=person.id, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=facts))


def defaults_of(person: Person) -> Defaults:
    """Return what the person chose in general, or the defaults of the portal."""
    row = db.session.get(FollowDefault, person.id)
    return Defaults(Level(row.voted), Level(row.commented)) if row else Defaults()


def follow_of(idea: GroupMember, person: Person) -> Following:
    """Return how the person follows the idea's merged set: one statement."""
    (row,) = rows(_following(), root=idea.root_id, person=person.id)
    why = frozenset(reason for reason in Reason if row._mapping[reason.value])
    return Following(_LEVELS[row.rank or 0], row.chosen is not None, why, row.seen_at)


@statement
def _following() -> Select[Any]:
    root: BindParameter[int] = bindparam("root", type_=Integer)
    reasons = [func.max(case((getattr(Follow, one.value), 1), else_=0)).label(one.value) for one in Reason]
    chosen, seen_at = func.max(_rank(Follow.level)).label("chosen"), func.max(Follow.last_seen_at).label("seen_at")
    of_set = select(Idea.id).where(Idea.root_id == root)
    over = _over(of_set, _level(root).label("rank"), chosen, seen_at, *reasons)
    return over.where(Follow.person_id == bindparam("person"))


def recipients(idea: Idea, *, result: bool) -> list[int]:
    """Return the ids of the people to notify; of a result, also those who want results only."""
    return _recipients(_set_of(idea), idea.root_id, Level.RESULTS if result else Level.ALL)


def recipients_in_branch(idea_id: int, branch: CTE) -> list[int]:
    """Return the ids of the people to notify of a result, by their follows of the idea and of those merged into it."""
    return _recipients(select(branch.c.id), idea_id, Level.RESULTS)


def followed_by(person_id: int | None) -> Select[int | None]:
    """Select the roots of the sets that the person follows."""
    sets = select(Idea.root_id).select_from(Follow).join(Idea, Idea.id == Follow.idea_id)
    mine = _with_defaults(sets).where(Follow.person_id == person_id)
    return mine.group_by(Idea.root_id).having(_level(Idea.root_id) > 0)


def seen_among(root_ids: Sequence[int], person: Person) -> dict[int, datetime]:
    """Return when the person last saw each of the ideas they follow, by root: one query for a page."""
    sets = select(Idea.root_id, func.max(Follow.last_seen_at)).join(Idea, Idea.id == Follow.idea_id)
    seen_at = sets.where(Follow.person_id == person.id, Idea.root_id.in_(root_ids)).group_by(Idea.root_id)
    return {root: seen for root, seen in rows(seen_at) if root is not None and seen is not None}


def seen_now(idea: GroupMember, person: Person) -> Update:
    """Return the statement that stores that the person sees the idea now. Run it in a transaction of its own."""
    now = clock.now()
    is_old = or_(Follow.last_seen_at.is_(None), Follow.last_seen_at <= now - SEEN_INTERVAL)
    return _mine(idea, person).where(is_old).values(last_seen_at=now)


def is_due(following: Following) -> bool:
    """Whether `seen_now` has something to write: the person follows the idea, and was not seen a moment ago."""
    is_recent = following.seen_at is not None and clock.now() - following.seen_at < SEEN_INTERVAL
    return bool(following.reasons) and not is_recent


def _mine(idea: GroupMember, person: Person) -> Update:
    return update(Follow).where(Follow.person_id == person.id, Follow.idea_id.in_(_set_of(idea)))


def _set_of(idea: GroupMember) -> Select[int]:
    return select(Idea.id).where(Idea.root_id == idea.root_id)


def _recipients(ideas: Select[int], root_id: int | None, least: Level) -> list[int]:
    people = _over(ideas, Follow.person_id).group_by(Follow.person_id)
    return sorted(db.session.scalars(people.having(_level(root_id) >= _RANKS[least])))


def _over(ideas: Select[int], *columns: Any) -> Select[Any]:
    return _with_defaults(select(*columns).select_from(Follow)).where(Follow.idea_id.in_(ideas))


def _with_defaults(rows: Select[Any]) -> Select[Any]:
    return rows.outerjoin(FollowDefault, FollowDefault.person_id == Follow.person_id)


def _level(root: Any) -> ColumnElement[int]:
    """A person's level for a set: chosen for the root, else for a duplicate, else given by the strongest reason."""
    for_root = func.max(case((Follow.idea_id == root, _rank(Follow.level))))
    return func.coalesce(for_root, func.max(_rank(Follow.level)), func.max(_level_of_reasons()))


def _level_of_reasons() -> ColumnElement[int]:
    """The level that the reasons of one row give."""
    voted = case((Follow.voted, func.coalesce(_rank(FollowDefault.voted), _RANKS[Defaults.voted])), else_=0)
    commented = case(
        (Follow.commented, func.coalesce(_rank(FollowDefault.commented), _RANKS[Defaults.commented])), else_=0
    )
    return case((or_(Follow.author, Follow.chose), _RANKS[Level.ALL]), (commented > voted, commented), else_=voted)


def _rank(level: Any) -> ColumnElement[int | None]:
    return case(*((level == word.value, rank) for word, rank in _RANKS.items()))


def _write(idea_ids: Sequence[int], person: Person, facts: dict[str, Any]) -> None:
    """Insert or update the person's rows for the ideas."""
    none = dict.fromkeys((reason.value for reason in Reason), False)
    rows = [{"person_id": person.id, "idea_id": number} | none | facts for number in idea_ids]
    db.session.flush()
    db.session.connection().execute(_upsert(tuple(facts)), rows)


@statement
def _upsert(changed: tuple[str, ...]) -> Any:
    """Insert rows, or change these columns of existing rows."""
    row = sql.upsert(Follow)
    return row.on_conflict_do_update(
        index_elements=["person_id", "idea_id"], set_={name: row.excluded[name] for name in changed}
    )
