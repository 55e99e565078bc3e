"""Against a real SMTP server that takes, puts off, refuses or drops; and what a test mail says of it."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from flask import Flask
from sqlalchemy import select

from ideas.config import Settings
from ideas.db import db
from ideas.outbox import composing, kinds, mail_check, mailing
from ideas.outbox.delivery import deliver_pending
from ideas.outbox.emails import Letter
from ideas.outbox.kinds import Words
from ideas.outbox.models import Letter as Row
from ideas.outbox.recording import record


class House:
    """What the server behind the port does: one word for each mail, "take" when none is left."""

    def __init__(self) -> None:
        self.moods: list[str] = []
        self.taken: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        mood = self.moods[0] if self.moods else "take"
        if mood in {"450", "550"}:
            self.moods.pop(0)
            return f"{mood} mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        mood = self.moods.pop(0) if self.moods else "take"
        if mood == "drop":
            server.transport.abort()
            return "421 gone"
        if mood in {"451", "554"}:
            return f"{mood} not this one"
        self.taken.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.fixture
def house(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The server, and a portal that mails through it."""
    house = House()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(house, hostname="127.0.0.1", port=port)
    controller.start()
    settings = replace(composing.desk().settings, mail_server="127.0.0.1", mail_port=port)
    monkeypatch.setattr(composing, "_desk", replace(composing.desk(), settings=settings))
    yield house
    controller.stop()


@pytest.fixture
def letters(stand: Any, house: House) -> list[str]:
    addresses = ["um@exemplo.example", "dois@exemplo.example", "tres@exemplo.example"]
    kinds.kind("invited")
    kinds.letters("invited", to=lambda _: addresses, write=lambda _, key: hello(key))
    record("invited", thing="company", thing_id=1, by=None)
    db.session.commit()
    deliver_pending()
    return addresses


def hello(to: str) -> Letter:
    return Letter(to=to, name="Ação", subject=Words("Olá, São Paulo"), paragraphs=[Words("Bem-vinda.")])


def states() -> dict[str, str]:
    rows = db.session.scalars(select(Row).execution_options(populate_existing=True))
    return {row.recipient_key: "sent" if row.sent_at else "dead" if row.given_up_at else "waits" for row in rows}


def test_e07_mails_leave_over_one_connection(letters, house: House) -> None:
    mailing.send_due()
    assert sorted(to for to, _ in house.taken) == sorted(letters)
    assert set(states().values()) == {"sent"}
    assert b"=?utf-8?" in house.taken[0][1].partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("mood", ["450", "451"])
def test_e07_what_is_put_off_waits_and_the_others_leave(letters, house: House, mood: str) -> None:
    house.moods = [mood]
    mailing.send_due()
    assert sorted(states().values()) == ["sent", "sent", "waits"]
    fault = db.session.scalar(select(Row.fault).where(Row.sent_at.is_(None)))
    assert fault.startswith(mood)


@pytest.mark.parametrize("mood", ["550", "554"])
def test_e07_what_is_refused_is_given_up_and_the_others_leave(letters, house: House, mood: str) -> None:
    house.moods = [mood]
    mailing.send_due()
    assert sorted(states().values()) == ["dead", "sent", "sent"]


def test_e07_a_server_that_drops_the_line_is_tried_again_later(letters, house: House) -> None:
    house.moods = ["drop"]
    mailing.send_due()
    assert set(states().values()) == {"waits"}
    mailing.send_due()
    assert sorted(states().values()) == ["sent", "sent", "waits"], "the one that was dropped waits its minute"


def test_e07_a_server_that_is_down_keeps_every_letter_waiting(letters, house: House, monkeypatch) -> None:
    down = replace(composing.desk().settings, mail_port=1)
    monkeypatch.setattr(composing, "_desk", replace(composing.desk(), settings=down))
    mailing.send_due()
    assert set(states().values()) == {"waits"}


# --- the test mail -----------------------------------------------------------------------------


def settings() -> Settings:
    return composing.desk().settings


def test_a_test_mail_arrives(house: House) -> None:
    assert mail_check.send_test(settings(), "iris@exemplo.example") == "127.0.0.1"
    assert house.taken[0][0] == "iris@exemplo.example"


def explained(settings: Settings) -> str:
    with pytest.raises(mail_check.MailTrouble) as caught:
        mail_check.send_test(settings, "iris@exemplo.example")
    return caught.value.message % caught.value.facts


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mail_port": 1}, "não aceita conexões na porta 1"),
        ({"mail_server": "nao-existe.invalid"}, "Não existe servidor com o nome"),
        ({"mail_username": "portal", "mail_password": "x"}, "não oferece conexão cifrada"),
    ],
)
def test_a_test_mail_that_fails_says_what_to_mend(house: House, changes: dict[str, Any], words: str) -> None:
    assert words in explained(replace(settings(), **changes))


@pytest.mark.parametrize(("mood", "words"), [("550", "Confira se ele deixa enviar como"), ("451", "adiou a mensagem")])
def test_a_test_mail_says_what_the_servers_answer_means(house: House, mood: str, words: str) -> None:
    house.moods = [mood]
    assert words in explained(settings())


def test_the_password_never_stands_in_what_is_said(house: House) -> None:
    assert "segredo" not in explained(replace(settings(), mail_username="portal", mail_password="segredo"))


def test_e07_v16_5_2_pages_never_speak_to_the_mail_server(browser, house: House, monkeypatch, ana) -> None:
    """A server that takes every call and says nothing: whoever spoke to it would wait."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        settings = replace(composing.desk().settings, mail_port=silent.getsockname()[1])
        monkeypatch.setattr(composing, "_desk", replace(composing.desk(), settings=settings))
        answer = browser().post("/esqueci-minha-senha", data={"key": ana.email})
        assert answer.status_code in {200, 303}
        assert browser(ana).get("/").status_code == 200
        with pytest.raises(BlockingIOError):
            silent.accept()
