"""What is done in steps is done in their order: none is skipped, repeated or taken by another (ASVS 2.3.1)."""

from typing import Any

import pytest
from sqlalchemy import select

from ideas import tables
from ideas.db import db
from tests import make
from tests.web import every_form
from tests.web.every_form import FORMS, Filled

VERDICT = {"outcome": "reversed", "words": "Certo."}


def _answer_without_appeal() -> Filled:
    return Filled("gilda", f"/moderacao/casos/{every_form.decision().case_id}/recurso", VERDICT)


def _appeal_of_another() -> Filled:
    return Filled("ana", f"/moderacao/decisoes/{every_form.decision().id}/recurso", {"words": "Não ofende."})


def _answer_ones_own_decision() -> Filled:
    return Filled("fabio", f"/moderacao/casos/{every_form.appealed().case_id}/recurso", VERDICT)


def _import_unchecked() -> Filled:
    return Filled("iris", f"/painel/importar/{every_form.imported().id}/importar")


def _stop_what_stands() -> Filled:
    return Filled("iris", f"/painel/importar/{every_form.imported().id}/parar")


def _decide_unseen() -> Filled:
    """Without having been shown what each will be told."""
    return Filled("fabio", f"/moderacao/casos/{every_form.reported().id}", every_form.verdict() | {"confirmed": ""})


def _many_unseen() -> Filled:
    chosen = {"idea": [str(every_form.idea().id)]}
    return Filled("elisa", "/triagem/lote", every_form.TO | chosen)


def _follow_up_an_open_one() -> Filled:
    return Filled("carla", f"/chamados/{every_form.ticket().code}/acompanhamento", every_form.REPLY)


def _confirm_what_nobody_solved() -> Filled:
    return Filled("carla", f"/chamados/{every_form.ticket().code}/situacao", {"to": "closed"})


def _part_what_is_whole() -> Filled:
    return Filled("elisa", "/ideias/separar", {"ideia": [str(every_form.idea().id)]})


def _answer_what_was_answered() -> Filled:
    """With the form of before."""
    filled = FORMS["answers.create"]()
    number = int(filled.address.split("/")[2])
    every_form.deciding.decide(
        db.session.get_one(every_form.Idea, number), every_form.Decision(to="under_review"), by=make.person("elisa")
    )
    return filled


def _first_access_without_invitation() -> Filled:
    return Filled(None, "/primeiro-acesso/um-link-inventado", {"cpf": every_form.CPF, "password": every_form.NEW})


def _reset_without_link() -> Filled:
    return Filled(None, "/esqueci-minha-senha/enviado", {"password": every_form.NEW})


def _email_without_link() -> Filled:
    FORMS["email_changes.update"]()
    return Filled(None, "/confirmar-email/um-link-inventado")


def _weight_without_a_vote() -> Filled:
    return Filled("bruno", f"/ideias/{every_form.idea().id}/voto/peso", {"importance": "critical", "reason": ""})


OUT_OF_ORDER = [value for name, value in list(globals().items()) if name.startswith("_") and callable(value)]


def state() -> dict[str, list[Any]]:
    db.session.rollback()
    held = {table.name: sorted(map(repr, db.session.execute(select(table)).all()))
            for table in tables.metadata.sorted_tables}  # fmt: skip
    db.session.rollback()
    return held


@pytest.mark.parametrize("out_of_order", OUT_OF_ORDER, ids=lambda one: one.__name__.strip("_"))
def test_v2_3_1_no_step_is_skipped(browser, out_of_order) -> None:
    filled = out_of_order()
    mine = browser(make.person(filled.who) if filled.who else None)
    db.session.commit()
    before = state()
    answer = mine.post(filled.address, data=filled.fields())
    assert answer.status_code in {200, 303, 400, 403, 404, 405, 409, 410, 422}
    assert state() == before


ONCE = ["first_access.create", "resets.update", "email_changes.update", "invitation_batches.confirm",
        "access_requests.approve", "cases.decide", "cases.answer", "decisions.appeal", "batches.destroy",
        "triage_batches.destroy", "ideas.create", "comments.create", "tickets.create", "ticket_conversation.reply",
        "ticket_conversions.create", "merges.create", "members.destroy"]  # fmt: skip


@pytest.mark.parametrize("endpoint", ONCE)
def test_v2_3_1_no_step_is_taken_twice(browser, endpoint: str) -> None:
    """The same form sent again does nothing more, whatever it answers."""
    filled = FORMS[endpoint]()
    mine, again = (browser(make.person(filled.who) if filled.who else None) for _ in range(2))
    assert mine.post(filled.address, data=filled.fields()).status_code == 303
    db.session.commit()
    before = state()
    assert again.post(filled.address, data=filled.fields()).status_code in {200, 303, 403, 404, 409, 410, 422}
    after = state()
    assert {name for name in before if before[name] != after[name]} <= {"sign_in"}
