"""Lock a merged set before changing it, and read its rows only after that.

On PostgreSQL (READ COMMITTED) two transactions that each write and then count do not see each other's row, and a
counter drifts by one for good. So every operation that changes the counters of a set first locks the root's row. On
SQLite there is only one writing transaction at a time; the same statements run.

To avoid deadlocks, an operation locks every idea it will write, by ascending id. If a set changed while it waited for
the locks, it releases all of them and tries again.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Integer, Select, bindparam, inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from ideas.board.models import GroupMember, Idea, Status
from ideas.db import db
from ideas.statements import statement

#: FOR NO KEY UPDATE. FOR UPDATE conflicts with inserting a row that references the idea: two transactions that did so
#: and then lock it would deadlock.
LOCK = {"key_share": True}


def root_of(idea: Idea) -> Idea:
    """Lock the idea and the canonical idea of its set until the transaction ends. Return the canonical one.

    Both are refreshed; the root's `status` is loaded.
    """
    return roots_of([idea])[-1]


def lock_if_root(idea: GroupMember) -> bool:
    """Lock an idea that is the root of its set, without loading it. False, and no lock, if it was merged.

    SQLite has no row locks and needs none: a transaction that writes is the only one, and sees what it read before.
    """
    if idea.root_id != idea.id or db.engine.dialect.name == "sqlite":
        return idea.root_id == idea.id
    db.session.flush()
    connection = db.session.connection()
    # Rolling back to the savepoint releases the lock.
    with connection.begin_nested() as savepoint:
        if connection.execute(_root_id(), {"idea": idea.id}).scalar_one() == idea.id:
            return True
        savepoint.rollback()
    return False


@statement
def _root_id() -> Select[int | None]:
    return select(Idea.root_id).where(Idea.id == bindparam("idea", type_=Integer)).with_for_update(key_share=True)


def roots_of(ideas: Sequence[Idea]) -> list[Idea]:
    """Lock several ideas and the roots of their sets. Return the roots, each once, by ascending id."""
    return _lock_all(ideas, lambda: _named(ideas))


def sets_of(ideas: Sequence[Idea]) -> list[Idea]:
    """Lock as `roots_of`, and every idea of the sets, for callers that move them to another root."""
    return _lock_all(ideas, lambda: _named(ideas) | _members(ideas))


def _lock_all(ideas: Sequence[Idea], wanted: Callable[[], set[int]]) -> list[Idea]:
    # A refresh discards changes that were not flushed.
    db.session.flush()
    while True:
        # Rolling back to a savepoint releases the locks that were taken after it.
        with db.session.connection().begin_nested() as savepoint:
            expected = wanted()
            locked = {number: _lock(number) for number in sorted(expected)}
            # Another transaction may have changed the sets before they were locked.
            if wanted() == expected:
                return [locked[number] for number in sorted(_root_ids(ideas))]
            savepoint.rollback()


def _named(ideas: Sequence[Idea]) -> set[int]:
    return {idea.id for idea in ideas} | _root_ids(ideas)


def _members(ideas: Sequence[Idea]) -> set[int]:
    return set(db.session.scalars(select(Idea.id).where(Idea.root_id.in_(_root_ids(ideas)))))


def _root_ids(ideas: Sequence[Idea]) -> set[int]:
    return {idea.root_id for idea in ideas if idea.root_id is not None}


def _lock(number: int) -> Idea:
    root = db.session.get_one(Idea, number)
    # Only the columns: a complete refresh would expire the loaded relationships.
    db.session.refresh(root, inspect(Idea).column_attrs.keys(), with_for_update=LOCK)
    set_committed_value(root, "status", db.session.get_one(Status, root.status_key))
    return root
