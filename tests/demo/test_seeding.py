"""What the demo's database holds: everything that the rules would have let people do, and nothing else."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from ideas import clock
from ideas.accounts import identifying, passwords
from ideas.accounts.documents import find_cpfs
from ideas.accounts.models import Person, StaffRole
from ideas.board.listing import finding
from ideas.board.models import (
    Follow,
    Idea,
    Merge,
    OfficialResponse,
    Status,
    StatusChange,
    StatusTransition,
    Vote,
    VoteEvent,
)
from ideas.board.voting import recounting
from ideas.comments.models import Comment
from ideas.companies.models import Company, Membership
from ideas.conduct.models import ConductAcceptance, ConductVersion
from ideas.db import db
from ideas.demo import material, seeding
from ideas.notifications import reading
from ideas.notifications.models import Notification
from ideas.outbox.models import Event
from ideas.releases.models import ReleaseItem, ReleaseItemIdea
from tests.cast import CPFS


@pytest.fixture(autouse=True)
def clean_database(community: None) -> None:
    """These tests read the seeded community, so the database of the cast is not restored."""


def every(model: type) -> list:
    return list(db.session.scalars(select(model)))


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def ideas_by_key() -> dict[str, dict]:
    return {
        one["title"]: one for name in ("ideas_erp", "ideas_rh", "ideas_varejo") for one in material.read(name)["ideas"]
    }


def test_seeding_twice_does_nothing_more() -> None:
    before = (count(Person), count(Idea), count(Vote))
    assert not seeding.is_empty()
    seeding.seed()
    assert (count(Person), count(Idea), count(Vote)) == before


def test_it_is_as_large_as_it_says() -> None:
    assert (count(Company), count(Idea), count(Person)) == (60, 120, 340)
    assert len([person for person in every(Person) if person.password_hash]) == 40


@pytest.mark.parametrize("name", CPFS)
def test_the_ten_are_found_by_their_cpf_and_sign_in_with_the_password(name: str) -> None:
    person = identifying.person_by_key(CPFS[name])
    assert person is not None
    assert person.name.split()[0].casefold() in {name, {"fabio": "fábio", "iris": "íris", "joao": "joão"}.get(name)}
    if name == "ana":
        assert passwords.verify("demonstracao-2026", person.password_hash)


def test_ana_accepted_an_older_code_and_bruno_the_current_one() -> None:
    current = db.session.scalar(select(func.max(ConductVersion.number)))
    accepted = {person.name: version for person, version in db.session.execute(
        select(Person, func.max(ConductAcceptance.version)).join(ConductAcceptance).group_by(Person)
    )}  # fmt: skip
    assert accepted["Ana Ribeiro"] < current == accepted["Bruno Leal"]
    assert len(accepted) == 340


def test_joao_is_suspended_and_his_votes_are_set_aside() -> None:
    joao = identifying.person_by_key(CPFS["joao"])
    assert joao is not None
    assert joao.is_suspended
    votes = [vote for vote in every(Vote) if vote.person_id == joao.id]
    assert votes
    assert {vote.set_aside_at for vote in votes} == {joao.suspended_at}


def test_every_company_has_an_administrator_of_its_own() -> None:
    members = {one.id: one for one in every(Membership)}
    for company in every(Company):
        assert members[company.administrator_id].company_id == company.id, company.name
    people = {one.id: one.name for one in every(Person)}
    aurora = next(company for company in every(Company) if company.name == "Padaria Aurora")
    assert people[members[aurora.administrator_id].person_id] == "Carla Antunes"


def test_davi_belongs_to_two_companies_and_staff_to_none() -> None:
    davi = identifying.person_by_key(CPFS["davi"])
    assert davi is not None
    memberships = Counter(one.person_id for one in every(Membership))
    assert memberships[davi.id] == 2
    assert not memberships.keys() & {role.person_id for role in every(StaffRole)}


def test_the_counters_are_what_a_recount_finds() -> None:
    assert [drift for drifts in recounting.recount_all(dry_run=True) for drift in drifts] == []


def test_every_idea_has_the_votes_that_its_file_says() -> None:
    facts = ideas_by_key()
    wholes = {idea.root_id for idea in every(Idea) if idea.merged_into_id}
    own = {idea.title: idea.people_count for idea in every(Idea) if idea.id not in wholes}
    assert own == {title: one["votes"] for title, one in facts.items() if title in own}
    assert len(own) == len(facts) - len(wholes)


def test_every_status_is_there() -> None:
    assert {idea.status_key for idea in every(Idea)} == {status.key for status in every(Status)}


def test_steps_follow_one_another_as_the_rules_allow() -> None:
    allowed = {(one.from_key, one.to_key): one.needs_reason for one in every(StatusTransition)}
    statuses = {one.key: one for one in every(Status)}
    ideas = {idea.id: idea for idea in every(Idea)}
    reached = dict.fromkeys(ideas, "new")
    for step in db.session.scalars(select(StatusChange).order_by(StatusChange.idea_id, StatusChange.id)):
        at = (step.from_key, step.to_key)
        assert reached[step.idea_id] == step.from_key
        assert at in allowed, at
        assert step.reason or not allowed[at], ideas[step.idea_id].title
        assert step.response_id or not statuses[step.to_key].needs_response, ideas[step.idea_id].title
        assert ideas[step.idea_id].published_at < step.at <= clock.now()
        reached[step.idea_id] = step.to_key
    assert reached == {idea.id: idea.status_key for idea in ideas.values()}


def test_answers_with_a_link_stand_where_they_are_needed() -> None:
    linked = {response.idea_id for response in every(OfficialResponse) if response.link}
    assert {idea.id for idea in every(Idea) if idea.status_key == "already_exists"} <= linked


def test_nobody_votes_or_comments_before_they_came_nor_before_the_idea() -> None:
    people = {one.id: one for one in every(Person)}
    ideas = {one.id: one for one in every(Idea)}
    for vote in every(Vote):
        earliest = max(people[vote.person_id].created_at, ideas[vote.idea_id].published_at)
        assert earliest <= vote.cast_at <= clock.now()
    for comment in every(Comment):
        earliest = max(people[comment.author_id].created_at, ideas[comment.idea_id].published_at)
        assert earliest <= comment.created_at <= clock.now()


def test_a_vote_counts_for_a_company_of_its_voter() -> None:
    members = {(one.person_id, one.company_id) for one in every(Membership)}
    assert {(vote.person_id, vote.company_id) for vote in every(Vote)} <= members


def test_no_vote_was_cast_after_an_idea_ended() -> None:
    ended = {idea.id: idea.answered_at for idea in every(Idea) if idea.status_key in {"delivered", "declined"}}
    assert all(vote.cast_at <= ended[vote.idea_id] for vote in every(Vote) if vote.idea_id in ended)


def test_the_ledger_tells_what_the_votes_are() -> None:
    told = Counter((event.vote_id, event.what) for event in every(VoteEvent))
    for vote in every(Vote):
        assert told[vote.id, "on_behalf" if vote.proxied_by_id else "cast"] == 1
        assert told[vote.id, "set_aside"] == (vote.set_aside_at is not None)
        assert told[vote.id, "withdrawn"] == (vote.withdrawn_at is not None)
        assert told[vote.id, "importance_changed"] == (vote.importance is not None)


def test_authors_voters_and_commenters_follow() -> None:
    follows = {(one.person_id, one.idea_id): one for one in every(Follow)}
    assert all(follows[idea.author_id, idea.id].author for idea in every(Idea))
    assert all(follows[comment.author_id, comment.idea_id].commented for comment in every(Comment))
    assert all(follows[vote.person_id, vote.idea_id].voted == (not vote.withdrawn_at) for vote in every(Vote))


def test_trending_is_not_the_order_of_most_voted() -> None:
    trending = sorted(every(Idea), key=lambda idea: -idea.trending)[:10]
    top = sorted(every(Idea), key=lambda idea: -idea.total_count)[:10]
    assert len(set(trending) & set(top)) < 6
    assert all(idea.people_count > 1 for idea in trending)


def test_old_ideas_are_talked_about_again() -> None:
    """So that *em alta* shows more than what is new."""
    season = clock.now() - timedelta(days=90)
    trending = sorted(every(Idea), key=lambda idea: -idea.trending)[:10]
    assert len([idea for idea in trending if idea.published_at < season]) >= 5


def test_releases_answer_the_ideas_that_their_file_names() -> None:
    named = [item for product in material.read("products")["products"] for release in product["releases"]
             for item in release["items"] if "idea" in item]  # fmt: skip
    assert count(ReleaseItemIdea) == len(named)
    items = {item.id: item for item in every(ReleaseItem)}
    ideas = {idea.id: idea for idea in every(Idea)}
    for link in every(ReleaseItemIdea):
        idea = ideas[link.idea_id]
        assert items[link.item_id].release_id in {idea.target_release_id, idea.delivered_release_id}, idea.title


def test_ideas_can_be_found_by_their_words() -> None:
    ranks = finding.search("razao contabil planilha").hits.ranks
    best = db.session.get_one(Idea, max(ranks, key=ranks.__getitem__))
    assert best.title == "Exportar o razão contábil direto para planilha, com filtros por centro de custo"


def test_no_text_holds_a_cpf() -> None:
    texts = [part for idea in every(Idea) for part in (idea.title, idea.problem, idea.proposal) if part]
    texts += [one.text for one in [*every(Comment), *every(OfficialResponse), *every(ReleaseItem)] if one.text]
    texts += [one.email for one in every(Person)] + [one.name for one in every(Company)]
    assert [found[0] for one in texts for found in find_cpfs(one)] == []


def test_the_identity_documents_are_sealed_for_their_own_rows() -> None:
    ana = identifying.person_by_key(CPFS["ana"])
    assert ana is not None
    sealed = db.session.scalar(text("SELECT sealed FROM identity_document WHERE person_id = :id"), {"id": ana.id})
    assert identifying.ring().open(sealed, f"person:{ana.id}").digits == "52998224725"


def test_notices_tell_of_what_came_after_one_had_to_do_with_it() -> None:
    ana = identifying.person_by_key(CPFS["ana"])
    assert ana is not None
    notices = reading.latest(ana, limit=100)
    assert all(notice.wording for notice in notices)
    assert [notice.is_unread for notice in notices[:4]] == [True, True, False, False]
    assert db.session.scalar(select(func.count()).where(Event.delivered_at.is_(None))) == 0
    events = {event.id: event for event in every(Event) if event.thing in {"idea", "comment"}}
    since = {(idea.author_id, idea.id): idea.published_at for idea in every(Idea)}
    for one in [*every(Vote), *every(Comment)]:
        person, at = (one.person_id, one.cast_at) if isinstance(one, Vote) else (one.author_id, one.created_at)
        since[person, one.idea_id] = min(at, since.get((person, one.idea_id), at))
    for notice in every(Notification):
        if (event := events.get(notice.event_id)) is None:
            continue
        assert since[notice.person_id, event.data.get("idea_id", event.thing_id)] < event.recorded_at


def test_its_people_are_known_again() -> None:
    assert seeding.present()


def test_some_ideas_are_merged_and_one_was_separated_again() -> None:
    merges = every(Merge)
    assert [(merge.is_active) for merge in merges] == [True, True, False]
    for merge in merges[:2]:
        whole, duplicate = db.session.get_one(Idea, merge.into_id), db.session.get_one(Idea, merge.duplicate_id)
        assert duplicate.root_id == whole.id
        assert recounting.drift_of(whole) is None
        assert max(merge.votes, 1) <= whole.people_count
