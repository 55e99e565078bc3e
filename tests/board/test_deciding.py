"""The vendor's answer: permitted transitions, requirements of a status, and the rows written."""

import re
from typing import Any

import pytest
from sqlalchemy import delete, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding
from ideas.board.deciding import Decision, NotDecided
from ideas.board.models import Idea, OfficialResponse, StatusChange, StatusTransition
from ideas.db import db
from ideas.errors import Missing
from ideas.outbox.models import Event
from ideas.products.models import Product, Release
from tests import make

OPEN = ["new", "under_review", "needs_info", "planned", "in_progress"]
ENDED = ["delivered", "declined", "already_exists"]
ALL = OPEN + ENDED


def whole(to: str, **facts: Any) -> Decision:
    """Return a decision with everything that any status may require."""
    given = {"text": "Vamos fazer.", "link": "https://ajuda.example/1", "reason": "Mudou a lei."}
    return Decision(to=to, **{**given, "delivered_release_id": make.release("12.1.2510").id, **facts})


def allowed(before: str, after: str) -> bool:
    """The rule of transitions, written independently of the table."""
    if before in ENDED:
        return after in {"under_review", "planned"}
    if after == "delivered":
        return before in {"planned", "in_progress"}
    return after != before


@pytest.mark.parametrize("before", ALL)
@pytest.mark.parametrize("after", ALL)
def test_each_status_is_entered_only_by_permitted_transitions(before: str, after: str, elisa: Person) -> None:
    idea = make.idea(status=before)
    if allowed(before, after):
        deciding.decide(idea, whole(after), by=elisa)
        assert idea.status_key == after
    elif (before, after) in {("planned", "planned"), ("in_progress", "in_progress")}:
        decided = deciding.decide(idea, whole(after), by=elisa)
        assert decided.change is None, "the same status and the same target are no step"
    else:
        with pytest.raises(deciding.NoSuchStep):
            deciding.decide(idea, whole(after), by=elisa)
        assert idea.status_key == before


def test_an_unknown_status_is_refused(elisa: Person) -> None:
    with pytest.raises(deciding.NoSuchStep):
        deciding.decide(make.idea(), Decision(to="someday", text="Um dia."), by=elisa)


def test_the_table_of_transitions_equals_the_rule(elisa: Person) -> None:
    idea = make.idea()
    db.session.execute(delete(StatusTransition).where(StatusTransition.to_key == "planned"))
    with pytest.raises(deciding.NoSuchStep):
        deciding.decide(idea, whole("planned"), by=elisa)


@pytest.mark.parametrize(
    ("before", "missing", "decision", "field"),
    [
        ("new", deciding.ResponseMissing, {"to": "needs_info", "text": None, "link": None}, "text"),
        ("new", deciding.ResponseMissing, {"to": "declined", "text": None, "link": None}, "text"),
        ("new", deciding.ResponseMissing, {"to": "already_exists", "text": None}, "text"),
        ("new", deciding.LinkMissing, {"to": "already_exists", "link": None}, "link"),
        ("new", deciding.NotALink, {"to": "under_review", "link": "javascript:alert(1)"}, "link"),
        ("new", deciding.LinkAlone, {"to": "under_review", "text": None}, "text"),
        ("new", deciding.LinkAlone, {"to": None, "text": None}, "text"),
        ("new", deciding.NothingToPublish, {"to": None, "text": None, "link": None}, "text"),
        ("declined", deciding.ReasonMissing, {"to": "planned", "reason": None}, "reason"),
        ("planned", deciding.ReleaseNotOut, {"to": "delivered", "delivered_release_id": None}, "delivered_release"),
        ("new", deciding.NotAQuarter, {"to": "planned", "target_quarter": "2027-Q1"}, "target_quarter"),
    ],
)
def test_a_missing_requirement_is_refused_at_its_field(
    before: str, missing: type[NotDecided], decision: dict[str, Any], field: str, elisa: Person
) -> None:
    idea = make.idea(status=before)
    with pytest.raises(missing) as refused:
        deciding.decide(idea, whole(**decision), by=elisa)
    assert refused.value.field == field
    assert refused.value.message.endswith(".")
    assert db.session.scalars(select(StatusChange)).all() == []


