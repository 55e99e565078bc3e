"""Deciding: the ladder, what each outcome does, bulk and undo; the log of it all."""

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
from ideas.moderation.deciding import NoEnd, NoReason, NoRule, NothingToHide, NotUndone, SkipsARung, Verdict
from ideas.moderation.models import Case, Decision, DecisionBatch, Outcome
from ideas.outbox.models import Event
from tests import make
from tests.moderation.conftest import name_of


def in_days(days: int):
    return clock.now() + timedelta(days=days)


def test_hiding_takes_the_idea_out_of_sight_and_undo_brings_it_back(report, verdict, ana, bruno, fabio):
    idea, other = make.idea(author=bruno), make.idea(author=bruno)
    report(idea, ana)
    batch = deciding.decide([name_of(idea)], verdict(Outcome.HIDE), by=fabio)
    assert (idea.hidden_at is not None, other.hidden_at) == (True, None)
    deciding.undo(batch, by=fabio)
    assert idea.hidden_at is None
    assert db.session.scalars(select(Case)).one().is_open


def test_a_hidden_comment_is_counted_no_more_until_it_is_shown(verdict, bruno, fabio):
    idea = make.idea()
    comment = make.comment(idea, author=bruno)
    idea.own_comments = idea.comment_count = 1
    batch = deciding.decide([name_of(comment)], verdict(Outcome.HIDE), by=fabio)
    assert (idea.own_comments, idea.comment_count) == (0, 0)
    deciding.undo(batch, by=fabio)
    assert (idea.own_comments, idea.comment_count) == (1, 1)


def test_a_suspension_bars_until_its_date_and_ends_by_itself(verdict, bruno, fabio):
    company = make.companies_of(bruno)[0]
    idea = make.idea(author=bruno)
    deciding.decide([name_of(idea)], verdict(Outcome.SUSPENSION, until=in_days(7)), by=fabio)
    with pytest.raises(participation.SuspendedFor):
        participation.ensure_may_participate(bruno, company)
    with time_machine.travel(in_days(7) + timedelta(seconds=1)):
        assert participation.ensure_may_participate(bruno, company) is company


def test_f05_of_two_sanctions_the_strictest_applies_and_undoing_it_leaves_the_other(verdict, bruno, fabio, gilda):
    first, second = make.idea(author=bruno), make.idea(author=bruno)
    deciding.decide([name_of(first)], verdict(Outcome.SUSPENSION, until=in_days(30)), by=fabio)
    shorter = in_days(7)
    deciding.decide([name_of(second)], verdict(Outcome.SUSPENSION, until=shorter), by=gilda)
    assert bruno.suspended_until > in_days(29)
    longer = db.session.scalars(select(DecisionBatch).order_by(DecisionBatch.id)).first()
    deciding.undo(longer, by=gilda)
    assert bruno.suspended_until == shorter
    third = make.idea(author=bruno)
    ban = deciding.decide([name_of(third)], verdict(Outcome.BAN), by=fabio)
    assert (bruno.is_suspended, bruno.suspended_until) == (True, None)
    deciding.undo(ban, by=fabio)
    assert bruno.suspended_until == shorter


def test_an_operators_suspension_outlives_the_undoing_of_a_moderators(verdict, bruno, fabio):
    from ideas.accounts import sanctions

    batch = deciding.decide([name_of(make.idea(author=bruno))], verdict(Outcome.SUSPENSION, until=in_days(3)), by=fabio)
    sanctions.suspend(bruno, until=None)
    deciding.undo(batch, by=fabio)
    assert (bruno.is_suspended, bruno.suspended_until) == (True, None)


def test_f05_the_exact_second_of_the_end_is_free(verdict, bruno, fabio):
    until = in_days(2)
    deciding.decide([name_of(make.idea(author=bruno))], verdict(Outcome.SUSPENSION, until=until), by=fabio)
    with time_machine.travel(until - timedelta(milliseconds=1), tick=False):
        assert bruno.is_suspended
    with time_machine.travel(until, tick=False):
        assert not bruno.is_suspended


