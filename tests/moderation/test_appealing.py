"""Appeals: one per decision, within thirty days, answered by another moderator."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from ideas import clock
from ideas.db import db
from ideas.errors import Missing
from ideas.moderation import appealing, deciding
from ideas.moderation.appealing import AnsweredBefore, AppealedBefore, TooLate, YourOwnDecision
from ideas.moderation.deciding import CannotUndo
from ideas.moderation.models import AppealOutcome, Decision, DecisionBatch, DecisionOutcome
from tests import make
from tests.moderation.conftest import key_of


@pytest.fixture
def decision(verdict, bruno, fabio):
    """A decision that suspends Bruno for a week and hides his idea."""
    until = clock.now() + timedelta(days=7)
    deciding.decide([key_of(make.idea(author=bruno))], verdict(DecisionOutcome.SUSPENSION, until=until), by=fabio)
    return db.session.scalars(select(Decision)).one()


def test_f06_a_suspended_person_may_appeal_once(decision, bruno):
    appealing.appeal(decision, "Não foi isso que eu quis dizer.", by=bruno)
    with pytest.raises(AppealedBefore):
        appealing.appeal(decision, "E mais uma coisa.", by=bruno)


def test_f06_only_the_author_may_appeal(decision, ana):
    with pytest.raises(Missing):
        appealing.appeal(decision, "Ele não fez nada.", by=ana)


def test_f06_an_appeal_after_thirty_days_is_refused(decision, bruno):
    with time_machine.travel(decision.decided_at + timedelta(days=30, seconds=1)), pytest.raises(TooLate):
        appealing.appeal(decision, "Agora.", by=bruno)


def test_another_moderator_answers_and_a_reversal_lifts_the_sanction(decision, bruno, fabio, gilda):
    appeal = appealing.appeal(decision, "Peço outro olhar.", by=bruno)
    with pytest.raises(YourOwnDecision):
        appealing.answer(appeal, AppealOutcome.UPHELD, "Mantida.", by=fabio)
    appealing.answer(appeal, AppealOutcome.REVERSED, "Foi um engano.", by=gilda)
    assert not bruno.is_suspended
    assert not decision.in_force
    assert deciding.past_outcomes([bruno.id]) == {}
    with pytest.raises(AnsweredBefore):
        appealing.answer(appeal, AppealOutcome.UPHELD, "Mantida.", by=gilda)


def test_f03_a_moderator_who_reported_the_text_may_not_answer_the_appeal(report, verdict, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, gilda)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=fabio)
    appeal = appealing.appeal(db.session.scalars(select(Decision)).one(), "Peço outro olhar.", by=bruno)
    with pytest.raises(YourOwnDecision):
        appealing.answer(appeal, AppealOutcome.UPHELD, "Mantida.", by=gilda)


def test_an_upheld_decision_stays_in_force(decision, bruno, gilda):
    appeal = appealing.appeal(decision, "Peço outro olhar.", by=bruno)
    appealing.answer(appeal, AppealOutcome.UPHELD, "A regra é clara.", by=gilda)
    assert bruno.is_suspended
    assert decision.in_force


def test_a_decision_with_an_appeal_cannot_be_undone(decision, bruno, fabio):
    appealing.appeal(decision, "Peço outro olhar.", by=bruno)
    with pytest.raises(CannotUndo):
        deciding.undo(db.session.get_one(DecisionBatch, decision.batch_id), by=fabio)


def test_the_database_refuses_an_answer_by_the_same_moderator(decision, bruno, fabio):
    appeal = appealing.appeal(decision, "Peço outro olhar.", by=bruno)
    answered = "answered_at = made_at, outcome = 'upheld', answer = 'x'"
    with pytest.raises(DatabaseError, match="another_moderator"):
        db.session.execute(text(f"UPDATE appeal SET answered_by_id = {fabio.id}, {answered} WHERE id = {appeal.id}"))
