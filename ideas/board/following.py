"""Who hears about an idea, and how much: a reason each, perhaps a chosen level.

A merged set is followed as a whole: reasons add up over its rows, each giving what the person chose for
it in general; a level chosen for the root wins over one chosen for a duplicate, and both over reasons.
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
#: That an idea was seen is written down at most this often.
EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Following:
    """How much a person hears of an idea, whether they chose so themselves, and why else."""

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
    """What voting and commenting give the person while they choose nothing for an idea."""

    voted: Level = Level.RESULTS
    commented: Level = Level.ALL


def follow(idea: Idea, person: Person, reason: Reason) -> None:
    """Let the person hear of the idea for one reason more; doing so again changes nothing."""
    _write([idea.id], person, {reason.value: True})


def drop_reason(idea: Idea, person: Person, reason: Reason) -> None:
    """Take a reason away in the idea's whole set; other reasons and a chosen level stay."""
    db.session.execute(_mine(idea, person).values({reason.value: False}))


def choose(idea: Idea, person: Person, level: Level | None) -> None:
    """Hear as much as chosen, whatever the reasons; None goes back to what the reasons give."""
    if level is None:
        db.session.execute(_mine(idea, person).values(level=None, chose=False))
    else:
        _write([idea.root_id or idea.id], person, {"level": level.value, "chose": True})


def leave(root_ids: Sequence[int], person: Person) -> int:
    """Hear nothing more of those canonical ideas of which the person hears something; how many those were."""
    heard = followed_by(person.id).where(Idea.root_id.in_(root_ids))
    followed = sorted(root for root in db.session.scalars(heard) if root is not None)
    if followed:
        _write(followed, person, {"level": Level.NOTHING.value, "chose": True})
    return len(followed)


def choose_defaults(person: Person, defaults: Defaults) -> None:
    """Let voting and commenting give these levels, for ideas followed already too."""
    facts = {"voted": defaults.voted.value, "commented": defaults.commented.value}
    row = sql.upsert(FollowDefault).values(person_id=person.id, **facts)
    db.session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_=facts))


def defaults_of(person: Person) -> Defaults:
    """What the person chose in general, or what the portal gives."""
    row = db.session.get(FollowDefault, person.id)
    return Defaults(Level(row.voted), Level(row.commented)) if row else Defaults()


def follow_of(idea: GroupMember, person: Person) -> Following:
    """How much the person hears of the idea and its merged set: one statement."""
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


def hearers(idea: Idea, *, result: bool) -> list[int]:
    """The ids of those who hear: of a result also those who want results alone."""
    return _hearing(_set_of(idea), idea.root_id, Level.RESULTS if result else Level.ALL)


def hearers_below(idea_id: int, branch: CTE) -> list[int]:
    """The ids of those who hear results of an idea by what they chose and did there, and in what was merged into it."""
    return _hearing(select(branch.c.id), idea_id, Level.RESULTS)


def followed_by(person_id: int | None) -> Select[int | None]:
    """The roots of the sets of which the person hears something."""
    sets = select(Idea.root_id).select_from(Follow).join(Idea, Idea.id == Follow.idea_id)
    mine = _with_defaults(sets).where(Follow.person_id == person_id)
    return mine.group_by(Idea.root_id).having(_level(Idea.root_id) > 0)


def seen_among(root_ids: Sequence[int], person: Person) -> dict[int, datetime]:
    """When the person last looked at those canonical ideas that they follow: one query for a page."""
    sets = select(Idea.root_id, func.max(Follow.last_seen_at)).join(Idea, Idea.id == Follow.idea_id)
    seen_at = sets.where(Follow.person_id == person.id, Idea.root_id.in_(root_ids)).group_by(Idea.root_id)
    return {root: seen for root, seen in rows(seen_at) if root is not None and seen is not None}


def seen_now(idea: GroupMember, person: Person) -> Update:
    """The statement that notes that the person looks at the idea: for a transaction of its own."""
    now = clock.now()
    late = or_(Follow.last_seen_at.is_(None), Follow.last_seen_at <= now - EVERY)
    return _mine(idea, person).where(late).values(last_seen_at=now)


def is_due(following: Following) -> bool:
    """Whether it is time to note that the person looks at an idea with which they have to do."""
    noted = following.seen_at is not None and clock.now() - following.seen_at < EVERY
    return bool(following.reasons) and not noted


def _mine(idea: GroupMember, person: Person) -> Update:
    return update(Follow).where(Follow.person_id == person.id, Follow.idea_id.in_(_set_of(idea)))


def _set_of(idea: GroupMember) -> Select[int]:
    return select(Idea.id).where(Idea.root_id == idea.root_id)


def _hearing(ideas: Select[int], root_id: int | None, least: Level) -> list[int]:
    people = _over(ideas, Follow.person_id).group_by(Follow.person_id)
    return sorted(db.session.scalars(people.having(_level(root_id) >= _RANKS[least])))


def _over(ideas: Select[int], *columns: Any) -> Select[Any]:
    return _with_defaults(select(*columns).select_from(Follow)).where(Follow.idea_id.in_(ideas))


def _with_defaults(rows: Select[Any]) -> Select[Any]:
    return rows.outerjoin(FollowDefault, FollowDefault.person_id == Follow.person_id)


def _level(root: Any) -> ColumnElement[int]:
    """What a person's rows of a set come to: the choice for the root, else for another, else the strongest reason."""
    for_root = func.max(case((Follow.idea_id == root, _rank(Follow.level))))
    return func.coalesce(for_root, func.max(_rank(Follow.level)), func.max(_given()))


def _given() -> ColumnElement[int]:
    """What a row's reasons give."""
    voted = case((Follow.voted, func.coalesce(_rank(FollowDefault.voted), _RANKS[Defaults.voted])), else_=0)
    said = case((Follow.commented, func.coalesce(_rank(FollowDefault.commented), _RANKS[Defaults.commented])), else_=0)
    return case((or_(Follow.author, Follow.chose), _RANKS[Level.ALL]), (said > voted, said), else_=voted)


def _rank(level: Any) -> ColumnElement[int | None]:
    return case(*((level == word.value, rank) for word, rank in _RANKS.items()))


def _write(idea_ids: Sequence[int], person: Person, facts: dict[str, Any]) -> None:
    """The person's rows for the ideas, with these facts: made, or changed where they stand."""
    none = dict.fromkeys((reason.value for reason in Reason), False)
    rows = [{"person_id": person.id, "idea_id": number} | none | facts for number in idea_ids]
    db.session.execute(_upsert(tuple(facts)), rows)


@statement
def _upsert(changed: tuple[str, ...]) -> Any:
    """Insert rows, or change those facts of existing rows."""
    row = sql.upsert(Follow)
    return row.on_conflict_do_update(
        index_elements=["person_id", "idea_id"], set_={name: row.excluded[name] for name in changed}
    )
