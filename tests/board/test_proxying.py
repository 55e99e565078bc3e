"""Proxy votes: cast by staff with a source, notified to the customer, and never against an own vote."""

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Idea, Importance, Level, Vote, VoteEvent
from ideas.board.voting import casting, proxying, recounting
from ideas.board.voting.importance import Opinion
from ideas.board.voting.proxying import OnBehalf
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.outbox import delivery
from tests import make
from tests.conftest import statements

SOURCE, NOTHING = "chamado 2026-000123", Opinion()


def vote_for(idea: Idea, voter: Person, by: Person, company: Company | None = None, opinion: Opinion = NOTHING) -> Vote:
    company = company or make.company_of(voter)
    return proxying.cast(idea, OnBehalf(voter=voter, company=company, source=SOURCE, opinion=opinion), by=by)


def vote_events(idea: Idea) -> list[tuple[str, int | None]]:
    rows = select(VoteEvent.what, VoteEvent.by_id).where(VoteEvent.idea_id == idea.id).order_by(VoteEvent.id)
    return [(what, by) for what, by in db.session.execute(rows)]


def test_a_vote_on_behalf_counts_for_the_customer_and_names_both(bruno: Person, heitor: Person) -> None:
    idea = make.idea()
    vote = vote_for(idea, bruno, heitor, opinion=Opinion(Importance.CRITICAL, "Sem isso não fatura."))
    assert (idea.people_count, idea.company_count, idea.critical_count) == (1, 1, 1)
    assert (vote.person_id, vote.proxied_by_id, vote.source) == (bruno.id, heitor.id, SOURCE)
    assert vote_events(idea) == [("on_behalf", heitor.id)]
    assert recounting.drift_of(idea) is None
    assert following.follow_of(idea, bruno).level is Level.RESULTS


def test_the_customer_is_notified_and_can_withdraw_the_vote(bruno: Person, heitor: Person) -> None:
    idea = make.idea()
    vote_for(idea, bruno, heitor)
    db.session.commit()
    delivery.deliver_pending()
    assert db.session.scalars(select(Notification.person_id)).all() == [bruno.id]
    casting.withdraw(idea, voter=bruno)
    assert (idea.people_count, vote_events(idea)) == (0, [("on_behalf", heitor.id), ("withdrawn", bruno.id)])


def test_staff_cannot_vote_for_a_person_with_a_vote_even_a_withdrawn_one(bruno: Person, heitor: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    with pytest.raises(proxying.DecidesAlone):
        vote_for(idea, bruno, heitor)
    casting.withdraw(idea, voter=bruno)
    with pytest.raises(proxying.DecidesAlone):
        vote_for(idea, bruno, heitor)
    assert idea.people_count == 0


def test_a_withdrawn_proxy_vote_cannot_be_cast_again_by_staff(bruno: Person, heitor: Person) -> None:
    idea = make.idea()
    vote_for(idea, bruno, heitor)
    casting.withdraw(idea, voter=bruno)
    with pytest.raises(proxying.DecidesAlone):
        vote_for(idea, bruno, heitor)


def test_a_vote_anywhere_in_the_merged_set_prevents_a_proxy_vote(bruno: Person, heitor: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    casting.cast(duplicate, voter=bruno, company=make.company_of(bruno))
    duplicate.merged_into_id = duplicate.root_id = original.id
    db.session.flush()
    recounting.recount(original)
    with pytest.raises(proxying.DecidesAlone):
        vote_for(original, bruno, heitor)


def test_d01_the_same_proxy_vote_twice_counts_once(bruno: Person, heitor: Person) -> None:
    idea = make.idea()
    vote_for(idea, bruno, heitor)
    with pytest.raises(proxying.DecidesAlone):
        vote_for(idea, bruno, heitor)
    assert (idea.people_count, db.session.scalar(select(func.count()).select_from(Vote))) == (1, 1)


@pytest.mark.parametrize("status", ["delivered", "declined", "already_exists"])
def test_d05_a_closed_idea_takes_no_vote_on_behalf(status: str, bruno: Person, heitor: Person) -> None:
    with pytest.raises(casting.VotingClosed):
        vote_for(make.idea(status=status), bruno, heitor)


def test_d07_staff_cannot_vote_for_a_suspended_person(joao: Person, heitor: Person) -> None:
    with pytest.raises(proxying.CustomerSuspended):
        vote_for(make.idea(), joao, heitor)


def test_a_proxy_vote_is_for_members_of_the_company_and_not_for_oneself(bruno: Person, heitor: Person) -> None:
    idea, aurora = make.idea(), make.company_of(make.person("ana"))
    with pytest.raises(proxying.NotACustomer):
        vote_for(idea, bruno, heitor, company=aurora)
    membership = db.session.scalars(select(Membership).filter_by(person_id=bruno.id)).one()
    litoral = make.company_of(bruno)
    with pytest.raises(proxying.NotACustomer):
        vote_for(idea, bruno, bruno)
    bruno.closed_at = clock.now()
    with pytest.raises(proxying.NotACustomer):
        vote_for(idea, bruno, heitor, company=litoral)
    bruno.closed_at = None
    litoral.administrator_id = db.session.scalars(
        select(Membership.id).filter_by(person_id=make.person("joao").id, company_id=litoral.id)
    ).one()
    db.session.flush()
    membership.ended_at = clock.now()
    with pytest.raises(proxying.NotACustomer):
        vote_for(idea, bruno, heitor, company=litoral)


def test_concurrent_proxy_votes_count_once(at_once, bruno: Person, heitor: Person, elisa: Person) -> None:
    number, voter, staff = make.idea().id, bruno.id, [heitor.id, elisa.id]

    def act(place: int) -> int:
        person = db.session.get_one(Person, voter)
        vote = vote_for(db.session.get_one(Idea, number), person, db.session.get_one(Person, staff[place % 2]))
        db.session.commit()
        return vote.id

    results = at_once(8, act)
    assert [type(one) for one in results].count(int) == 1
    assert sum(isinstance(one, proxying.DecidesAlone) for one in results) == 7
    assert db.session.get_one(Idea, number).people_count == 1


def test_customers_are_found_by_name_email_or_company_with_one_statement(
    bruno: Person, carla: Person, heitor: Person
) -> None:
    idea = make.idea()
    casting.cast(idea, voter=carla, company=make.company_of(carla))
    with statements() as sent:
        found = proxying.candidates(idea, "carla AURORA", by=heitor)
    assert [(one.person, one.company.name, one.has_vote, one.may_be_voted_for) for one in found] == [
        (carla, "Padaria Aurora", True, False)
    ]
    assert len(sent) == 1
    assert {one.person.name for one in proxying.candidates(idea, "litoral", by=heitor)} == {
        "Bruno Leal", "Davi Prado", "João Vidal",
    }  # fmt: skip
    assert [one.person for one in proxying.candidates(idea, "bruno@exemplo", by=heitor)] == [bruno]
    assert proxying.candidates(idea, "100%", by=heitor) == []
    assert proxying.candidates(idea, "   ", by=heitor) == []


def test_names_with_accents_are_found(heitor: Person) -> None:
    edson = make.customer("Édson Ávila")
    assert [one.person for one in proxying.candidates(make.idea(), "édson ávila", by=heitor)] == [edson]
