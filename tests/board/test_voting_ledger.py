"""The ledger of votes is append-only: the database enforces it."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ideas.accounts.models import Person
from ideas.board.models import VoteEvent
from ideas.board.voting import casting
from ideas.db import db
from tests import make
from tests.conftest import SERVER

CHANGES = ["UPDATE vote_event SET what = 'withdrawn'", "DELETE FROM vote_event"]
# SQLite has no TRUNCATE.
CHANGES += ["TRUNCATE vote_event"] if SERVER else []


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_or_delete_ledger_rows(change: str, bruno: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    db.session.commit()
    with pytest.raises(DBAPIError, match="the ledger of votes only grows"):
        db.session.execute(text(change))
    db.session.rollback()
    assert db.session.scalars(select(VoteEvent.what)).all() == ["cast"]


def test_a_ledger_row_has_the_voter_the_company_and_the_actor(bruno: Person) -> None:
    idea = make.idea()
    vote = make.vote(idea, bruno, make.company_of(bruno))
    line = db.session.scalars(select(VoteEvent)).one()
    assert (line.vote_id, line.person_id, line.by_id) == (vote.id, bruno.id, bruno.id)
    assert (line.idea_id, line.company_id) == (idea.id, make.company_of(bruno).id)