def test_a_rung_is_skipped_only_for_gravity_with_its_reason(verdict, bruno, fabio):
    first, second = make.idea(author=bruno), make.idea(author=bruno)
    with pytest.raises(SkipsARung):
        deciding.decide([name_of(first)], verdict(Outcome.WARNING, gravity=""), by=fabio)
    deciding.decide([name_of(first)], verdict(Outcome.REMINDER, gravity=""), by=fabio)
    deciding.decide([name_of(second)], verdict(Outcome.WARNING, gravity=""), by=fabio)


def test_what_was_undone_is_no_rung_of_the_ladder(verdict, bruno, fabio):
    first, second = make.idea(author=bruno), make.idea(author=bruno)
    batch = deciding.decide([name_of(first)], verdict(Outcome.REMINDER, gravity=""), by=fabio)
    deciding.undo(batch, by=fabio)
    with pytest.raises(SkipsARung):
        deciding.decide([name_of(second)], verdict(Outcome.WARNING, gravity=""), by=fabio)


def test_a_decision_names_a_rule_a_reason_and_the_end_of_a_suspension(rule, verdict, bruno, fabio):
    name = name_of(make.idea(author=bruno))
    with pytest.raises(NoRule):
        deciding.decide([name], Verdict(outcome=Outcome.HIDE, reason="Porque sim."), by=fabio)
    with pytest.raises(NoReason):
        deciding.decide([name], Verdict(outcome=Outcome.HIDE, rule=rule), by=fabio)
    with pytest.raises(NoEnd):
        deciding.decide([name], verdict(Outcome.SUSPENSION, until=in_days(-1)), by=fabio)


def test_what_came_from_elsewhere_can_only_be_hidden(verdict, fabio):
    imported = make.imported()
    with pytest.raises(NothingToHide):
        deciding.decide([name_of(imported)], verdict(Outcome.WARNING), by=fabio)
    deciding.decide([name_of(imported)], verdict(Outcome.HIDE), by=fabio)
    assert imported.hidden_at is not None


def test_f03_a_moderator_decides_nothing_of_their_own_and_nothing_they_reported(report, verdict, ana, bruno, fabio):
    own = make.idea(author=fabio)
    with pytest.raises(AboutYourself):
        deciding.decide([name_of(own)], verdict(Outcome.NOTHING), by=fabio)
    reported = make.idea(author=bruno)
    report(reported, fabio)
    with pytest.raises(AboutYourself):
        deciding.decide([name_of(reported)], verdict(Outcome.HIDE), by=fabio)


def test_f03_a_moderator_does_not_undo_what_was_decided_about_them(verdict, fabio, gilda):
    batch = deciding.decide([name_of(make.idea(author=fabio))], verdict(Outcome.HIDE), by=gilda)
    with pytest.raises(AboutYourself):
        deciding.undo(batch, by=fabio)
    deciding.undo(batch, by=gilda)


def test_f03_a_moderator_does_not_undo_what_was_decided_on_their_own_report(report, verdict, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, fabio)
    batch = deciding.decide([name_of(idea)], verdict(Outcome.NOTHING), by=gilda)
    with pytest.raises(AboutYourself):
        deciding.undo(batch, by=fabio)
    deciding.undo(batch, by=gilda)


def test_f03_the_database_itself_refuses_a_decision_about_ones_own_words(report, ana, bruno):
    case = report(make.idea(author=bruno), ana)
    batch = DecisionBatch(by_id=bruno.id)
    db.session.add(batch)
    db.session.flush()
    db.session.add(Decision(case_id=case.id, batch_id=batch.id, subject_id=bruno.id, outcome="nothing", by_id=bruno.id))
    with pytest.raises(DatabaseError, match="not_ones_own"):
        db.session.flush()