def test_delivered_needs_a_published_release(elisa: Person) -> None:
    idea = make.idea(status="planned")
    with pytest.raises(deciding.ReleaseNotOut):
        deciding.decide(idea, whole("delivered", delivered_release_id=make.release("12.1.2610").id), by=elisa)


def another_products_release(*, published: bool) -> Release:
    rh = db.session.scalars(select(Product).where(Product.key == "rh")).one()
    now = clock.now()
    release = Release(product_id=rh.id, version="9.0", announced_at=now, published_at=now if published else None)
    db.session.add(release)
    db.session.flush()
    return release


def test_delivered_needs_a_release_of_its_own_product(elisa: Person) -> None:
    release = another_products_release(published=True)
    with pytest.raises(deciding.ReleaseNotOut):
        deciding.decide(make.idea(status="planned"), whole("delivered", delivered_release_id=release.id), by=elisa)


def test_a_target_release_must_belong_to_the_product(elisa: Person) -> None:
    release = another_products_release(published=False)
    with pytest.raises(deciding.ReleaseNotAhead):
        deciding.decide(make.idea(), whole("planned", target_release_id=release.id), by=elisa)


def test_b20_a_target_release_must_be_announced(elisa: Person) -> None:
    secret = make.release("12.1.2610")
    secret.announced_at = None
    with pytest.raises(deciding.ReleaseNotAhead):
        deciding.decide(make.idea(), whole("planned", target_release_id=secret.id), by=elisa)


def test_a_target_release_must_not_be_published(elisa: Person) -> None:
    with pytest.raises(deciding.ReleaseNotAhead):
        deciding.decide(make.idea(), whole("planned", target_release_id=make.release("12.1.2510").id), by=elisa)


def test_a_target_is_a_release_or_a_quarter_not_both(elisa: Person) -> None:
    both = whole("planned", target_release_id=make.release("12.1.2610").id, target_quarter="2027-T1")
    with pytest.raises(deciding.TwoTargets) as refused:
        deciding.decide(make.idea(), both, by=elisa)
    assert refused.value.field == "target_quarter"


def test_planning_for_a_release_keeps_its_version_in_the_history(elisa: Person) -> None:
    idea = make.idea()
    release = make.release("12.1.2610")
    change, _ = deciding.decide(idea, Decision(to="planned", target_release_id=release.id), by=elisa)
    assert (idea.target_release_id, idea.target_quarter) == (release.id, None)
    assert change is not None
    assert change.target == "12.1.2610"


def test_planning_for_a_quarter(elisa: Person) -> None:
    idea = make.idea()
    deciding.decide(idea, Decision(to="planned", target_quarter="2027-T1"), by=elisa)
    assert (idea.target_release_id, idea.target_quarter) == (None, "2027-T1")


def test_planning_without_a_date(elisa: Person) -> None:
    idea = make.idea()
    change, _ = deciding.decide(idea, Decision(to="planned"), by=elisa)
    assert change is not None
    assert change.target is None
    assert (idea.status_key, idea.target_release_id, idea.target_quarter) == ("planned", None, None)


def test_a_target_is_ignored_for_statuses_without_one(elisa: Person) -> None:
    idea = make.idea(status="planned", target_quarter="2027-T1")
    deciding.decide(idea, whole("declined", target_quarter="2027-T1"), by=elisa)
    assert (idea.status_key, idea.target_quarter) == ("declined", None)


def test_a_planned_idea_gets_another_target(elisa: Person) -> None:
    idea = make.idea(status="planned", target_quarter="2027-T1")
    change, response = deciding.decide(idea, Decision(to="planned", target_quarter="2027-T2"), by=elisa)
    assert change is not None
    assert response is None
    assert (change.from_key, change.to_key, change.target) == ("planned", "planned", "2027-T2")
    assert idea.target_quarter == "2027-T2"


def test_starting_development_keeps_a_target_release_published_meanwhile(elisa: Person) -> None:
    out = make.release("12.1.2510")
    idea = make.idea(status="planned", target_release_id=out.id)
    deciding.decide(idea, Decision(to="in_progress", target_release_id=out.id), by=elisa)
    assert (idea.status_key, idea.target_release_id) == ("in_progress", out.id)


