"""Owners, tags and notes of ideas; one status for many ideas, and its undo."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from ideas import clock
from ideas.board import deciding, following, history, undoing
from ideas.board.deciding import Decision
from ideas.board.models import Idea, Reason, StatusChange
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.outbox import delivery
from ideas.triage import bulk, inbox, owners, tagging
from ideas.triage.bulk import AlreadyUndone, NothingChanged, TooManyIdeas
from ideas.triage.inbox import InboxFilters, InboxOrder, InboxTab
from ideas.triage.owners import NotAManager
from ideas.triage.tagging import TagTooLong, TooManyTags
from tests import make


def filters(elisa, **facts):
    products = frozenset(db.session.scalars(select(Idea.product_id)))
    return InboxFilters(products=products, manager_id=elisa.id, **facts)


def found(filters) -> list[int]:
    return [row.idea.id for row in inbox.rows(filters)]


def notification_count(person) -> int:
    return len(db.session.scalars(select(Notification).where(Notification.person_id == person.id)).all())


def test_an_answered_idea_is_not_in_the_inbox(elisa):
    first, second = make.idea(), make.idea()
    make.idea(hidden_at=first.published_at)
    assert found(filters(elisa)) == [first.id, second.id]
    deciding.decide(first, Decision(to="under_review"), by=elisa)
    assert found(filters(elisa)) == [second.id]
    assert found(filters(elisa, tab=InboxTab.OPEN)) == [first.id, second.id]


def test_each_order_pages_without_gaps_or_repeats(elisa):
    ideas = [make.idea() for _ in range(30)]
    for place, idea in enumerate(ideas):
        idea.total_count = idea.people_count = place // 7
    for order in InboxOrder:
        asked = filters(elisa, order=order)
        first = inbox.rows(asked)[: inbox.PAGE_SIZE]
        second = inbox.rows(asked, inbox.cursor_of(first[-1], order))
        numbers = [row.idea.id for row in (*first, *second)]
        assert sorted(numbers) == sorted(idea.id for idea in ideas)


def test_the_inbox_is_filtered_by_product_module_and_status(elisa):
    fiscal, stock = make.idea(module="fiscal"), make.idea(module="estoque")
    planned, other = make.idea(status="planned"), make.idea(product="rh", module="folha")
    everything = {"tab": InboxTab.ALL}
    assert found(filters(elisa, product="rh", **everything)) == [other.id]
    assert found(filters(elisa, product="erp", **everything)) == [fiscal.id, stock.id, planned.id]
    assert found(filters(elisa, module="estoque", **everything)) == [stock.id]
    assert found(filters(elisa, status="planned", **everything)) == [planned.id]
    assert found(filters(elisa, product="rh", module="fiscal", **everything)) == []


def test_days_without_an_answer_count_from_the_last_answer_or_the_publication(elisa):
    now = clock.now()

    def ago(days: float):
        return now - timedelta(days=days)

    with time_machine.travel(now, tick=False):
        waiting, young = make.idea(published_at=ago(10.01)), make.idea(published_at=ago(9.99))
        long_ago = make.idea(published_at=ago(90), answered_at=ago(10.01))
        lately = make.idea(published_at=ago(90), answered_at=ago(9.99))
        assert found(filters(elisa, tab=InboxTab.OPEN, days=10)) == [long_ago.id, waiting.id]
        assert found(filters(elisa, days=10)) == [waiting.id]
        assert found(filters(elisa, tab=InboxTab.OPEN, days=9)) == [long_ago.id, lately.id, waiting.id, young.id]


def test_only_a_manager_of_the_product_may_own_an_idea(elisa, heitor):
    idea, other = make.idea(), make.idea()
    owners.assign(idea, elisa)
    assert found(filters(elisa, tab=InboxTab.MINE)) == [idea.id]
    with pytest.raises(NotAManager):
        owners.assign(other, heitor)
    owners.assign(idea, None)
    assert found(filters(elisa, tab=InboxTab.MINE)) == []


def test_a_tag_has_one_spelling_and_finds_its_ideas(elisa):
    idea, other = make.idea(), make.idea()
    tagging.set_tags(idea, ["Reforma tributária", "reforma tributaria", "Fiscal"])
    tagging.set_tags(other, ["FISCAL"])
    assert tagging.tags_among([idea.id, other.id]) == {idea.id: ["Fiscal", "Reforma tributária"], other.id: ["Fiscal"]}
    assert found(filters(elisa, tag="reforma tributaria")) == [idea.id]
    tagging.set_tags(idea, ["Fiscal"])
    assert found(filters(elisa, tag="reforma tributaria")) == []


def test_too_many_or_too_long_tags_are_refused():
    idea = make.idea()
    with pytest.raises(TooManyTags):
        tagging.set_tags(idea, [f"etiqueta {number}" for number in range(11)])
    with pytest.raises(TagTooLong):
        tagging.set_tags(idea, ["x" * 41])


def test_ideas_that_cannot_change_are_skipped_with_the_reason(elisa):
    new, ended = make.idea(), make.idea(status="declined")
    changed = bulk.change_status([new, ended], Decision(to="needs_info", text="Conte mais."), by=elisa)
    assert [idea.id for idea in changed.ideas] == [new.id]
    assert [one.idea.id for one in changed.skipped] == [ended.id]
    assert (new.status_key, ended.status_key) == ("needs_info", "declined")
    with pytest.raises(NothingChanged):
        bulk.change_status([ended], Decision(to="needs_info", text="Conte mais."), by=elisa)
    with pytest.raises(TooManyIdeas):
        bulk.change_status([new] * 101, Decision(to="under_review"), by=elisa)


def test_an_undo_before_delivery_restores_every_fact_and_notifies_nobody(elisa, bruno):
    first = make.idea(author=bruno, status="planned", target_quarter="2027-T1")
    second = make.idea(author=bruno)
    following.follow(first, bruno, Reason.AUTHOR)
    before = [undoing.state_before(idea) for idea in (first, second)]
    changed = bulk.change_status([first, second], Decision(to="declined", text="Fora do plano."), by=elisa)
    assert first.status_key == second.status_key == "declined"
    assert bulk.undo(changed.batch, by=elisa) == 0
    db.session.commit()
    assert [undoing.state_before(idea) for idea in (first, second)] == before
    assert [step.status for step in history.steps(second)] == [None]
    delivery.deliver_pending()
    assert notification_count(bruno) == 0
    with pytest.raises(AlreadyUndone):
        bulk.undo(changed.batch, by=elisa)


def test_an_undo_after_delivery_notifies_the_same_people(elisa, bruno):
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    changed = bulk.change_status([idea], Decision(to="planned"), by=elisa)
    db.session.commit()
    delivery.deliver_pending()
    assert notification_count(bruno) == 1
    bulk.undo(changed.batch, by=elisa)
    db.session.commit()
    delivery.deliver_pending()
    assert notification_count(bruno) == 2


def test_an_undo_keeps_newer_answers(elisa):
    first, second = make.idea(), make.idea()
    changed = bulk.change_status([first, second], Decision(to="under_review"), by=elisa)
    deciding.decide(first, Decision(to="planned"), by=elisa)
    assert bulk.undo(changed.batch, by=elisa) == 1
    assert (first.status_key, second.status_key) == ("planned", "new")
    assert len(db.session.scalars(select(StatusChange).where(StatusChange.undone_at.is_(None))).all()) == 2


def test_followers_of_many_ideas_count_once(bruno, ana):
    first, second = make.idea(), make.idea()
    for idea in (first, second):
        following.follow(idea, bruno, Reason.VOTED)
    following.follow(first, ana, Reason.VOTED)
    assert inbox.follower_count([first.id, second.id]) == 2
