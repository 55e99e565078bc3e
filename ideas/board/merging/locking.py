"""Take an idea's merged set before changing it; look only then.

On PostgreSQL (READ COMMITTED) two people who each write and then count do not see each other's row,
and a counter drifts by one for good. So every deed that changes what a set counts takes the root's
row lock first. On SQLite a writing transaction already is the only one; the same reads are made.

Nobody waits in a ring: a deed locks every idea it will write, by ascending id, and whoever finds that
a set changed while they waited lets go of all before they try again.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Integer, Select, bindparam, inspect, select
from sqlalchemy.orm.attributes import set_committed_value

from ideas.board.models import GroupMember, Idea, Status
from ideas.db import db
from ideas.statements import statement

#: FOR NO KEY UPDATE: plain FOR UPDATE would also wait for everyone who inserts a row that points at
#: the idea, and two who did so and then came here would wait for each other for ever.
LOCK = {"key_share": True}


def root_of(idea: Idea) -> Idea:
    """The canonical idea of the set, locked with the idea itself until the transaction ends.

    Both have their values as they are now; the root's `status` is loaded.
    """
    return roots_of([idea])[-1]


def lock_if_root(idea: GroupMember) -> bool:
    """Lock an idea that is the root of its set, without loading it. False, and no lock, if it was merged."""
    if idea.root_id != idea.id:
        return False
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
    """The roots of several ideas' sets, each once, by ascending id, locked with the ideas themselves."""
    return _hold(ideas, lambda: _named(ideas))


def sets_of(ideas: Sequence[Idea]) -> list[Idea]:
    """As roots_of, with every idea of their sets locked: for who moves them to another root."""
    return _hold(ideas, lambda: _named(ideas) | _members(ideas))


def _hold(ideas: Sequence[Idea], wanted: Callable[[], set[int]]) -> list[Idea]:
    # A refresh forgets what was not sent yet.
    db.session.flush()
    while True:
        # Going back to a savepoint gives up the locks that were taken after it.
        with db.session.connection().begin_nested() as place:
            held = wanted()
            locked = {number: _lock(number) for number in sorted(held)}
            # Only under the locks is it certain what belongs to the sets.
            if wanted() == held:
                return [locked[number] for number in sorted(_root_ids(ideas))]
            place.rollback()


def _named(ideas: Sequence[Idea]) -> set[int]:
    return {idea.id for idea in ideas} | _root_ids(ideas)


def _members(ideas: Sequence[Idea]) -> set[int]:
    return set(db.session.scalars(select(Idea.id).where(Idea.root_id.in_(_root_ids(ideas)))))


def _root_ids(ideas: Sequence[Idea]) -> set[int]:
    return {idea.root_id for idea in ideas if idea.root_id is not None}


def _lock(number: int) -> Idea:
    root = db.session.get_one(Idea, number)
    # By name: a refresh of everything would take the loaded relationships away.
    db.session.refresh(root, inspect(Idea).column_attrs.keys(), with_for_update=LOCK)
    set_committed_value(root, "status", db.session.get_one(Status, root.status_key))
    return root
