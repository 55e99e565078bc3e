"""Who may take part: people with a company, without a suspension, who accepted the code of conduct."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.joining import companies_of
from ideas.conduct import accepting, participation, publishing
from ideas.conduct.models import ConductAcceptance, ConductRule, ConductVersion
from ideas.conduct.participation import CodeNotAccepted, MayNotParticipate, NoCompany, Suspended, SuspendedFor
from ideas.db import db
from tests import make
from tests.conftest import statements


def take_part(person: Person) -> None:
    participation.ensure_may_participate(person, companies_of(person)[0])


def publish(number: int, *, asks_again: bool) -> None:
    words = {f"{part}_{lang}": "…" for part in ("summary", "purpose", "process") for lang in ("pt", "es", "en")}
    db.session.add(ConductVersion(number=number, published_at=clock.now(), asks_again=asks_again, **words))
    db.session.flush()


def acceptances(person: Person) -> list[int]:
    mine = select(ConductAcceptance.version).where(ConductAcceptance.person_id == person.id)
    return list(db.session.scalars(mine.order_by(ConductAcceptance.version)))


def test_a_member_may_participate_and_the_check_sends_one_statement(bruno: Person) -> None:
    company = companies_of(bruno)[0]
    with statements() as sent:
        assert participation.ensure_may_participate(bruno, company) is company
    assert len(sent) == 1


def test_a_person_without_a_company_may_not_participate(bruno: Person, elisa: Person) -> None:
    for person in (bruno, elisa):
        with pytest.raises(NoCompany):
            participation.ensure_may_participate(person, None)


def test_staff_may_comment_without_a_company_after_accepting(elisa: Person, bruno: Person) -> None:
    db.session.query(ConductAcceptance).filter_by(person_id=elisa.id).delete()
    with pytest.raises(CodeNotAccepted):
        participation.ensure_may_comment(elisa, None)
    accepting.accept(elisa, 2)
    assert participation.ensure_may_comment(elisa, None) is None
    company = companies_of(bruno)[0]
    assert participation.ensure_may_comment(bruno, company) is company
    with pytest.raises(NoCompany):
        participation.ensure_may_comment(bruno, None)


def test_the_refusal_names_the_end_of_the_suspension(joao: Person) -> None:
    with pytest.raises(SuspendedFor) as refusal:
        take_part(joao)
    assert joao.suspended_until
    assert refusal.value.facts == {"until": clock.date_in_sao_paulo(joao.suspended_until)}
    joao.suspended_until = None
    with pytest.raises(Suspended) as ban:
        take_part(joao)
    assert not isinstance(ban.value, SuspendedFor)
    assert isinstance(ban.value, MayNotParticipate)


def test_f05_a_suspension_ends_at_its_end(joao: Person) -> None:
    joao.suspended_until = clock.now() - timedelta(seconds=1)
    take_part(joao)


def test_a_person_who_accepted_an_older_version_must_accept_the_current_one(ana: Person) -> None:
    with pytest.raises(CodeNotAccepted) as refusal:
        take_part(ana)
    assert refusal.value.version == 2
    assert accepting.accept(ana, 2)
    take_part(ana)


def test_earlier_acceptances_stay_valid_if_the_new_version_does_not_ask_again(bruno: Person, ana: Person) -> None:
    publish(3, asks_again=False)
    take_part(bruno)
    with pytest.raises(CodeNotAccepted) as refusal:
        take_part(ana)
    assert refusal.value.version == 3, "the version to accept is the newest"
    publish(4, asks_again=True)
    with pytest.raises(CodeNotAccepted):
        take_part(bruno)


def test_a_person_who_never_accepted_is_asked_even_if_no_version_asks_again(bruno: Person) -> None:
    db.session.query(ConductAcceptance).delete()
    db.session.query(ConductVersion).update({"asks_again": False})
    with pytest.raises(CodeNotAccepted):
        take_part(bruno)
    accepting.accept(bruno, 2)
    take_part(bruno)


def test_nobody_is_asked_before_a_version_is_published(ana: Person) -> None:
    db.session.query(ConductAcceptance).delete()
    db.session.query(ConductRule).delete()
    db.session.query(ConductVersion).delete()
    take_part(ana)
    assert publishing.current() is None


def test_i08_accepting_twice_keeps_the_first_acceptance(ana: Person) -> None:
    accepting.accept(ana, 2)
    first = db.session.get_one(ConductAcceptance, (ana.id, 2)).accepted_at
    accepting.accept(ana, 2)
    db.session.expire_all()
    assert db.session.get_one(ConductAcceptance, (ana.id, 2)).accepted_at == first
    assert acceptances(ana) == [1, 2]


def test_only_the_current_version_can_be_accepted(ana: Person) -> None:
    assert not accepting.accept(ana, 1)
    assert not accepting.accept(ana, 3)
    assert acceptances(ana) == [1]


def test_accepting_concurrently_counts_once(at_once, ana: Person) -> None:
    number = ana.id

    def accept(index: int) -> bool:
        done = accepting.accept(db.session.get_one(Person, number), 2)
        db.session.commit()
        return done

    assert at_once(8, accept) == [True] * 8
    assert acceptances(make.person("ana")) == [1, 2]


def test_the_shipped_code_is_published_once_in_order_and_complete() -> None:
    db.session.query(ConductAcceptance).delete()
    db.session.query(ConductRule).delete()
    db.session.query(ConductVersion).delete()
    assert publishing.publish_shipped() == [1, 2]
    assert publishing.publish_shipped() == []
    current = publishing.current()
    assert current
    assert (current.number, current.asks_again) == (2, True)
    assert f"{clock.date_in_sao_paulo(current.published_at)}" == "2026-10-19"
    rules = publishing.rules_of(current)
    assert [rule.position for rule in rules] == list(range(1, len(rules) + 1))
    for one in (*publishing.versions(), *rules):
        for name, words in vars(one).items():
            assert words != "", f"{name} of {one}"
    assert db.session.scalar(select(func.count()).select_from(ConductRule)) == 24
