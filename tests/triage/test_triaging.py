"""Owners, tags, notes; one status for many ideas, and its undo right after."""

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
from ideas.triage.bulk import NobodyChanged, TooManyIdeas, UndoneBefore
from ideas.triage.inbox import Box, Order, Sought
from ideas.triage.owners import NotAManager
from ideas.triage.tagging import TagTooLong, TooManyTags
from tests import make


def sought(elisa, **facts):
    products = frozenset(db.session.scalars(select(Idea.product_id)))
    return Sought(products=products, manager_id=elisa.id, **facts)


def found(asked) -> list[int]:
    return [row.idea.id for row in inbox.rows(asked)]


def notification_count(person) -> int:
    return len(db.session.scalars(select(Notification).where(Notification.person_id == person.id)).all())


def test_an_answered_idea_leaves_the_inbox(elisa):
    first, second = make.idea(), make.idea()
    make.idea(hidden_at=first.published_at)
    assert found(sought(elisa)) == [first.id, second.id]
    deciding.decide(first, Decision(to="under_review"), by=elisa)
    assert found(sought(elisa)) == [second.id]
    assert found(sought(elisa, box=Box.OPEN)) == [first.id, second.id]


def test_each_order_pages_without_losing_or_repeating(elisa):
    ideas = [make.idea() for _ in range(30)]
    for place, idea in enumerate(ideas):
        idea.total_count = idea.people_count = place // 7
    for order in Order:
        asked = sought(elisa, order=order)
        first = inbox.rows(asked)[: inbox.SIZE]
        second = inbox.rows(asked, inbox.place_of(first[-1], order))
        numbers = [row.idea.id for row in (*first, *second)]
        assert sorted(numbers) == sorted(idea.id for idea in ideas)


def test_the_inbox_is_filtered_by_product_module_and_status(elisa):
    fiscal, stock = make.idea(module="fiscal"), make.idea(module="estoque")
    planned, other = make.idea(status="planned"), make.idea(product="rh", module="folha")
    everything = {"box": Box.ALL}
    assert found(sought(elisa, product="rh", **everything)) == [other.id]
    assert found(sought(elisa, product="erp", **everything)) == [fiscal.id, stock.id, planned.id]
    assert found(sought(elisa, module="estoque", **everything)) == [stock.id]
    assert found(sought(elisa, status="planned", **everything)) == [planned.id]
    assert found(sought(elisa, product="rh", module="fiscal", **everything)) == []


def test_unanswered_for_so_many_days_is_counted_from_the_last_answer_or_from_the_beginning(elisa):
    now = clock.now()

    def ago(days: float):
        return now - timedelta(days=days)

    with time_machine.travel(now, tick=False):
        waiting, young = make.idea(published_at=ago(10.01)), make.idea(published_at=ago(9.99))
        long_ago = make.idea(published_at=ago(90), answered_at=ago(10.01))
        lately = make.idea(published_at=ago(90), answered_at=ago(9.99))
        assert found(sought(elisa, box=Box.OPEN, days=10)) == [long_ago.id, waiting.id]
        assert found(sought(elisa, days=10)) == [waiting.id]
        assert found(sought(elisa, box=Box.OPEN, days=9)) == [long_ago.id, lately.id, waiting.id, young.id]


def test_an_idea_is_given_to_a_manager_of_its_product_only(elisa, heitor):
    idea, other = make.idea(), make.idea()
    owners.give(idea, elisa)
    assert found(sought(elisa, box=Box.MINE)) == [idea.id]
    with pytest.raises(NotAManager):
        owners.give(other, heitor)
    owners.give(idea, None)
    assert found(sought(elisa, box=Box.MINE)) == []


def test_a_tag_has_one_spelling_and_finds_its_ideas(elisa):
    idea, other = make.idea(), make.idea()
    tagging.put(idea, ["Reforma tributária", "reforma tributaria", "Fiscal"])
    tagging.put(other, ["FISCAL"])
    assert tagging.tags_among([idea.id, other.id]) == {idea.id: ["Fiscal", "Reforma tributária"], other.id: ["Fiscal"]}
    assert found(sought(elisa, tag="reforma tributaria")) == [idea.id]
    tagging.put(idea, ["Fiscal"])
    assert found(sought(elisa, tag="reforma tributaria")) == []


def test_too_many_or_too_long_tags_are_refused():
    idea = make.idea()
    with pytest.raises(TooManyTags):
        tagging.put(idea, [f"etiqueta {number}" for number in range(11)])
    with pytest.raises(TagTooLong):
        tagging.put(idea, ["x" * 41])


def test_what_cannot_take_the_step_stays_and_says_why(elisa):
    new, ended = make.idea(), make.idea(status="declined")
    changed = bulk.change([new, ended], Decision(to="needs_info", text="Conte mais."), by=elisa)
    assert [idea.id for idea in changed.ideas] == [new.id]
    assert [one.idea.id for one in changed.left] == [ended.id]
    assert (new.status_key, ended.status_key) == ("needs_info", "declined")
    with pytest.raises(NobodyChanged):
        bulk.change([ended], Decision(to="needs_info", text="Conte mais."), by=elisa)
    with pytest.raises(TooManyIdeas):
        bulk.change([new] * 101, Decision(to="under_review"), by=elisa)


def test_an_undo_right_after_brings_back_every_fact_and_nobody_is_told(elisa, bruno):
    first = make.idea(author=bruno, status="planned", target_quarter="2027-T1")
    second = make.idea(author=bruno)
    following.follow(first, bruno, Reason.AUTHOR)
    before = [undoing.state_before(idea) for idea in (first, second)]
    changed = bulk.change([first, second], Decision(to="declined", text="Fora do plano."), by=elisa)
    assert first.status_key == second.status_key == "declined"
    assert bulk.undo(changed.batch, by=elisa) == 0
    db.session.commit()
    assert [undoing.state_before(idea) for idea in (first, second)] == before
    assert [step.status for step in history.steps(second)] == [None]
    delivery.deliver_pending()
    assert notification_count(bruno) == 0
    with pytest.raises(UndoneBefore):
        bulk.undo(changed.batch, by=elisa)


def test_who_was_told_already_is_told_of_the_way_back(elisa, bruno):
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    changed = bulk.change([idea], Decision(to="planned"), by=elisa)
    db.session.commit()
    delivery.deliver_pending()
    assert notification_count(bruno) == 1
    bulk.undo(changed.batch, by=elisa)
    db.session.commit()
    delivery.deliver_pending()
    assert notification_count(bruno) == 2


def test_an_idea_that_was_answered_since_stays_as_it_is(elisa):
    first, second = make.idea(), make.idea()
    changed = bulk.change([first, second], Decision(to="under_review"), by=elisa)
    deciding.decide(first, Decision(to="planned"), by=elisa)
    assert bulk.undo(changed.batch, by=elisa) == 1
    assert (first.status_key, second.status_key) == ("planned", "new")
    assert len(db.session.scalars(select(StatusChange).where(StatusChange.undone_at.is_(None))).all()) == 2


def test_followers_of_many_ideas_count_once(bruno, ana):
    first, second = make.idea(), make.idea()
    for idea in (first, second):
        following.follow(idea, bruno, Reason.VOTED)
    following.follow(first, ana, Reason.VOTED)
    assert inbox.followers_of([first.id, second.id]) == 2
