"""Bursts of votes are found with their evidence and notified to moderators; the votes still count."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person, SignIn
from ideas.audit.models import AuditEntry
from ideas.board.models import Idea, Vote
from ideas.board.voting import casting, recounting
from ideas.companies.models import Company
from ideas.db import db
from ideas.moderation import bursts
from ideas.moderation.models import VoteBurst
from ideas.notifications.models import Notification
from ideas.outbox import delivery
from tests import make
from tests.conftest import statements

NOON = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[Any]:
    """A frozen clock: move it with `noon.shift(…)`."""
    with time_machine.travel(NOON, tick=False) as time:
        yield time


def crowd(idea: Idea, people: int, noon, *, company: Company | None = None, minutes: float = 10, days_old: float = 1,
          network: str | None = "203.0.113.7") -> list[Person]:  # fmt: skip
    """Let that many people of that account age sign in and vote, spread over the minutes."""
    voters = []
    for n in range(people):
        person = make.customer(f"Pessoa {n}", company)
        person.created_at = clock.now() - timedelta(days=days_old)
        if network:
            db.session.add(SignIn(account_key="x", network=network, outcome="in", person_id=person.id, at=clock.now()))
        casting.cast(idea, voter=person, company=make.company_of(person))
        voters.append(person)
        noon.shift(timedelta(minutes=minutes / people))
    db.session.flush()
    return voters


def found_bursts() -> list[VoteBurst]:
    bursts.find()
    db.session.flush()
    return list(db.session.scalars(select(VoteBurst).order_by(VoteBurst.id)))


def test_d10_thirty_newcomers_of_one_company_in_ten_minutes_are_a_burst(noon, fabio: Person, gilda: Person) -> None:
    idea, company = make.idea(), make.company("Trinta Novos")
    crowd(idea, 30, noon, company=company)
    (burst,) = found_bursts()
    # Counted in full.
    assert (idea.people_count, idea.company_count, recounting.drift_of(idea)) == (30, 1, None)
    assert db.session.scalar(select(func.count()).where(Vote.set_aside_at.is_not(None))) == 0
    # Flagged with the evidence.
    assert (burst.idea_id, burst.company_id, burst.minutes) == (idea.id, company.id, 10)
    assert (burst.people, burst.newcomers, burst.same_network, burst.only_this) == (30, 30, 30, 30)
    # Moderators are notified once.
    assert len(found_bursts()) == 1
    db.session.commit()
    delivery.deliver_pending()
    assert set(db.session.scalars(select(Notification.person_id))) == {fabio.id, gilda.id}
    assert db.session.scalar(select(func.count()).select_from(Notification)) == 2


def test_people_with_old_accounts_are_no_burst(noon) -> None:
    crowd(make.idea(), 30, noon, company=make.company(), days_old=60)
    assert found_bursts() == []


def test_newcomers_over_several_hours_are_no_burst(noon) -> None:
    idea, company = make.idea(), make.company()
    for _ in range(4):
        crowd(idea, 5, noon, company=company, minutes=60)
        noon.shift(timedelta(minutes=50))
        assert found_bursts() == []


def test_a_burst_needs_the_minimum_of_newcomers(noon) -> None:
    idea, company = make.idea(), make.company()
    crowd(idea, bursts.MIN_NEWCOMERS - 1, noon, company=company)
    assert found_bursts() == []
    crowd(idea, 1, noon, company=company)
    assert [burst.newcomers for burst in found_bursts()] == [bursts.MIN_NEWCOMERS]


def test_newcomers_of_several_companies_on_one_network_are_one_burst(noon) -> None:
    idea, other = make.idea(), make.idea()
    for n in range(3):
        crowd(idea, 5, noon, company=make.company(), minutes=5)
        crowd(other, 5, noon, company=make.company(), minutes=5, network=f"198.51.100.{n}")
    (burst,) = found_bursts()
    assert (burst.idea_id, burst.company_id, burst.newcomers, burst.same_network) == (idea.id, None, 15, 15)


def test_votes_in_a_merged_set_count_as_votes_for_the_root(noon) -> None:
    original, duplicate, company = make.idea(), make.idea(), make.company()
    duplicate.merged_into_id = duplicate.root_id = original.id
    crowd(original, 6, noon, company=company)
    crowd(duplicate, 6, noon, company=company)
    assert [(burst.idea_id, burst.newcomers) for burst in found_bursts()] == [(original.id, 12)]


def test_an_unreviewed_burst_is_updated_and_a_new_one_follows_a_review(noon, fabio: Person) -> None:
    idea, company = make.idea(), make.company()
    crowd(idea, 12, noon, company=company)
    (burst,) = found_bursts()
    crowd(idea, 6, noon, company=company)
    assert [one.newcomers for one in found_bursts()] == [18]
    bursts.mark_reviewed(burst, by=fabio, note="Turma do treinamento.")
    assert len(found_bursts()) == 1
    crowd(idea, 12, noon, company=company)
    assert [one.newcomers for one in found_bursts()] == [18, 12]


def test_a_burst_counts_newcomers_networks_and_voters_of_a_single_idea(noon) -> None:
    idea, other, company = make.idea(), make.idea(), make.company()
    new = crowd(idea, 6, noon, company=company)
    crowd(idea, 3, noon, company=company, days_old=300, network=None)
    crowd(idea, 6, noon, company=company, network="198.51.100.9")
    casting.cast(other, voter=new[0], company=company)
    (burst,) = found_bursts()
    assert (burst.people, burst.newcomers, burst.same_network, burst.only_this) == (15, 12, 6, 11)


def test_finding_no_burst_takes_few_statements(noon) -> None:
    for _ in range(3):
        crowd(make.idea(), 4, noon, company=make.company())
    with statements() as sent:
        bursts.find()
    assert len(sent) <= 2


# --- the page -----------------------------------------------------------------------------------


def test_a_moderator_sees_the_evidence_and_records_a_review(noon, browser, fabio: Person) -> None:
    idea, company = make.idea("Boleto por aproximação"), make.company("Trinta Novos")
    crowd(idea, 12, noon, company=company)
    (burst,) = found_bursts()
    there = browser(fabio)
    page = there.get("/moderacao/rajadas").text
    assert "Boleto por aproximação" in page
    assert "Trinta Novos" in page
    assert "pessoas novas em 9 min" in page
    assert "203.0.113.7" not in page
    answer = there.post(f"/moderacao/rajadas/{burst.id}", data={"note": "Turma do treinamento."})
    assert answer.status_code == 303
    assert "Nada fora do comum" in there.get("/moderacao/rajadas").text
    assert "Turma do treinamento." in there.get("/moderacao/rajadas?ver=vistas").text
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.why, entry.by_id) == ("burst_looked_at", "Turma do treinamento.", fabio.id)
    # A second review changes nothing, and the votes still count.
    there.post(f"/moderacao/rajadas/{burst.id}", data={"note": "Outra coisa."})
    assert burst.note == "Turma do treinamento."
    assert idea.people_count == 12


@pytest.mark.parametrize("who", ["bruno", "elisa", "heitor", "iris"])
def test_only_moderators_see_bursts(who: str, browser) -> None:
    there = browser(make.person(who))
    assert there.get("/moderacao/rajadas").status_code == 403
    assert there.post("/moderacao/rajadas/1").status_code == 403


def test_an_absent_burst_is_not_found(browser, fabio: Person) -> None:
    assert browser(fabio).post("/moderacao/rajadas/12345").status_code == 404
    assert browser(fabio).get("/moderacao/rajadas?pagina=x").status_code == 404
