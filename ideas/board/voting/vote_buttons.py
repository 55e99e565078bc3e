"""The read model of an idea as its vote button shows it, which is also all that a vote needs."""

from typing import Any

from sqlalchemy import BindParameter, Integer, Select, and_, bindparam, select

from ideas.accounts.models import Person
from ideas.board.models import Idea, Status
from ideas.board.models.mixins import Linkable
from ideas.db import rows
from ideas.read_models import columns, read, read_model
from ideas.statements import statement


@read_model
class VoteButton(Linkable):
    """An idea as its vote button shows it."""

    id: int
    root_id: int | None
    title: str
    total_count: int
    open_to_votes: bool


def find(number: int, reader: Person | None, *, moderator: bool = False) -> VoteButton | None:
    """Return the button of the idea with that id if the reader may see it. One statement."""
    found = rows(_button(moderator), number=number, reader=reader.id if reader else None)
    return next(iter(read(VoteButton, found)), None)


@statement(each=((True,), (False,)))
def _button(moderator: bool) -> Select[Any]:
    reader: BindParameter[int | None] = bindparam("reader", type_=Integer)
    button = columns(VoteButton, Idea, open_to_votes=and_(Status.votes_open, Idea.in_sight))
    one = select(*button).join_from(Idea, Status, Status.key == Idea.status_key).where(Idea.id == bindparam("number"))
    return one if moderator else one.where(Idea.is_visible_to(reader))
