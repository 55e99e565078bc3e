"""Merging loses nothing: people count once, rows do not move, and separating restores everything."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.board import following
from ideas.board.listing import finding
from ideas.board.merging import merging, previewing, separating
from ideas.board.models import Follow, Idea, Level, Merge, Reason, Vote
from ideas.board.voting import casting, recounting
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.db import db
from tests import make
from tests.conftest import statements


def say(idea: Idea, author: Person) -> None:
    commenting.add(idea, NewComment(text="Aqui também."), author=author, company=make.company_of(author))


def counts(idea: Idea) -> tuple[Any, ...]:
    return recounting.Tally._make(getattr(idea, name) for name in recounting.Tally._fields)


def set_of(idea: Idea) -> set[int]:
    return set(db.session.scalars(select(Idea.id).where(Idea.root_id == idea.id)))


def rows() -> dict[str, list[Any]]:
    """Return all votes, comments and follows, and the parents and roots of the ideas."""
    ideas = [(i.id, i.root_id, i.merged_into_id, counts(i)) for i in db.session.scalars(select(Idea).order_by(Idea.id))]
    columns = [column for column in Follow.__table__.c if column.name != "last_seen_at"]
    return {
        "ideas": ideas,
        "votes": list(map(repr, db.session.execute(select(*Vote.__table__.c).order_by(Vote.id)))),
        "follows": list(map(repr, db.session.execute(select(*columns).order_by(Follow.idea_id, Follow.person_id)))),
    }


@pytest.fixture
def two(bruno: Person, carla: Person, davi: Person, elisa: Person) -> tuple[Idea, Idea]:
    """An original and a duplicate with two voters each; one voted for both."""
    original = make.idea("Exportar o balancete para planilha", own_inherited=3)
    duplicate = make.idea("Balancete em arquivo do Excel", own_inherited=1)
    recounting.recount(original), recounting.recount(duplicate)
    make.votes(original, bruno, davi)
    make.votes(duplicate, carla, bruno)
    say(duplicate, carla)
    return original, duplicate


def test_people_count_once_in_a_set_and_everything_else_is_summed(two: tuple[Idea, Idea], elisa: Person) -> None:
    original, duplicate = two
    (merge,) = merging.merge([duplicate], original, by=elisa)
    assert (original.people_count, original.inherited_votes, original.total_count) == (3, 4, 7)
    assert (original.company_count, original.comment_count) == (2, 1)
    assert (duplicate.merged_into_id, duplicate.root_id, merge.votes) == (original.id, original.id, 3)
    assert recounting.drift_of(original) is None


def test_the_preview_equals_the_result_of_the_merge(two: tuple[Idea, Idea], elisa: Person) -> None:
    original, duplicate = two
    with statements() as sent:
        seen = previewing.preview([original, duplicate])
    assert len(sent) == 1
    assert seen.totals == {original.id: 5, duplicate.id: 3}
    assert (seen.total, seen.common) == (7, 1)
    merging.merge([duplicate], original, by=elisa)
    assert original.total_count == seen.total


def test_d06_separating_restores_every_row_and_counter(two: tuple[Idea, Idea], elisa: Person) -> None:
    original, duplicate = two
    following.choose(duplicate, make.person("ana"), Level.NOTHING)
    before = rows()
    merging.merge([duplicate], original, by=elisa)
    assert rows()["ideas"] != before["ideas"]
    separating.unmerge(duplicate, by=elisa)
    assert rows() == before


def test_d06_separating_keeps_what_people_did_since(two: tuple[Idea, Idea], elisa, ana, bruno, carla) -> None:
    original, duplicate = two
    late = make.customer("Quem chega depois")
    merging.merge([duplicate], original, by=elisa)
    make.votes(original, late)
    casting.withdraw(original, voter=carla)  # voted only for the duplicate
    casting.withdraw(original, voter=bruno)  # voted for both
    say(original, late)
    separating.unmerge(duplicate, by=elisa)
    assert (original.people_count, original.comment_count) == (2, 1)
    assert (duplicate.people_count, duplicate.comment_count) == (0, 1)
    assert [recounting.drift_of(idea) for idea in two] == [None, None]


def test_20_a_chain_of_merges_has_one_root_and_keeps_its_parents(elisa: Person, bruno: Person) -> None:
    a, b, c = make.idea(), make.idea(), make.idea()
    make.votes(a, bruno)
    merging.merge([a], b, by=elisa)
    merging.merge([b], c, by=elisa)
    assert (a.merged_into_id, b.merged_into_id) == (b.id, c.id)
    assert set_of(c) == {a.id, b.id, c.id}
    assert c.people_count == 1
    separating.unmerge(b, by=elisa)
    assert (set_of(b), set_of(c)) == ({a.id, b.id}, {c.id})
    assert (b.people_count, c.people_count) == (1, 0)
    separating.unmerge(a, by=elisa)
    assert (set_of(a), set_of(b), a.people_count, b.people_count) == ({a.id}, {b.id}, 1, 0)


def test_an_idea_merged_into_a_duplicate_counts_in_the_set(elisa: Person) -> None:
    original, duplicate, third = make.idea(), make.idea(), make.idea()
    merging.merge([duplicate], original, by=elisa)
    merging.merge([third], duplicate, by=elisa)
    assert (third.merged_into_id, third.root_id) == (duplicate.id, original.id)
    separating.unmerge(duplicate, by=elisa)
    assert set_of(duplicate) == {duplicate.id, third.id}


def test_d06_a_cycle_of_any_length_is_refused(elisa: Person) -> None:
    a, b, c = make.idea(), make.idea(), make.idea()
    merging.merge([a], b, by=elisa)
    merging.merge([b], c, by=elisa)
    with pytest.raises(merging.InACircle):
        merging.merge([c], a, by=elisa)
    with pytest.raises(merging.NothingToMerge):
        merging.merge([c], c, by=elisa)


def test_merging_again_changes_nothing_and_into_another_set_is_refused(elisa: Person) -> None:
    a, b, c = make.idea(), make.idea(), make.idea()
    merging.merge([a], b, by=elisa)
    assert merging.merge([a], b, by=elisa) == []
    with pytest.raises(merging.AlreadyMerged):
        merging.merge([a], c, by=elisa)
    assert len(db.session.scalars(select(Merge)).all()) == 1
    assert separating.unmerge(b, by=elisa) is None


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_ideas_out_of_sight_cannot_be_merged(fact: str, elisa: Person) -> None:
    shown, other = make.idea(), make.idea(**{fact: clock.now()})
    for duplicate, into in ((shown, other), (other, shown)):
        with pytest.raises(merging.OutOfSight):
            merging.merge([duplicate], into, by=elisa)


def test_several_ideas_are_merged_all_or_none(elisa: Person, bruno: Person) -> None:
    into, one, two, out = make.idea(), make.idea(), make.idea(), make.idea(hidden_at=clock.now())
    make.votes(one, bruno), make.votes(two, bruno)
    with pytest.raises(merging.OutOfSight):
        merging.merge([one, two, out], into, by=elisa)
    assert into.people_count == 0
    assert len(merging.merge([one, two, into], into, by=elisa)) == 2
    assert (set_of(into), into.people_count) == ({into.id, one.id, two.id}, 1)
    with pytest.raises(merging.TooMany):
        merging.merge([make.idea() for _ in range(51)], into, by=elisa)


def test_the_audit_log_has_the_actor_and_the_totals(two: tuple[Idea, Idea], elisa: Person) -> None:
    original, duplicate = two
    merging.merge([duplicate], original, by=elisa)
    separating.unmerge(duplicate, by=elisa)
    merged, unmerged = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    one, other = str(original.id), str(duplicate.id)
    assert (merged.action, merged.by_id, unmerged.action) == ("ideas_merged", elisa.id, "idea_unmerged")
    assert (merged.before, merged.after) == ({one: 5, other: 3}, {one: 7})
    assert (unmerged.before, unmerged.after) == ({one: 7}, {one: 5, other: 3})


def test_the_statements_of_a_merge_do_not_grow_with_the_votes(elisa: Person) -> None:
    sent: list[int] = []
    for people in (1, 12):
        original, duplicate = make.idea(), make.idea()
        for _ in range(people):
            make.votes(duplicate, make.customer())
        with statements() as seen:
            merging.merge([duplicate], original, by=elisa)
        sent.append(len(seen))
    assert sent[0] == sent[1]


def test_the_database_allows_one_active_merge_per_duplicate(elisa: Person) -> None:
    a, b, c = make.idea(), make.idea(), make.idea()
    merging.merge([a], b, by=elisa)
    db.session.add(Merge(duplicate_id=a.id, into_id=c.id, by_id=elisa.id, votes=0))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_an_old_title_finds_the_canonical_idea_until_it_is_separated(two: tuple[Idea, Idea], elisa: Person) -> None:
    original, duplicate = two
    third = make.idea("Planilha do balancete em Excel, nova")
    merging.merge([duplicate], original, by=elisa)
    assert list(finding.search("arquivo do excel").hits.ranks) == [original.id]
    assert original.id in {card.id for card in finding.similar("Balancete em arquivo do Excel", but=third.id)}
    separating.unmerge(duplicate, by=elisa)
    assert list(finding.search("arquivo do excel").hits.ranks) == [duplicate.id]


def test_followers_of_both_ideas_follow_the_set_until_it_is_separated(
    two: tuple[Idea, Idea], elisa, carla, davi
) -> None:
    original, duplicate = two
    merging.merge([duplicate], original, by=elisa)
    assert {carla.id, davi.id} <= set(following.recipients(original, result=True))
    following.choose(original, carla, Level.NOTHING)
    assert not following.follow_of(duplicate, carla).follows
    separating.unmerge(duplicate, by=elisa)
    assert following.follow_of(duplicate, carla).reasons == {Reason.VOTED, Reason.COMMENTED}
    assert not following.follow_of(original, carla).follows
    assert davi.id not in following.recipients(duplicate, result=True)


def test_an_idea_whose_root_was_merged_after_it_was_read_can_be_separated(elisa: Person) -> None:
    """Neither the idea nor its old root is in the set that was read."""
    a, b, c = make.idea(), make.idea(), make.idea()
    merging.merge([a], b, by=elisa)
    merging.merge([b], c, by=elisa)
    set_committed_value(a, "root_id", b.id)
    separating.unmerge(a, by=elisa)
    assert (a.root_id, b.root_id) == (a.id, c.id)