def test_delivering_and_reopening(elisa: Person) -> None:
    idea = make.idea(status="planned", target_quarter="2027-T1")
    release = make.release("12.1.2510")
    change, _ = deciding.decide(idea, Decision(to="delivered", delivered_release_id=release.id), by=elisa)
    assert change is not None
    assert change.target == "12.1.2510"
    assert (idea.delivered_release_id, idea.target_quarter) == (release.id, None)

    again, _ = deciding.decide(idea, Decision(to="under_review", reason="Faltou um caso."), by=elisa)
    assert again is not None
    assert again.reason == "Faltou um caso."
    assert (idea.status_key, idea.delivered_release_id) == ("under_review", None)


def test_a_response_alone_changes_neither_status_nor_target(elisa: Person) -> None:
    idea = make.idea(status="planned", target_quarter="2027-T1")
    change, response = deciding.decide(idea, Decision(text="Estamos nisso.", language="es"), by=elisa)
    assert change is None
    assert response is not None
    assert (response.text, response.language, response.by_id) == ("Estamos nisso.", "es", elisa.id)
    assert (idea.status_key, idea.target_quarter) == ("planned", "2027-T1")


def test_a_status_with_a_response_is_one_step_and_one_event(elisa: Person) -> None:
    idea, other = make.idea(), make.idea()
    change, response = deciding.decide(idea, whole("already_exists"), by=elisa)
    assert change is not None
    assert response is not None
    assert change.response_id == response.id
    assert response.link == "https://ajuda.example/1"
    event = db.session.scalars(select(Event)).one()
    assert (event.name, event.thing, event.thing_id, event.by_id) == ("idea_status_changed", "idea", idea.id, elisa.id)
    assert event.data["response_id"] == response.id
    assert other.status_key == "new"


def test_a_response_alone_is_an_event_too(elisa: Person) -> None:
    deciding.decide(make.idea(), Decision(text="Obrigada."), by=elisa)
    assert [event.name for event in db.session.scalars(select(Event))] == ["idea_answered"]


def test_answering_sets_answered_at(elisa: Person) -> None:
    idea, other = make.idea(), make.idea()
    deciding.decide(idea, Decision(to="under_review"), by=elisa)
    assert idea.answered_at is not None
    assert other.answered_at is None


def test_answering_a_duplicate_answers_its_root(elisa: Person) -> None:
    root = make.idea()
    duplicate = make.idea(merged_into_id=root.id)
    duplicate.root_id = root.id
    deciding.decide(duplicate, Decision(to="under_review"), by=elisa)
    assert (root.status_key, duplicate.status_key) == ("under_review", "new")


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_answering_an_idea_out_of_sight_is_refused(out_of_sight: str, elisa: Person) -> None:
    idea = make.idea(**{out_of_sight: clock.now()})
    with pytest.raises(Missing):
        deciding.decide(idea, Decision(text="Ainda assim."), by=elisa)


def test_a_decision_on_an_outdated_version_is_refused(elisa: Person) -> None:
    idea = make.idea()
    seen = deciding.version_token(idea)
    deciding.decide(idea, Decision(text="Estamos vendo.", seen=seen), by=elisa)
    with pytest.raises(deciding.AnsweredMeanwhile):
        deciding.decide(idea, Decision(to="declined", text="Não.", seen=seen), by=elisa)
    assert idea.status_key == "new"


def test_one_of_several_concurrent_decisions_succeeds(elisa: Person, at_once: Any) -> None:
    idea = make.idea()
    number, by, seen = idea.id, elisa.id, deciding.version_token(idea)

    def work(place: int) -> str:
        mine = db.session.get_one(Idea, number)
        to = "planned" if place % 2 else "under_review"
        deciding.decide(mine, Decision(to=to, text=f"Resposta {place}", seen=seen), by=db.session.get_one(Person, by))
        db.session.commit()
        return "decided"

    results = at_once(8, work)
    refused = [result for result in results if isinstance(result, deciding.AnsweredMeanwhile)]
    assert (results.count("decided"), len(refused)) == (1, 7), results
    assert len(db.session.scalars(select(OfficialResponse)).all()) == 1


def test_e11_events_contain_no_names_and_no_cpf(elisa: Person) -> None:
    deciding.decide(make.idea(), whole("declined"), by=elisa)
    stored = str(db.session.scalars(select(Event)).one().data)
    assert elisa.name not in stored
    assert "Vamos fazer" not in stored
    assert not re.search(r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", stored)
