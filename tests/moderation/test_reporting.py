"""Reports: one per person, collected in one case, which stores the reported text."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import sanctions
from ideas.conduct.participation import NoCompany, SuspendedFor
from ideas.db import db
from ideas.moderation import deciding, queues
from ideas.moderation.models import Case, DecisionOutcome, Report
from ideas.moderation.reporting import DecidedRecently, YourOwnWords
from tests import make
from tests.moderation.conftest import key_of


def test_reports_of_one_text_share_one_case(report, ana, davi, bruno):
    idea, other = make.idea(author=bruno), make.idea(author=bruno)
    case = report(idea, ana)
    assert report(idea, davi).id == case.id
    assert report(other, ana).id != case.id
    assert case.subject_id == bruno.id


def test_f01_repeated_reports_by_one_person_count_once(report, ana, bruno, carla, joao):
    idea = make.idea(author=joao)
    for _ in range(100):
        case = report(idea, ana)
    report(idea, carla)
    report(idea, bruno)
    assert db.session.scalar(select(func.count(Report.id)).where(Report.case_id == case.id)) == 3
    assert queues.report_counts([case])[case.id] == (3, 2)


def test_f02_an_unchanged_text_cannot_be_reported_for_a_day_after_a_decision(report, verdict, ana, davi, bruno, fabio):
    idea = make.idea(author=bruno)
    report(idea, ana)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.NOTHING), by=fabio)
    with pytest.raises(DecidedRecently):
        report(idea, davi)
    idea.problem = "Agora com uma ofensa nova."
    db.session.flush()
    again = report(idea, davi)
    assert again.is_open
    assert again.words["problem"] == "Agora com uma ofensa nova."


def test_f02_an_unchanged_text_can_be_reported_again_after_a_day(report, verdict, ana, davi, bruno, fabio):
    idea = make.idea(author=bruno)
    report(idea, ana)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.NOTHING), by=fabio)
    with time_machine.travel(clock.now() + timedelta(hours=24, seconds=1)):
        assert report(idea, davi).is_open


def test_f07_a_case_keeps_the_reported_text_after_an_edit(report, ana, bruno):
    idea = make.idea("Um título que ofende alguém", author=bruno)
    case = report(idea, ana)
    idea.title = "Um título inocente"
    db.session.flush()
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).words["title"] == "Um título que ofende alguém"


def test_reporting_one_s_own_text_is_refused(report, bruno):
    with pytest.raises(YourOwnWords):
        report(make.idea(author=bruno), bruno)


def test_suspended_people_and_people_without_a_company_may_not_report(report, ana, bruno):
    sanctions.suspend(ana, until=clock.now() + timedelta(days=1))
    with pytest.raises(SuspendedFor):
        report(make.idea(author=bruno), ana)
    stranger = make.customer()
    make.leave(stranger)
    with pytest.raises(NoCompany):
        report(make.idea(author=bruno), stranger)


def test_staff_may_report_without_a_company(report, heitor, bruno):
    assert report(make.comment(make.idea(), author=bruno), heitor).thing == "comment"


def test_concurrent_first_reports_open_one_case(app, at_once, report, ana, davi, bruno):
    idea = make.idea(author=bruno)
    number, people = idea.id, [ana.id, davi.id]

    def report_as(index: int) -> int:
        from ideas.accounts.models import Person
        from ideas.board.models import Idea

        case = report(db.session.get_one(Idea, number), db.session.get_one(Person, people[index]))
        db.session.commit()
        return case.id

    assert len(set(at_once(2, report_as))) == 1
    assert db.session.scalar(select(func.count(Case.id))) == 1
    assert db.session.scalar(select(func.count(Report.id))) == 2
