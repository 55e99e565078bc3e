"""The counters equal the rows, and can be recounted from them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from ideas.accounts.models import Person
from ideas.board.models import Importance
from ideas.board.voting import casting, counters, recounting, trending
from ideas.db import db
from tests import make
from tests.conftest import statements


def test_a_vote_score_doubles_every_fourteen_days() -> None:
    moment = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
    assert trending.vote_score(trending.EPOCH) == 1.0
    assert trending.vote_score(moment + timedelta(days=14)) == pytest.approx(2 * trending.vote_score(moment), rel=1e-12)
    assert trending.vote_score(moment) == pytest.approx(2 ** ((moment - trending.EPOCH).total_seconds() / (14 * 86400)))


def test_vote_scores_stay_finite_for_decades() -> None:
    """From 1985 until 2062, with a million votes on one idea: the limits that trending.py names."""
    assert trending.vote_score(datetime(1985, 1, 1, tzinfo=UTC)) > 0
    assert 1_000_000 * trending.vote_score(datetime(2062, 1, 1, tzinfo=UTC)) < float("inf")


def test_trending_orders_by_the_sum_of_decayed_votes(bruno: Person, carla: Person, davi: Person) -> None:
    """Two votes from a month ago count less than one from today."""
    old, fresh = make.idea(), make.idea()
    make.votes(old, bruno, carla)
    make.votes(fresh, davi)
    for vote in counters.votes_of(old, bruno), counters.votes_of(old, carla):
        vote[0].cast_at -= timedelta(days=30)
        vote[0].term = trending.vote_score(vote[0].cast_at)
    db.session.flush()
    recounting.recount(old)
    assert fresh.trending > old.trending > 0


def test_the_last_withdrawal_sets_trending_to_zero(bruno: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno)
    casting.withdraw(idea, voter=bruno)
    assert (idea.trending, idea.people_count, idea.company_count) == (0.0, 0, 0)


def test_inherited_votes_count_only_in_the_total(bruno: Person) -> None:
    idea = make.idea(own_inherited=24)
    recounting.recount(idea)
    assert (idea.people_count, idea.inherited_votes, idea.total_count, idea.trending) == (0, 24, 24, 0.0)
    make.votes(idea, bruno)
    assert (idea.people_count, idea.inherited_votes, idea.total_count) == (1, 24, 25)
    casting.withdraw(idea, voter=bruno)
    assert (idea.people_count, idea.inherited_votes, idea.total_count) == (0, 24, 24)


def test_a_vote_keeps_its_importance_when_it_is_withdrawn_and_cast_again(bruno: Person, carla: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno, carla)
    counters.votes_of(idea, bruno)[0].importance = Importance.CRITICAL
    db.session.flush()
    recounting.recount(idea)
    assert idea.critical_count == 1
    casting.withdraw(idea, voter=bruno)
    assert idea.critical_count == 0
    make.votes(idea, bruno)
    assert idea.critical_count == 1


def test_the_strongest_importance_of_a_person_in_a_set_counts(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    make.votes(original, bruno)
    make.votes(duplicate, bruno)
    counters.votes_of(duplicate, bruno)[0].importance = Importance.CRITICAL
    duplicate.root_id = duplicate.merged_into_id = original.id
    db.session.flush()
    recounting.recount(original)
    assert (original.people_count, original.critical_count) == (1, 1)
    casting.withdraw(original, voter=bruno)
    assert (original.people_count, original.critical_count) == (0, 0)


def test_a_person_with_two_votes_in_a_set_counts_once_in_trending_after_another_withdraws(
    davi: Person, carla: Person
) -> None:
    original, duplicate = make.idea(), make.idea()
    make.votes(original, davi, carla)
    make.votes(duplicate, davi)
    duplicate.root_id = duplicate.merged_into_id = original.id
    db.session.flush()
    recounting.recount(original)
    casting.withdraw(original, voter=carla)
    assert original.trending == pytest.approx(counters.votes_of(original, davi)[0].term, rel=1e-9)


def test_the_earliest_vote_is_found_by_date_not_by_id(davi: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    aurora, litoral = make.companies_of(davi)
    casting.cast(original, voter=davi, company=aurora)
    old = make.vote(duplicate, davi, litoral)
    old.cast_at -= timedelta(days=28)
    old.term = trending.vote_score(old.cast_at)
    duplicate.root_id = duplicate.merged_into_id = original.id
    db.session.flush()
    recounting.recount(original)
    assert original.trending == pytest.approx(old.term, rel=1e-9)
    casting.cast(original, voter=make.customer("Só da Litoral", litoral), company=litoral)
    assert (original.people_count, original.company_count) == (2, 1)


def test_a_comment_on_a_duplicate_counts_on_the_root_too() -> None:
    original, duplicate = make.idea(), make.idea()
    counters.comment_added(duplicate)
    duplicate.root_id = duplicate.merged_into_id = original.id
    db.session.flush()
    recounting.recount(original)
    counters.comment_added(duplicate)
    counters.comment_added(original)
    assert (original.own_comments, duplicate.own_comments, original.comment_count) == (1, 2, 3)
    assert recounting.drift_of(original) is None


def test_d14_a_counter_changed_by_hand_is_found_and_corrected(bruno: Person) -> None:
    idea, sound = make.idea(), make.idea()
    make.votes(idea, bruno)
    make.votes(sound, bruno)
    idea.people_count, idea.total_count = 7, 7
    db.session.flush()
    (found,) = recounting.recount_all(dry_run=True)
    assert [(drift.idea_id, drift.stored.people_count, drift.counted.people_count) for drift in found] == [
        (idea.id, 7, 1)
    ]
    assert idea.people_count == 7
    assert [len(chunk) for chunk in recounting.recount_all(dry_run=False)] == [1]
    assert (idea.people_count, idea.total_count) == (1, 1)
    assert list(recounting.recount_all(dry_run=False)) == [[]]


def test_rounding_differences_in_trending_are_not_drift(bruno: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno)
    term = idea.trending
    idea.trending = term * (1 + 1e-12)
    assert recounting.drift_of(idea) is None
    idea.trending = term * (1 + 1e-8)
    assert recounting.drift_of(idea) is not None


def test_recounting_takes_few_statements_per_chunk(bruno: Person) -> None:
    ideas = [make.idea() for _ in range(7)]
    for idea in ideas:
        idea.comment_count = 3
    db.session.flush()
    assert [len(found) for found in recounting.recount_all(dry_run=False, size=3)] == [3, 3, 1]
    with statements() as sent:
        assert [len(found) for found in recounting.recount_all(dry_run=False, size=100)] == [0]
    assert len(sent) <= 4


def test_the_command_reports_and_corrects_differences(app: Flask, bruno: Person) -> None:
    idea = make.idea()
    make.votes(idea, bruno)
    idea.comment_count = 5
    db.session.commit()
    said = app.test_cli_runner().invoke(args=["ideas", "recount", "--dry-run"])
    assert (said.exit_code, f"idea {idea.id}: comment_count 5 -> 0" in said.output) == (1, True)
    said = app.test_cli_runner().invoke(args=["ideas", "recount"])
    assert said.exit_code == 0
    said = app.test_cli_runner().invoke(args=["ideas", "recount", "--dry-run"])
    assert (said.exit_code, said.output) == (0, "ideas whose counters differed from their rows: 0\n")
