"""Who hears of an answer, how strongly, and in which words."""

from typing import Any

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding, events, following
from ideas.board.deciding import Decision
from ideas.board.models import Idea, Level, Reason
from ideas.db import db
from ideas.notifications import wording
from ideas.notifications.models import Notification
from ideas.outbox import kinds
from ideas.outbox.delivery import deliver, deliver_pending
from ideas.outbox.models import Event
from tests import make


def decided(idea: Idea, by: Person, **facts: Any) -> Event:
    """A decision on the idea, told."""
    deciding.decide(idea, Decision(**facts), by=by)
    db.session.commit()
    event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    deliver_pending()
    return event


def heard_by(person: Person) -> int:
    return db.session.scalar(select(func.count()).where(Notification.person_id == person.id)) or 0


def said(event: Event, language: str = "pt-BR") -> str:
    words = kinds.wording(event)
    return words.sentence % wording.facts_in(language, words, by="Elisa Moraes")


@pytest.mark.parametrize(
    ("before", "facts", "level"),
    [
        ("new", {"to": "under_review"}, kinds.EventLevel.ALL),
        ("under_review", {"to": "new"}, kinds.EventLevel.ALL),
        ("new", {"to": "needs_info", "text": "Qual tela?"}, kinds.EventLevel.ALL),
        ("new", {"to": "planned"}, kinds.EventLevel.RESULTS),
        ("new", {"to": "in_progress"}, kinds.EventLevel.RESULTS),
        ("new", {"to": "declined", "text": "Não cabe."}, kinds.EventLevel.RESULTS),
        ("new", {"to": "already_exists", "text": "Já há.", "link": "https://a.example"}, kinds.EventLevel.RESULTS),
        ("declined", {"to": "under_review", "reason": "Mudou."}, kinds.EventLevel.RESULTS),
        ("new", {"text": "Vimos."}, kinds.EventLevel.RESULTS),
        ("new", {"to": "under_review", "text": "Vimos."}, kinds.EventLevel.RESULTS),
    ],
)
def test_results_are_told_as_results(
    before: str, facts: dict[str, Any], level: kinds.EventLevel, elisa: Person, bruno: Person, carla: Person
) -> None:
    idea = make.idea(status=before, author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.follow(idea, carla, Reason.VOTED)
    assert events.level(decided(idea, elisa, **facts)) == level
    assert (heard_by(bruno), heard_by(carla)) == (1, 1 if level is kinds.EventLevel.RESULTS else 0)


def test_a_question_reaches_author_and_commenters_whatever_little_they_chose(
    elisa: Person, bruno: Person, carla: Person, davi: Person, ana: Person
) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.choose(idea, bruno, Level.RESULTS)
    following.follow(idea, carla, Reason.COMMENTED)
    following.follow(idea, davi, Reason.VOTED)
    following.follow(idea, ana, Reason.COMMENTED)
    following.choose(idea, ana, Level.NOTHING)
    decided(idea, elisa, to="needs_info", text="Qual tela?")
    assert [heard_by(person) for person in (bruno, carla, davi, ana)] == [1, 1, 0, 0]


def test_e04_nobody_hears_of_their_own_deed(elisa: Person, bruno: Person) -> None:
    idea = make.idea(author=bruno)
    for person in (elisa, bruno):
        following.follow(idea, person, Reason.CHOSE)
    decided(idea, elisa, to="planned")
    assert (heard_by(elisa), heard_by(bruno)) == (0, 1)


def test_e04_several_reasons_are_one_notice(elisa: Person, bruno: Person) -> None:
    idea = make.idea(author=bruno)
    for reason in Reason:
        following.follow(idea, bruno, reason)
    decided(idea, elisa, to="declined", text="Não cabe.")
    assert heard_by(bruno) == 1


def test_e01_an_answer_delivered_twice_is_told_once(elisa: Person, bruno: Person) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    event = decided(idea, elisa, to="planned")
    event.delivered_at = None
    db.session.commit()
    deliver(event.id)
    assert heard_by(bruno) == 1


def test_followers_of_a_merged_idea_hear_of_the_whole(elisa: Person, bruno: Person, carla: Person) -> None:
    root = make.idea()
    duplicate = make.idea(author=carla, merged_into_id=root.id)
    duplicate.root_id = root.id
    following.follow(duplicate, carla, Reason.AUTHOR)
    following.follow(make.idea(), bruno, Reason.CHOSE)
    decided(root, elisa, to="planned")
    assert (heard_by(carla), heard_by(bruno)) == (1, 0)


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_b11_an_idea_hidden_before_delivery_is_told_to_its_author_only(
    out_of_sight: str, elisa: Person, bruno: Person, carla: Person
) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.follow(idea, carla, Reason.CHOSE)
    deciding.decide(idea, Decision(to="planned"), by=elisa)
    setattr(idea, out_of_sight, clock.now())
    db.session.commit()
    deliver_pending()
    assert (heard_by(bruno), heard_by(carla)) == (1, 0)


def test_a_closed_account_hears_nothing(elisa: Person, carla: Person) -> None:
    idea = make.idea()
    following.follow(idea, carla, Reason.CHOSE)
    carla.closed_at = clock.now()
    decided(idea, elisa, to="planned")
    assert heard_by(carla) == 0


def test_e05_who_stopped_following_before_delivery_hears_nothing(elisa: Person, carla: Person) -> None:
    idea = make.idea()
    following.follow(idea, carla, Reason.CHOSE)
    deciding.decide(idea, Decision(to="planned"), by=elisa)
    following.choose(idea, carla, Level.NOTHING)
    db.session.commit()
    deliver_pending()
    assert heard_by(carla) == 0


@pytest.mark.parametrize(
    ("before", "facts", "sentence"),
    [
        ("new", {"to": "under_review"}, "mudou “Razão em planilha” para Em análise."),
        ("new", {"to": "declined", "text": "Não."}, "mudou “Razão em planilha” para Não planejada e respondeu."),
        ("new", {"to": "planned", "target_quarter": "2027-T1"}, "para Planejada, prevista para o 1º trimestre de 2027."),
        ("new", {"to": "planned", "target": "12.1.2610", "text": "Vai."}, "para Planejada, prevista para 12.1.2610, e respondeu."),
        ("planned", {"to": "delivered", "out": "12.1.2510"}, "para Entregue, na release 12.1.2510."),
        ("planned", {"to": "delivered", "out": "12.1.2510", "text": "Aí está."}, "na release 12.1.2510, e respondeu."),
        ("planned", {"to": "planned", "target_quarter": "2027-T2"}, "mudou a previsão de “Razão em planilha” para o 2º trimestre de 2027."),
        ("new", {"text": "Vimos."}, "respondeu à ideia “Razão em planilha”."),
    ],
)  # fmt: skip
def test_the_words_say_what_happened(before: str, facts: dict[str, Any], sentence: str, elisa: Person) -> None:
    facts = dict(facts)
    if version := facts.pop("target", None):
        facts["target_release_id"] = make.release(version).id
    if version := facts.pop("out", None):
        facts["delivered_release_id"] = make.release(version).id
    event = decided(make.idea("Razão em planilha", status=before), elisa, **facts)
    assert said(event).startswith("Elisa Moraes ")
    assert said(event).endswith(sentence)


def test_dropping_a_date_is_told_as_such(elisa: Person) -> None:
    idea = make.idea("Razão em planilha", status="planned", target_quarter="2027-T1")
    assert said(decided(idea, elisa, to="planned")) == "Elisa Moraes deixou “Razão em planilha” sem data prevista."


def test_the_status_is_named_in_the_readers_language(elisa: Person) -> None:
    event = decided(make.idea(), elisa, to="planned")
    assert "Planned" in said(event, "en")
    assert "Planificada" in said(event, "es")


def test_c05_a_title_with_percent_signs_is_told_as_typed(elisa: Person) -> None:
    event = decided(make.idea("Juros de 2%(s) ao mês %s"), elisa, to="planned")
    assert "Juros de 2%(s) ao mês %s" in said(event)
