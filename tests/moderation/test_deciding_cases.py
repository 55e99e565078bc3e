"""Decisions: the ladder, the effect of each outcome, batches, undo and the audit log."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.audit.models import AuditEntry
from ideas.board.models import Idea
from ideas.conduct import participation
from ideas.db import db
from ideas.moderation import cases, deciding
from ideas.moderation.cases import AboutYourself, AlreadyDecided, TakenByAnother
from ideas.moderation.deciding import (
    CannotUndo,
    NoAuthorToSanction,
    SkipsSteps,
    Verdict,
    VerdictNeedsEnd,
    VerdictNeedsReason,
    VerdictNeedsRule,
)
from ideas.moderation.models import Case, Decision, DecisionBatch, DecisionOutcome
from ideas.outbox.models import Event
from tests import make
from tests.moderation.conftest import key_of


def in_days(days: int):
    return clock.now() + timedelta(days=days)


def test_hiding_an_idea_hides_it_until_the_decision_is_undone(report, verdict, ana, bruno, fabio):
    idea, other = make.idea(author=bruno), make.idea(author=bruno)
    report(idea, ana)
    batch = deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=fabio)
    assert (idea.hidden_at is not None, other.hidden_at) == (True, None)
    deciding.undo(batch, by=fabio)
    assert idea.hidden_at is None
    assert db.session.scalars(select(Case)).one().is_open


def test_a_hidden_comment_is_not_counted_until_it_is_shown(verdict, bruno, fabio):
    idea = make.idea()
    comment = make.comment(idea, author=bruno)
    idea.own_comments = idea.comment_count = 1
    batch = deciding.decide([key_of(comment)], verdict(DecisionOutcome.HIDE), by=fabio)
    assert (idea.own_comments, idea.comment_count) == (0, 0)
    deciding.undo(batch, by=fabio)
    assert (idea.own_comments, idea.comment_count) == (1, 1)


def test_a_suspension_ends_automatically(verdict, bruno, fabio):
    company = make.companies_of(bruno)[0]
    idea = make.idea(author=bruno)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.SUSPENSION, until=in_days(7)), by=fabio)
    with pytest.raises(participation.SuspendedFor):
        participation.ensure_may_participate(bruno, company)
    with time_machine.travel(in_days(7) + timedelta(seconds=1)):
        assert participation.ensure_may_participate(bruno, company) is company


def test_f05_the_strictest_sanction_applies_and_undoing_it_leaves_the_other(verdict, bruno, fabio, gilda):
    first, second = make.idea(author=bruno), make.idea(author=bruno)
    deciding.decide([key_of(first)], verdict(DecisionOutcome.SUSPENSION, until=in_days(30)), by=fabio)
    shorter = in_days(7)
    deciding.decide([key_of(second)], verdict(DecisionOutcome.SUSPENSION, until=shorter), by=gilda)
    assert bruno.suspended_until > in_days(29)
    longer = db.session.scalars(select(DecisionBatch).order_by(DecisionBatch.id)).first()
    deciding.undo(longer, by=gilda)
    assert bruno.suspended_until == shorter
    third = make.idea(author=bruno)
    ban = deciding.decide([key_of(third)], verdict(DecisionOutcome.BAN), by=fabio)
    assert (bruno.is_suspended, bruno.suspended_until) == (True, None)
    deciding.undo(ban, by=fabio)
    assert bruno.suspended_until == shorter


def test_undoing_a_decision_keeps_an_operator_s_suspension(verdict, bruno, fabio):
    from ideas.accounts import sanctions

    batch = deciding.decide(
        [key_of(make.idea(author=bruno))], verdict(DecisionOutcome.SUSPENSION, until=in_days(3)), by=fabio
    )
    sanctions.suspend(bruno, until=None)
    deciding.undo(batch, by=fabio)
    assert (bruno.is_suspended, bruno.suspended_until) == (True, None)


def test_f05_a_suspension_ends_exactly_at_its_end(verdict, bruno, fabio):
    until = in_days(2)
    deciding.decide([key_of(make.idea(author=bruno))], verdict(DecisionOutcome.SUSPENSION, until=until), by=fabio)
    with time_machine.travel(until - timedelta(milliseconds=1), tick=False):
        assert bruno.is_suspended
    with time_machine.travel(until, tick=False):
        assert not bruno.is_suspended


def test_skipping_steps_needs_a_justification(verdict, bruno, fabio):
    first, second = make.idea(author=bruno), make.idea(author=bruno)
    with pytest.raises(SkipsSteps):
        deciding.decide([key_of(first)], verdict(DecisionOutcome.WARNING, gravity=""), by=fabio)
    deciding.decide([key_of(first)], verdict(DecisionOutcome.REMINDER, gravity=""), by=fabio)
    deciding.decide([key_of(second)], verdict(DecisionOutcome.WARNING, gravity=""), by=fabio)


def test_an_undone_decision_is_no_step_of_the_ladder(verdict, bruno, fabio):
    first, second = make.idea(author=bruno), make.idea(author=bruno)
    batch = deciding.decide([key_of(first)], verdict(DecisionOutcome.REMINDER, gravity=""), by=fabio)
    deciding.undo(batch, by=fabio)
    with pytest.raises(SkipsSteps):
        deciding.decide([key_of(second)], verdict(DecisionOutcome.WARNING, gravity=""), by=fabio)


def test_a_decision_needs_a_rule_a_reason_and_the_end_of_a_suspension(rule, verdict, bruno, fabio):
    name = key_of(make.idea(author=bruno))
    with pytest.raises(VerdictNeedsRule):
        deciding.decide([name], Verdict(outcome=DecisionOutcome.HIDE, reason="Porque sim."), by=fabio)
    with pytest.raises(VerdictNeedsReason):
        deciding.decide([name], Verdict(outcome=DecisionOutcome.HIDE, rule=rule), by=fabio)
    with pytest.raises(VerdictNeedsEnd):
        deciding.decide([name], verdict(DecisionOutcome.SUSPENSION, until=in_days(-1)), by=fabio)


def test_imported_texts_can_only_be_hidden(verdict, fabio):
    imported = make.imported()
    with pytest.raises(NoAuthorToSanction):
        deciding.decide([key_of(imported)], verdict(DecisionOutcome.WARNING), by=fabio)
    deciding.decide([key_of(imported)], verdict(DecisionOutcome.HIDE), by=fabio)
    assert imported.hidden_at is not None


def test_f03_a_moderator_may_not_decide_about_their_own_text_or_report(report, verdict, ana, bruno, fabio):
    own = make.idea(author=fabio)
    with pytest.raises(AboutYourself):
        deciding.decide([key_of(own)], verdict(DecisionOutcome.NOTHING), by=fabio)
    reported = make.idea(author=bruno)
    report(reported, fabio)
    with pytest.raises(AboutYourself):
        deciding.decide([key_of(reported)], verdict(DecisionOutcome.HIDE), by=fabio)


def test_f03_a_moderator_may_not_undo_a_decision_about_their_text(verdict, fabio, gilda):
    batch = deciding.decide([key_of(make.idea(author=fabio))], verdict(DecisionOutcome.HIDE), by=gilda)
    with pytest.raises(AboutYourself):
        deciding.undo(batch, by=fabio)
    deciding.undo(batch, by=gilda)


def test_f03_a_moderator_may_not_undo_a_decision_on_their_report(report, verdict, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, fabio)
    batch = deciding.decide([key_of(idea)], verdict(DecisionOutcome.NOTHING), by=gilda)
    with pytest.raises(AboutYourself):
        deciding.undo(batch, by=fabio)
    deciding.undo(batch, by=gilda)


def test_f03_the_database_refuses_a_decision_about_one_s_own_text(report, ana, bruno):
    case = report(make.idea(author=bruno), ana)
    batch = DecisionBatch(by_id=bruno.id)
    db.session.add(batch)
    db.session.flush()
    db.session.add(Decision(case_id=case.id, batch_id=batch.id, subject_id=bruno.id, outcome="nothing", by_id=bruno.id))
    with pytest.raises(DatabaseError, match="not_ones_own"):
        db.session.flush()


def test_only_the_moderator_who_claimed_a_case_may_decide_it(report, verdict, ana, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    case = report(idea, ana)
    cases.claim(case, fabio)
    with pytest.raises(TakenByAnother):
        cases.claim(case, gilda)
    with pytest.raises(TakenByAnother):
        deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=gilda)
    cases.release(case, fabio)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=gilda)


def test_f04_of_two_concurrent_decisions_the_first_wins(app, at_once, report, verdict, ana, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, ana)
    number, moderators = idea.id, [fabio.id, gilda.id]

    def judge(index: int) -> str:
        by = db.session.get_one(Person, moderators[index])
        case = db.session.scalars(select(Case)).one()
        cases.claim(case, by)
        deciding.decide([key_of(db.session.get_one(Idea, number))], verdict(DecisionOutcome.HIDE), by=by)
        db.session.commit()
        return "decided"

    results = at_once(2, judge)
    assert results.count("decided") == 1
    assert any(isinstance(result, (AlreadyDecided, TakenByAnother)) for result in results)
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_a_batch_of_decisions_is_undone_as_a_whole(report, verdict, ana, bruno, joao, fabio):
    wave = [make.idea(author=bruno) for _ in range(5)] + [make.idea(author=joao)]
    report(wave[0], ana)
    until = in_days(5)
    batch = deciding.decide([key_of(idea) for idea in wave], verdict(DecisionOutcome.SUSPENSION, until=until), by=fabio)
    assert all(idea.hidden_at for idea in wave)
    assert bruno.suspended_until == until
    events = db.session.scalars(select(Event).where(Event.name == "words_judged").order_by(Event.id)).all()
    assert sorted(event.data["many"] for event in events) == [1, 5]
    deciding.undo(batch, by=fabio)
    assert not any(idea.hidden_at for idea in wave)
    assert not bruno.is_suspended
    waiting = db.session.scalars(select(Case).where(Case.closed_at.is_(None))).all()
    assert [case.thing_id for case in waiting] == [wave[0].id]
    with pytest.raises(CannotUndo):
        deciding.undo(batch, by=fabio)


def test_every_decision_is_in_the_audit_log_with_its_reason(verdict, bruno, fabio):
    idea = make.idea(author=bruno)
    batch = deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE, gravity=""), by=fabio)
    deciding.undo(batch, by=fabio)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.by_id) for entry in entries] == [
        ("case_decided", fabio.id),
        ("decision_undone", fabio.id),
    ]
    assert entries[0].why == "Veja a regra."
    assert log.verify().broken is None


def test_claiming_and_releasing_a_case_are_in_the_audit_log_once(report, ana, bruno, fabio, gilda):
    case = report(make.idea(author=bruno), ana)
    cases.claim(case, fabio)
    cases.claim(case, fabio)
    cases.release(case, gilda)
    cases.release(case, fabio)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.by_id, entry.thing_id) for entry in entries] == [
        ("case_claimed", fabio.id, case.id),
        ("case_given_back", fabio.id, case.id),
    ]


def test_a_case_has_at_most_one_decision_in_force(report, verdict, ana, bruno, fabio):
    idea = make.idea(author=bruno)
    case = report(idea, ana)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.NOTHING), by=fabio)
    with pytest.raises(DatabaseError):
        db.session.execute(
            text(
                "INSERT INTO decision (case_id, batch_id, outcome, by_id, quote, reason, gravity, hides, decided_at) "
                "SELECT case_id, batch_id, outcome, by_id, quote, reason, gravity, hides, decided_at FROM decision "
                f"WHERE case_id = {case.id}"
            )
        )
