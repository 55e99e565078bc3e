"""Who hears about an idea, and how much: a reason each, perhaps a chosen level (model.md 23).

A merged set is followed as a whole: reasons add up over its rows; a level chosen on the root wins.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ideas.accounts.models import Person
from ideas.board.models import Follow, Idea, Level, Reason
from ideas.board.models.follow import LEVEL_OF
from ideas.db import db

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Following:
    """How much a person hears of an idea, and whether they chose so themselves."""

    level: Level
    chosen: bool = False

    @property
    def follows(self) -> bool:
        return self.level is not Level.NOTHING


def follow(idea: Idea, person: Person, reason: Reason) -> None:
    """Let the person hear of the idea for one reason more; doing so again changes nothing."""
    _write(idea.id, person, {reason.value: True})


def drop_reason(idea: Idea, person: Person, reason: Reason) -> None:
    """Take a reason away in the idea's whole set; other reasons and a chosen level stay."""
    mine = Follow.person_id == person.id, Follow.idea_id.in_(_set_of(idea))
    db.session.execute(update(Follow).where(*mine).values({reason.value: False}))


def choose(idea: Idea, person: Person, level: Level | None) -> None:
    """Hear as much as chosen, whatever the reasons; None goes back to what the reasons give."""
    if level is None:
        mine = Follow.person_id == person.id, Follow.idea_id.in_(_set_of(idea))
        db.session.execute(update(Follow).where(*mine).values(level=None, chose=False))
    else:
        _write(idea.root_id or idea.id, person, {"level": level.value, "chose": True})


def follow_of(idea: Idea, person: Person) -> Following:
    """How much the person hears of the idea and its merged set."""
    return _joined(idea, db.session.execute(_rows(idea).where(Follow.person_id == person.id)).all())


def hearers(idea: Idea, *, result: bool) -> list[int]:
    """The ids of those who hear: of a result also those who want results alone."""
    rows: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in db.session.execute(_rows(idea)):
        rows[row.person_id].append(row)
    enough = {Level.ALL, Level.RESULTS} if result else {Level.ALL}
    return sorted(person for person, theirs in rows.items() if _joined(idea, theirs).level in enough)


def _set_of(idea: Idea) -> Select[int]:
    return select(Idea.id).where(Idea.root_id == idea.root_id)


def _rows(idea: Idea) -> Select[Any]:
    reasons = [getattr(Follow, reason.value) for reason in Reason]
    return select(Follow.person_id, Follow.idea_id, Follow.level, *reasons).where(Follow.idea_id.in_(_set_of(idea)))


def _joined(idea: Idea, rows: Sequence[Row[Any]]) -> Following:
    """One person's rows of a set, as one: the root's choice, else another's, else the strongest reason."""
    chosen = {row.idea_id: Level(row.level) for row in rows if row.level is not None}
    if chosen:
        return Following(chosen.get(idea.root_id) or _strongest(chosen.values()), chosen=True)
    given = (level for reason, level in LEVEL_OF.items() if any(getattr(row, reason.value) for row in rows))
    return Following(next(given, Level.NOTHING))


def _strongest(levels: Iterable[Level]) -> Level:
    return min(levels, key=list(Level).index)


def _write(idea_id: int, person: Person, facts: dict[str, Any]) -> None:
    """The person's row for the idea, with these facts: made, or changed where it stands."""
    none = dict.fromkeys((reason.value for reason in Reason), False)
    insert = _INSERT[db.engine.dialect.name](Follow).values(person_id=person.id, idea_id=idea_id, **none | facts)
    db.session.execute(insert.on_conflict_do_update(index_elements=["person_id", "idea_id"], set_=facts))
