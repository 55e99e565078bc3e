"""The dated steps of an idea."""

from datetime import timedelta

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding, history
from ideas.board.deciding import Decision
from ideas.board.models import OfficialResponse
from ideas.db import db
from tests import make
from tests.conftest import statements


def test_a_history_begins_with_the_publication() -> None:
    idea = make.idea()
    [step] = history.steps(idea)
    assert (step.at, step.change, step.response) == (idea.published_at, None, None)


def test_steps_are_newest_first_with_their_responses(elisa: Person) -> None:
    idea, other = make.idea(), make.idea()
    deciding.decide(idea, Decision(to="under_review"), by=elisa)
    deciding.decide(idea, Decision(text="Vimos."), by=elisa)
    deciding.decide(idea, Decision(to="planned", target_quarter="2027-T1", text="Vai."), by=elisa)
    deciding.decide(other, Decision(text="Outra."), by=elisa)
    steps = history.steps(idea)
    shown = [
        (step.status.key if step.status else None, step.response.text if step.response else None) for step in steps
    ]
    assert shown == [("planned", "Vai."), (None, "Vimos."), ("under_review", None), (None, None)]
    assert [step.by.id for step in steps if step.by] == [elisa.id] * 3
    assert steps[0].change is not None
    assert steps[0].change.target == "2027-T1"


def test_a_response_given_with_a_status_is_one_step(elisa: Person) -> None:
    idea = make.idea()
    deciding.decide(idea, Decision(to="declined", text="Não cabe."), by=elisa)
    assert [step.response.text for step in history.steps(idea) if step.response] == ["Não cabe."]


def test_the_history_takes_one_statement(elisa: Person) -> None:
    idea = make.idea()
    for number in range(12):
        deciding.decide(idea, Decision(text=f"Resposta {number}"), by=elisa)
    db.session.expire_all()
    assert idea.id
    assert idea.published_at
    with statements() as sent:
        assert len(history.steps(idea)) == 13
    assert len(sent) == 1


def test_the_current_answer_is_the_newest(elisa: Person) -> None:
    idea = make.idea()
    assert history.current_answer(history.steps(idea)) is None
    deciding.decide(idea, Decision(text="Primeira."), by=elisa)
    deciding.decide(idea, Decision(text="Segunda."), by=elisa)
    deciding.decide(idea, Decision(to="under_review"), by=elisa)
    step = history.current_answer(history.steps(idea))
    assert step is not None
    assert step.response is not None
    assert step.by is not None
    assert (step.response.text, step.by.name) == ("Segunda.", elisa.name)


def test_an_imported_history_is_ordered_by_date(elisa: Person) -> None:
    idea = make.idea()
    now = clock.now()
    make.step(idea, "planned", elisa, at=now - timedelta(days=1))
    make.step(idea, "under_review", elisa, at=now - timedelta(days=9))
    db.session.add(
        OfficialResponse(idea_id=idea.id, text="Entre.", language="pt-BR", by_id=elisa.id, at=now - timedelta(days=4))
    )
    db.session.flush()
    keys = [step.status.key if step.status else step.response and step.response.text for step in history.steps(idea)]
    assert keys == ["planned", "Entre.", "under_review", None]
