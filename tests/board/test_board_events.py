"""The notifications of decisions: recipients, level and wording."""

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
    """Decide on the idea and deliver the event."""
    deciding.decide(idea, Decision(**facts), by=by)
    db.session.commit()
    event = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    deliver_pending()
    return event


def notification_count(person: Person) -> int:
    return db.session.scalar(select(func.count()).where(Notification.person_id == person.id)) or 0


def sentence_of(event: Event, language: str = "pt-BR") -> str:
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
def test_a_decision_has_the_level_of_its_status(
    before: str, facts: dict[str, Any], level: kinds.EventLevel, elisa: Person, bruno: Person, carla: Person
) -> None:
    idea = make.idea(status=before, author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.follow(idea, carla, Reason.VOTED)
    assert events.level(decided(idea, elisa, **facts)) == level
    assert (notification_count(bruno), notification_count(carla)) == (1, 1 if level is kinds.EventLevel.RESULTS else 0)


def test_a_question_notifies_author_and_commenters_despite_a_low_default(
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
    assert [notification_count(person) for person in (bruno, carla, davi, ana)] == [1, 1, 0, 0]


def test_e04_the_actor_is_not_notified(elisa: Person, bruno: Person) -> None:
    idea = make.idea(author=bruno)
    for person in (elisa, bruno):
        following.follow(idea, person, Reason.CHOSE)
    decided(idea, elisa, to="planned")
    assert (notification_count(elisa), notification_count(bruno)) == (0, 1)


def test_e04_several_reasons_give_one_notification(elisa: Person, bruno: Person) -> None:
    idea = make.idea(author=bruno)
    for reason in Reason:
        following.follow(idea, bruno, reason)
    decided(idea, elisa, to="declined", text="Não cabe.")
    assert notification_count(bruno) == 1


def test_e01_an_answer_delivered_twice_notifies_once(elisa: Person, bruno: Person) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    event = decided(idea, elisa, to="planned")
    event.delivered_at = None
    db.session.commit()
    deliver(event.id)
    assert notification_count(bruno) == 1


def test_followers_of_a_merged_idea_are_notified_about_the_set(elisa: Person, bruno: Person, carla: Person) -> None:
    root = make.idea()
    duplicate = make.idea(author=carla, merged_into_id=root.id)
    duplicate.root_id = root.id
    following.follow(duplicate, carla, Reason.AUTHOR)
    following.follow(make.idea(), bruno, Reason.CHOSE)
    decided(root, elisa, to="planned")
    assert (notification_count(carla), notification_count(bruno)) == (1, 0)


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_b11_an_idea_hidden_before_delivery_notifies_only_its_author(
    out_of_sight: str, elisa: Person, bruno: Person, carla: Person
) -> None:
    idea = make.idea(author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    following.follow(idea, carla, Reason.CHOSE)
    deciding.decide(idea, Decision(to="planned"), by=elisa)
    setattr(idea, out_of_sight, clock.now())
    db.session.commit()
    deliver_pending()
    assert (notification_count(bruno), notification_count(carla)) == (1, 0)


def test_a_closed_account_is_not_notified(elisa: Person, carla: Person) -> None:
    idea = make.idea()
    following.follow(idea, carla, Reason.CHOSE)
    carla.closed_at = clock.now()
    decided(idea, elisa, to="planned")
    assert notification_count(carla) == 0


def test_e05_a_person_who_stopped_following_before_delivery_is_not_notified(elisa: Person, carla: Person) -> None:
    idea = make.idea()
    following.follow(idea, carla, Reason.CHOSE)
    deciding.decide(idea, Decision(to="planned"), by=elisa)
    following.choose(idea, carla, Level.NOTHING)
    db.session.commit()
    deliver_pending()
    assert notification_count(carla) == 0


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
def test_the_sentence_names_the_change(before: str, facts: dict[str, Any], sentence: str, elisa: Person) -> None:
    facts = dict(facts)
    if version := facts.pop("target", None):
        facts["target_release_id"] = make.release(version).id
    if version := facts.pop("out", None):
        facts["delivered_release_id"] = make.release(version).id
    event = decided(make.idea("Razão em planilha", status=before), elisa, **facts)
    assert sentence_of(event).startswith("Elisa Moraes ")
    assert sentence_of(event).endswith(sentence)


def test_removing_the_target_has_a_sentence_of_its_own(elisa: Person) -> None:
    idea = make.idea("Razão em planilha", status="planned", target_quarter="2027-T1")
    assert (
        sentence_of(decided(idea, elisa, to="planned")) == "Elisa Moraes deixou “Razão em planilha” sem data prevista."
    )


def test_the_status_has_its_name_in_the_readers_language(elisa: Person) -> None:
    event = decided(make.idea(), elisa, to="planned")
    assert "Planned" in sentence_of(event, "en")
    assert "Planificada" in sentence_of(event, "es")


def test_c05_a_title_with_percent_signs_is_shown_as_typed(elisa: Person) -> None:
    event = decided(make.idea("Juros de 2%(s) ao mês %s"), elisa, to="planned")
    assert "Juros de 2%(s) ao mês %s" in sentence_of(event)
