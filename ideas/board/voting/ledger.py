"""The append-only log of votes: the database refuses to change or delete its rows."""

from typing import Literal

from sqlalchemy import Insert, bindparam, insert

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Vote, VoteEvent
from ideas.db import db
from ideas.statements import statement

What = Literal["cast", "withdrawn", "importance_changed", "on_behalf", "set_aside", "restored"]


def write(what: What, vote: Vote, by: Person | None = None) -> VoteEvent:
    """Log an event of a vote that is already in the database. `by` is who caused it; None is a job."""
    event = VoteEvent(
        vote_id=vote.id,
        person_id=vote.person_id,
        idea_id=vote.idea_id,
        company_id=vote.company_id,
        what=what,
        by_id=by.id if by else None,
        importance=vote.importance,
    )
    db.session.add(event)
    return event


def write_row(what: What, vote_id: int, *, person_id: int, idea_id: int, company_id: int, by_id: int) -> None:
    """Log an event of a vote, without importance, that is not loaded as an object: one statement."""
    ids = {"vote_id": vote_id, "person_id": person_id, "idea_id": idea_id, "company_id": company_id, "by_id": by_id}
    db.session.connection().execute(_insert(), {**ids, "what": what, "at": clock.now()})


@statement
def _insert() -> Insert:
    names = ("vote_id", "person_id", "idea_id", "company_id", "by_id", "what", "at")
    return insert(VoteEvent).values({name: bindparam(name) for name in names})
