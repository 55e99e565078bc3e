"""The importance of an idea: only voters state it, and each person counts once."""

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea, Importance, VoteEvent
from ideas.board.voting import casting, recounting
from ideas.board.voting import importance as voting_importance
from ideas.board.voting.importance import Opinion
from ideas.conduct import participation
from ideas.db import db
from tests import make
from tests.conftest import statements

CRITICAL, NICE = Opinion(Importance.CRITICAL), Opinion(Importance.NICE, "Não fecho o mês sem planilha.")


def counts(idea: Idea) -> tuple[int, int, int]:
    return idea.nice_count, idea.important_count, idea.critical_count


def lines(idea: Idea) -> list[tuple[str, str | None]]:
    rows = select(VoteEvent.what, VoteEvent.importance).where(VoteEvent.idea_id == idea.id).order_by(VoteEvent.id)
    return [(what, importance) for what, importance in db.session.execute(rows)]


def test_a_voter_states_an_importance_and_everyone_sees_the_totals(bruno: Person, carla: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    make.vote(idea, carla)
    make.importance(idea, bruno, CRITICAL)
    make.importance(idea, carla, NICE)
    assert counts(idea) == (1, 0, 1)
    assert idea.people_count == 2
    assert recounting.drift_of(idea) is None


def test_changing_ones_mind_moves_the_count_and_leaves_a_line_each_time(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    for opinion in (NICE, CRITICAL, Opinion()):
        make.importance(idea, bruno, opinion)
    assert counts(idea) == (0, 0, 0)
    assert lines(idea) == [
        ("cast", None), ("importance_changed", "nice"), ("importance_changed", "critical"), ("importance_changed", None),
    ]  # fmt: skip


def test_d01_saying_the_same_twice_counts_once(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    make.importance(idea, bruno, CRITICAL)
    make.importance(idea, bruno, CRITICAL)
    assert counts(idea) == (0, 0, 1)
    assert len(lines(idea)) == 2


def test_the_ledger_does_not_contain_pain_points(bruno: Person) -> None:
    idea = make.idea()
    vote = make.vote(idea, bruno)
    make.importance(idea, bruno, Opinion(None, "Refaço tudo à mão."))
    assert vote.reason == "Refaço tudo à mão."
    assert lines(idea) == [("cast", None)]


def test_who_did_not_vote_is_asked_to_vote_first(bruno: Person) -> None:
    idea = make.idea()
    with pytest.raises(voting_importance.NotVoted):
        make.importance(idea, bruno, CRITICAL)
    make.vote(idea, bruno)
    casting.withdraw(idea, voter=bruno)
    with pytest.raises(voting_importance.NotVoted):
        make.importance(idea, bruno, CRITICAL)
    assert counts(idea) == (0, 0, 0)


def test_d05_a_closed_idea_takes_no_weight(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    idea.status_key = "declined"
    with pytest.raises(casting.VotingClosed):
        make.importance(idea, bruno, CRITICAL)


def test_d07_a_suspended_person_says_nothing_more(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    bruno.suspended_at = clock.now()
    with pytest.raises(participation.Suspended):
        make.importance(idea, bruno, CRITICAL)


def test_withdrawing_takes_the_weight_along_and_voting_again_brings_it_back(bruno: Person) -> None:
    idea = make.idea()
    make.vote(idea, bruno)
    make.importance(idea, bruno, Opinion(Importance.IMPORTANT))
    casting.withdraw(idea, voter=bruno)
    assert counts(idea) == (0, 0, 0)
    make.vote(idea, bruno)
    assert counts(idea) == (0, 1, 0)
    assert recounting.drift_of(idea) is None


def test_over_a_merged_set_a_person_says_it_once_and_may_say_less_than_before(bruno: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    make.vote(original, bruno)
    make.vote(duplicate, bruno)
    make.importance(duplicate, bruno, CRITICAL)
    make.merge_rows(duplicate, original)
    assert counts(original) == (0, 0, 1)
    make.importance(original, bruno, NICE)
    assert counts(original) == (1, 0, 0)
    assert recounting.drift_of(original) is None


def test_what_a_person_said_is_found_with_one_statement(bruno: Person, elisa: Person) -> None:
    idea, other = make.idea(), make.idea()
    make.vote(other, bruno)
    assert voting_importance.support_of(idea, bruno) is None
    vote = make.vote(idea, bruno)
    make.importance(idea, bruno, NICE)
    vote.proxied_by_id, vote.source = elisa.id, "chamado 2026-000001"
    db.session.flush()
    with statements() as sent:
        support = voting_importance.support_of(idea, bruno)
    assert support is not None
    assert support.proxied_by is not None
    assert (support.opinion, support.proxied_by.id, support.source) == (NICE, elisa.id, "chamado 2026-000001")
    assert len(sent) == 1