def test_a_claimed_case_is_for_whoever_claimed_it(report, verdict, ana, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    case = report(idea, ana)
    cases.claim(case, fabio)
    with pytest.raises(TakenByAnother):
        cases.claim(case, gilda)
    with pytest.raises(TakenByAnother):
        deciding.decide([name_of(idea)], verdict(Outcome.HIDE), by=gilda)
    cases.give_back(case, fabio)
    deciding.decide([name_of(idea)], verdict(Outcome.HIDE), by=gilda)


def test_f04_of_two_moderators_at_once_the_first_wins(app, at_once, report, verdict, ana, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, ana)
    number, moderators = idea.id, [fabio.id, gilda.id]

    def judge(place: int) -> str:
        by = db.session.get_one(Person, moderators[place])
        case = db.session.scalars(select(Case)).one()
        cases.claim(case, by)
        deciding.decide([name_of(db.session.get_one(Idea, number))], verdict(Outcome.HIDE), by=by)
        db.session.commit()
        return "decided"

    results = at_once(2, judge)
    assert results.count("decided") == 1
    assert any(isinstance(result, (AlreadyDecided, TakenByAnother)) for result in results)
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_many_things_are_decided_in_one_act_and_one_undo_brings_all_back(report, verdict, ana, bruno, joao, fabio):
    wave = [make.idea(author=bruno) for _ in range(5)] + [make.idea(author=joao)]
    report(wave[0], ana)
    until = in_days(5)
    batch = deciding.decide([name_of(idea) for idea in wave], verdict(Outcome.SUSPENSION, until=until), by=fabio)
    assert all(idea.hidden_at for idea in wave)
    assert bruno.suspended_until == until
    told = db.session.scalars(select(Event).where(Event.name == "words_judged").order_by(Event.id)).all()
    assert sorted(event.data["many"] for event in told) == [1, 5]
    deciding.undo(batch, by=fabio)
    assert not any(idea.hidden_at for idea in wave)
    assert not bruno.is_suspended
    waiting = db.session.scalars(select(Case).where(Case.closed_at.is_(None))).all()
    assert [case.thing_id for case in waiting] == [wave[0].id]
    with pytest.raises(NotUndone):
        deciding.undo(batch, by=fabio)


def test_every_decision_stands_in_the_log_with_its_reason(verdict, bruno, fabio):
    idea = make.idea(author=bruno)
    batch = deciding.decide([name_of(idea)], verdict(Outcome.HIDE, gravity=""), by=fabio)
    deciding.undo(batch, by=fabio)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.by_id) for entry in entries] == [
        ("case_decided", fabio.id),
        ("decision_undone", fabio.id),
    ]
    assert entries[0].why == "Veja a regra."
    assert log.verify().broken is None


def test_taking_a_case_and_giving_it_back_stand_in_the_log_once_each(report, ana, bruno, fabio, gilda):
    case = report(make.idea(author=bruno), ana)
    cases.claim(case, fabio)
    cases.claim(case, fabio)
    cases.give_back(case, gilda)
    cases.give_back(case, fabio)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.by_id, entry.thing_id) for entry in entries] == [
        ("case_claimed", fabio.id, case.id),
        ("case_given_back", fabio.id, case.id),
    ]


def test_one_case_has_one_standing_decision(report, verdict, ana, bruno, fabio):
    idea = make.idea(author=bruno)
    case = report(idea, ana)
    deciding.decide([name_of(idea)], verdict(Outcome.NOTHING), by=fabio)
    with pytest.raises(DatabaseError):
        db.session.execute(
            text(
                "INSERT INTO decision (case_id, batch_id, outcome, by_id, quote, reason, gravity, hides, decided_at) "
                "SELECT case_id, batch_id, outcome, by_id, quote, reason, gravity, hides, decided_at FROM decision "
                f"WHERE case_id = {case.id}"
            )
        )
