"""What is stored of a form sent without a session, for which owner, and for how long."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.models import Draft
from ideas.drafts.storing import PendingForm

FORM = PendingForm("/ideias/1/comentarios", "/ideias/1-nota", {"text": ["Aqui também."], "tag": ["a", "b"]})


def store(form: PendingForm = FORM, person: Person | None = None, token: str | None = None) -> str:
    new_token = storing.store(form, person_id=person.id if person else None, token=token)
    assert new_token
    return new_token


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Draft)) or 0


def test_a_stored_form_is_returned_unchanged(ana: Person) -> None:
    assert storing.find(store(), ana.id) == FORM
    assert storing.find("another browser's", ana.id) is None


def test_a_known_persons_form_is_returned_to_them_only(ana: Person, bruno: Person) -> None:
    token = store(person=ana)
    assert storing.find(token, ana.id) == FORM
    assert storing.find(token, bruno.id) is None
    storing.discard(token, bruno.id)
    assert storing.find(token, ana.id) == FORM
    storing.discard(token, ana.id)
    assert storing.find(token, ana.id) is None


@pytest.mark.parametrize("name", ["password", "new_password", "cpf", "CPF", "senha", "csrf_token", "current-Password"])
def test_i06_secrets_are_never_stored(ana: Person, name: str) -> None:
    token = store(PendingForm("/x", "/", {name: ["529.982.247-25"], "text": ["Oi"]}))
    assert storing.find(token, ana.id) == PendingForm("/x", "/", {"text": ["Oi"]})
    assert "529" not in str(db.session.scalars(select(Draft.fields)).one())


def test_only_the_hash_of_the_token_is_stored(ana: Person) -> None:
    token = store()
    assert token not in str(vars(db.session.scalars(select(Draft)).one()))
    assert len(token) == 43


def test_a_new_form_replaces_the_browsers_previous_one(ana: Person) -> None:
    token = store()
    later = PendingForm("/y", "/", {"text": ["Depois"]})
    again = store(later, token=token)
    assert storing.find(again, ana.id) == later
    assert count() == 1


def test_another_persons_form_is_not_replaced(ana: Person, bruno: Person) -> None:
    token = store(person=ana)
    store(person=bruno, token=token)
    assert storing.find(token, ana.id) == FORM


def test_a_form_that_is_too_large_is_not_stored() -> None:
    assert storing.store(PendingForm("/", "/", {"text": ["a" * 60_000]}), person_id=None, token=None) is None
    assert storing.store(PendingForm("/", "/", {"text": ["a" * 50_000]}), person_id=None, token=None)


def test_no_form_is_stored_beyond_the_total_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MAX_STORED_FORMS", 3)
    tokens = [storing.store(FORM, person_id=None, token=None) for _ in range(5)]
    assert [bool(token) for token in tokens] == [True, True, True, False, False]


def test_a_form_is_deleted_after_a_day(ana: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        token = store()
        travel.shift(timedelta(days=1) - timedelta(seconds=1))
        storing.delete_expired()
        assert storing.find(token, ana.id) == FORM
        travel.shift(1)
        assert storing.find(token, ana.id) is None
        assert count() == 1
        storing.delete_expired()
        assert count() == 0
