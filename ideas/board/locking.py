"""Take an idea's merged set before changing it; look only then.

On PostgreSQL (READ COMMITTED) two people who each write and then count do not see each other's row,
and a counter drifts by one for good. So every deed that changes what a set counts takes the root's
row lock first. On SQLite a writing transaction already is the only one; the same reads are made.
"""

from collections.abc import Sequence

from sqlalchemy import inspect
from sqlalchemy.orm.attributes import set_committed_value

from ideas.board.models import Idea, Status
from ideas.db import db

#: FOR NO KEY UPDATE: plain FOR UPDATE would also wait for everyone who inserts a row that points at
#: the idea, and two who did so and then came here would wait for each other for ever.
LOCK = {"key_share": True}


def root_of(idea: Idea) -> Idea:
    """The canonical idea of the set, locked until the transaction ends, with its values as they are now.

    Its `status` is loaded; the idea itself is re-read as far as its place and its own counts go.
    """
    return roots_of([idea])[-1]


def roots_of(ideas: Sequence[Idea]) -> list[Idea]:
    """The roots of several ideas' sets, each once, locked by ascending id so that no two deeds wait in a ring."""
    # A refresh forgets what was not sent yet.
    db.session.flush()
    locked: dict[int, Idea] = {}
    while missing := _root_ids(ideas) - locked.keys():
        locked |= {number: _lock(number) for number in sorted(missing)}
        # Only under the root's lock is it certain that an idea still belongs to the set.
        for idea in ideas:
            if idea.id not in locked:
                db.session.refresh(idea, ["root_id", "own_comments"])
    return [locked[number] for number in sorted(_root_ids(ideas))]


def _root_ids(ideas: Sequence[Idea]) -> set[int]:
    return {idea.root_id for idea in ideas if idea.root_id is not None}


def _lock(number: int) -> Idea:
    root = db.session.get_one(Idea, number)
    # By name: a refresh of everything would take the loaded relationships away.
    db.session.refresh(root, inspect(Idea).column_attrs.keys(), with_for_update=LOCK)
    set_committed_value(root, "status", db.session.get_one(Status, root.status_key))
    return root
