"""What is kept of a form whose session ran out, for whom, and for how long."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.models import Draft
from ideas.drafts.storing import PendingDeed

DEED = PendingDeed("/ideias/1/comentarios", "/ideias/1-nota", {"text": ["Aqui também."], "tag": ["a", "b"]})


def keep(deed: PendingDeed = DEED, person: Person | None = None, token: str | None = None) -> str:
    made = storing.keep(deed, person_id=person.id if person else None, token=token)
    assert made
    return made


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Draft)) or 0


def test_what_was_typed_comes_back_as_it_was(ana: Person) -> None:
    assert storing.kept(keep(), ana.id) == DEED
    assert storing.kept("another browser's", ana.id) is None


def test_what_a_known_person_typed_is_theirs_alone(ana: Person, bruno: Person) -> None:
    token = keep(person=ana)
    assert storing.kept(token, ana.id) == DEED
    assert storing.kept(token, bruno.id) is None
    storing.discard(token, bruno.id)
    assert storing.kept(token, ana.id) == DEED
    storing.discard(token, ana.id)
    assert storing.kept(token, ana.id) is None


@pytest.mark.parametrize("name", ["password", "new_password", "cpf", "CPF", "senha", "csrf_token", "current-Password"])
def test_i06_secrets_are_never_kept(ana: Person, name: str) -> None:
    token = keep(PendingDeed("/x", "/", {name: ["529.982.247-25"], "text": ["Oi"]}))
    assert storing.kept(token, ana.id) == PendingDeed("/x", "/", {"text": ["Oi"]})
    assert "529" not in str(db.session.scalars(select(Draft.fields)).one())


def test_the_cookies_token_is_kept_hashed(ana: Person) -> None:
    token = keep()
    assert token not in str(vars(db.session.scalars(select(Draft)).one()))
    assert len(token) == 43


def test_a_browser_keeps_one_form_and_the_last_one_sent(ana: Person) -> None:
    token = keep()
    later = PendingDeed("/y", "/", {"text": ["Depois"]})
    again = keep(later, token=token)
    assert storing.kept(again, ana.id) == later
    assert count() == 1


def test_another_persons_kept_form_is_not_overwritten(ana: Person, bruno: Person) -> None:
    token = keep(person=ana)
    keep(person=bruno, token=token)
    assert storing.kept(token, ana.id) == DEED


def test_what_no_form_of_ours_can_hold_is_not_kept() -> None:
    assert storing.keep(PendingDeed("/", "/", {"text": ["a" * 60_000]}), person_id=None, token=None) is None
    assert storing.keep(PendingDeed("/", "/", {"text": ["a" * 50_000]}), person_id=None, token=None)


def test_no_more_are_kept_than_the_portal_can_bear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MOST", 3)
    tokens = [storing.keep(DEED, person_id=None, token=None) for _ in range(5)]
    assert [bool(token) for token in tokens] == [True, True, True, False, False]


def test_it_is_kept_for_a_day_and_then_swept_away(ana: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as travel:
        token = keep()
        travel.shift(timedelta(days=1) - timedelta(seconds=1))
        storing.sweep()
        assert storing.kept(token, ana.id) == DEED
        travel.shift(1)
        assert storing.kept(token, ana.id) is None
        assert count() == 1
        storing.sweep()
        assert count() == 0
