"""The rules of a vote: who counts, once, for which company, and for how long."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Idea, Level, Vote, VoteEvent
from ideas.board.voting import casting, recounting
from ideas.companies.models import Membership
from ideas.conduct import participation
from ideas.db import db
from tests import make
from tests.conftest import statements
from tests.make import companies_of


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Vote)) or 0


def vote_events(idea: Idea) -> list[str]:
    return list(db.session.scalars(select(VoteEvent.what).where(VoteEvent.idea_id == idea.id).order_by(VoteEvent.id)))


def test_a_vote_counts_its_person_and_its_company(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    assert (idea.people_count, idea.company_count, idea.total_count) == (1, 1, 1)


def test_d01_voting_twice_counts_once_and_returns_the_same_vote(bruno: Person) -> None:
    idea = make.idea()
    first = make.vote(idea, bruno)
    assert make.vote(idea, bruno) is first
    assert (rows(), idea.people_count, vote_events(idea)) == (1, 1, ["cast"])


def test_d01_withdrawing_twice_counts_once(bruno: Person, carla: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    make.vote(idea, carla)
    casting.withdraw(idea, voter=bruno)
    casting.withdraw(idea, voter=bruno)
    assert (idea.people_count, vote_events(idea)) == (1, ["cast", "cast", "withdrawn"])


def test_withdrawing_without_a_vote_changes_nothing(bruno: Person) -> None:
    idea = make.idea()
    casting.withdraw(idea, voter=bruno)
    assert (idea.people_count, rows(), vote_events(idea)) == (0, 0, [])


def test_votes_are_counted_per_idea(bruno: Person, carla: Person) -> None:
    idea, other = make.idea(), make.idea()  # the other idea must not change
    make.vote(idea, bruno)
    make.vote(other, carla)
    assert casting.voted_among([idea, other], bruno) == {idea.id}


def test_a_withdrawn_vote_does_not_count(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    casting.withdraw(idea, voter=bruno)
    assert casting.voted_among([idea], bruno) == set()


def test_votes_among_a_page_of_ideas_take_one_query(bruno: Person) -> None:
    ideas = [make.idea() for _ in range(25)]
    for idea in ideas[::2]:
        make.vote(idea, bruno)
    with statements() as sent:
        voted = casting.voted_among(ideas, bruno)
    assert (voted, len(sent)) == ({idea.id for idea in ideas[::2]}, 1)


def test_two_people_of_one_company_count_as_one_company(carla: Person, davi: Person) -> None:
    idea = make.idea()
    make.vote(idea, carla)
    make.vote(idea, davi, companies_of(carla)[0])
    assert (idea.people_count, idea.company_count) == (2, 1)
    casting.withdraw(idea, voter=carla)
    assert (idea.people_count, idea.company_count) == (1, 1)


def test_d09_a_person_of_two_companies_has_one_vote(davi: Person) -> None:
    idea = make.idea()
    for company in companies_of(davi):
        make.vote(idea, davi, company)
    assert (rows(), idea.people_count, idea.company_count) == (1, 1, 1)


def test_d08_joining_leaving_and_switching_company_change_no_total(carla: Person, davi: Person) -> None:
    idea = make.idea()
    aurora, litoral = companies_of(davi)
    make.vote(idea, davi, aurora)
    make.vote(idea, carla, aurora)
    before = recounting.tallies([idea.id])
    membership = db.session.scalars(select(Membership).filter_by(person_id=davi.id, company_id=aurora.id)).one()
    membership.ended_at = clock.now()
    make.vote(idea, davi, litoral)
    assert recounting.tallies([idea.id]) == before
    assert recounting.drift_of(idea) is None


def test_voting_again_keeps_the_first_date_and_takes_the_current_company(davi: Person) -> None:
    idea = make.idea()
    aurora, litoral = companies_of(davi)
    vote = make.vote(idea, davi, aurora)
    vote.cast_at = clock.now() - timedelta(days=30)
    first = vote.cast_at, vote.term
    casting.withdraw(idea, voter=davi)
    again = make.vote(idea, davi, litoral)
    assert again is vote
    assert (again.cast_at, again.term) == first
    assert again.company_id == litoral.id
    assert vote_events(idea) == ["cast", "withdrawn", "cast"]


def test_voting_again_makes_a_proxy_vote_the_person_s_own(bruno: Person, elisa: Person) -> None:
    idea = make.idea()
    vote = make.vote(idea, bruno)
    vote.proxied_by_id, vote.source = elisa.id, "chamado 2026-000001"
    casting.withdraw(idea, voter=bruno)
    make.vote(idea, bruno)
    assert (vote.proxied_by_id, vote.source) == (None, None)


@pytest.mark.parametrize("status", ["delivered", "declined", "already_exists"])
def test_d05_a_closed_idea_refuses_votes_and_withdrawals(status: str, bruno: Person) -> None:
    idea = make.idea(status=status)
    with pytest.raises(casting.VotingClosed):
        make.vote(idea, bruno)
    with pytest.raises(casting.VotingClosed):
        casting.withdraw(idea, voter=bruno)
    assert rows() == 0


@pytest.mark.parametrize("mark", ["hidden_at", "held_at", "withdrawn_at"])
def test_d05_an_idea_out_of_sight_refuses_votes(mark: str, bruno: Person) -> None:
    idea = make.idea(**{mark: clock.now()})
    with pytest.raises(casting.VotingClosed):
        make.vote(idea, bruno)


def test_d05_a_merged_idea_takes_votes_if_its_root_does(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    make.merge_rows(duplicate, original)
    original.status_key = "declined"
    with pytest.raises(casting.VotingClosed):
        make.vote(duplicate, bruno)


def test_d07_a_suspended_person_cannot_vote_but_can_withdraw(bruno: Person) -> None:
    idea, other = make.idea(), make.idea()
    make.vote(idea, bruno)
    bruno.suspended_at = clock.now()
    with pytest.raises(participation.Suspended):
        make.vote(other, bruno)
    assert other.people_count == 0
    casting.withdraw(idea, voter=bruno)
    assert idea.people_count == 0


def test_d07_joao_is_suspended_and_cannot_vote(joao: Person) -> None:
    with pytest.raises(participation.Suspended):
        make.vote(make.idea(), joao)


def test_voting_needs_a_company(elisa: Person) -> None:
    with pytest.raises(participation.NoCompany):
        casting.cast(make.idea(), voter=elisa, company=None)


def test_a_person_counts_once_in_a_merged_set_by_their_earliest_vote(davi: Person, carla: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    aurora, litoral = companies_of(davi)
    first = make.vote(duplicate, davi, litoral)
    make.vote(original, davi, aurora)
    make.merge_rows(duplicate, original)
    assert (original.people_count, original.company_count) == (1, 1)
    assert original.trending == pytest.approx(first.term, rel=1e-9)
    make.vote(original, carla)  # Aurora did not count yet: Davi counts for Litoral
    assert (original.people_count, original.company_count) == (2, 2)


def test_a_vote_on_a_duplicate_counts_in_the_set(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    make.merge_rows(duplicate, original)
    vote = make.vote(duplicate, bruno)
    assert vote.idea_id == duplicate.id
    assert original.people_count == 1
    assert make.vote(original, bruno) is vote
    assert casting.voted_among([original, duplicate], bruno) == {original.id, duplicate.id}


def test_withdrawing_withdraws_every_vote_in_the_merged_set(bruno: Person) -> None:
    original, duplicate, apart = make.idea(), make.idea(), make.idea()
    for idea in (original, duplicate, apart):
        make.vote(idea, bruno)
    make.merge_rows(duplicate, original)
    casting.withdraw(duplicate, voter=bruno)
    assert original.people_count == 0
    assert casting.voted_among([original, duplicate, apart], bruno) == {apart.id}
    assert vote_events(original) == vote_events(duplicate) == ["cast", "withdrawn"]


def test_voting_again_elsewhere_in_a_set_does_not_raise_trending(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    old = make.vote(duplicate, bruno)
    old.cast_at = clock.now() - timedelta(days=90)
    make.merge_rows(duplicate, original)
    casting.withdraw(original, voter=bruno)
    again = make.vote(original, bruno)
    assert again.idea_id == original.id
    assert again.cast_at == old.cast_at
    assert recounting.drift_of(original) is None


def test_voting_again_restores_a_vote_set_aside(bruno: Person) -> None:
    idea = make.idea()
    vote = make.vote(idea, bruno)
    vote.set_aside_at = clock.now()
    recounting.recount(idea)
    assert idea.people_count == 0
    make.vote(idea, bruno)
    assert (vote.is_active, idea.people_count) == (True, 1)


def test_a_withdrawn_vote_set_aside_is_not_restored(bruno: Person) -> None:
    idea = make.idea()
    vote = make.vote(idea, bruno)
    vote.set_aside_at = clock.now()
    recounting.recount(idea)
    casting.withdraw(idea, voter=bruno)
    assert vote.withdrawn_at is not None
    assert idea.people_count == 0


def test_voting_follows_results_and_withdrawing_stops_following(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    assert following.follow_of(idea, bruno).level is Level.RESULTS
    casting.withdraw(idea, voter=bruno)
    assert following.follow_of(idea, bruno).level is Level.NOTHING


def test_g10_the_statements_of_a_vote_do_not_grow_with_the_votes(bruno: Person) -> None:
    sent_for = {}
    for voters in (10, 200):
        idea = make.idea()
        make.votes_of_strangers(idea, voters)
        db.session.commit()
        company = companies_of(bruno)[0]
        idea = db.session.get_one(Idea, idea.id, populate_existing=True)
        with statements() as sent:
            casting.cast(idea, voter=bruno, company=company)
            db.session.commit()
        sent_for[voters] = len(sent)
    assert sent_for[10] == sent_for[200]
    # The route adds two statements: the session and the idea.
    assert sent_for[10] <= 10 - 2
