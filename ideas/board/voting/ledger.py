"""The log of votes that only grows: the database refuses to change or delete its lines."""

from typing import Literal

from ideas.accounts.models import Person
from ideas.board.models import Vote, VoteEvent
from ideas.db import db

What = Literal["cast", "withdrawn", "importance_changed", "on_behalf", "set_aside", "restored"]


def write(what: What, vote: Vote, by: Person | None = None) -> VoteEvent:
    """A line about a vote that is in the database already. `by` is who did it; None for a job."""
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
