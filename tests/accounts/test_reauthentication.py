"""Sensitive actions ask for the password, at most once in ten minutes."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies import listing
from ideas.rights import FRESH_PASSWORD, ROUTES, Who
from tests import make
from tests.cast import PASSWORD

QUESTION = "Confirme a sua senha"
#: What operators do without giving the password again: it can be undone, or leaves everyone's access as it is.
UNDOABLE = {
    "imports.create", "imports.check", "imports.stop", "modules.create", "modules.update", "modules.end",
    "modules.take_up", "overdue_events.retry_event", "panel_people.find", "products.create", "products.update",
    "products.end", "products.take_up", "queued_emails.retry_email", "queues.update",
}  # fmt: skip


def sign_in(browser, person: Person):
    mine = browser()
    mine.post("/entrar", data={"key": person.email, "password": PASSWORD})
    return mine


def test_every_privileged_action_of_operators_asks_for_the_password(app: Flask) -> None:
    writing = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())}
    operators = {endpoint for endpoint in writing if ROUTES.get(endpoint) is Who.OPERATORS}
    assert operators - UNDOABLE <= FRESH_PASSWORD
    assert writing >= FRESH_PASSWORD


def test_the_password_is_asked_for_once_in_ten_minutes(browser, iris: Person, ana: Person) -> None:
    address, reason = f"/painel/pessoas/{ana.id}/bloquear", {"lock-why": "Aparelho perdido"}
    with time_machine.travel(clock.now(), tick=False) as now:
        mine = sign_in(browser, iris)
        now.shift(timedelta(minutes=10))
        question = mine.post(address, data=reason)
        assert question.status_code == 401
        assert QUESTION in question.text
        assert 'name="lock-why" value="Aparelho perdido"' in question.text
        assert ana.locked_at is None
        assert mine.post(address, data={**reason, "fresh_password": "errada"}).status_code == 422
        assert ana.locked_at is None
        assert mine.post(address, data={**reason, "fresh_password": PASSWORD}).status_code == 303
        assert ana.locked_at is not None
        now.shift(timedelta(minutes=9))
        assert mine.post(f"/painel/pessoas/{ana.id}/desbloquear").status_code == 303
        assert ana.locked_at is None


@pytest.mark.parametrize("action", ["administracao", "remover"])
def test_handing_over_and_removing_people_ask_for_the_password(
    browser, carla: Person, ana: Person, action: str
) -> None:
    membership = listing.membership_of(ana, make.aurora())
    assert membership
    with time_machine.travel(clock.now(), tick=False) as now:
        mine = sign_in(browser, carla)
        now.shift(timedelta(minutes=11))
        assert QUESTION in mine.post(f"/empresa/pessoas/{membership.id}/{action}").text
    assert membership.ended_at is None


def test_a_cpf_in_the_form_is_not_rendered_back(browser, iris: Person, ana: Person) -> None:
    with time_machine.travel(clock.now(), tick=False) as now:
        mine = sign_in(browser, iris)
        now.shift(timedelta(minutes=11))
        page = mine.post(f"/painel/pessoas/{ana.id}/bloquear", data={"lock-why": "CPF 529.982.247-25"}).text
    assert "529.982" not in page


def test_changing_the_password_renews_the_sessions_token(browser, ana: Person) -> None:
    mine = sign_in(browser, ana)
    before = mine.get_cookie("session").value
    answer = mine.post("/perfil/senha", data={"current_password": PASSWORD, "password": "girassol na varanda"})
    assert answer.status_code == 303
    assert mine.get("/perfil").status_code == 200
    thief = browser()
    thief.set_cookie("session", before)
    assert thief.get("/perfil").status_code == 303
