"""Sending through a real SMTP server that accepts, defers, rejects or disconnects; and the test email."""

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
from ideas.outbox.emails import Email
from ideas.outbox.kinds import Wording
from ideas.outbox.models import QueuedEmail
from ideas.outbox.recording import record


class FakeServer:
    """Gives one response per email: an SMTP code, "drop" or, when none is left, "accept"."""

    def __init__(self) -> None:
        self.responses: list[str] = []
        self.accepted: list[tuple[str, bytes]] = []

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        response = self.responses[0] if self.responses else "accept"
        if response in {"450", "550"}:
            self.responses.pop(0)
            return f"{response} mailbox unavailable"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        response = self.responses.pop(0) if self.responses else "accept"
        if response == "drop":
            server.transport.abort()
            return "421 gone"
        if response in {"451", "554"}:
            return f"{response} not this one"
        self.accepted.append((envelope.rcpt_tos[0], envelope.content))
        return "250 OK"


@pytest.fixture
def server(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """A running SMTP server, with the portal configured to use it."""
    server = FakeServer()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    settings = replace(composing.mail_settings().settings, mail_server="127.0.0.1", mail_port=port)
    monkeypatch.setattr(composing, "_mail_settings", replace(composing.mail_settings(), settings=settings))
    yield server
    controller.stop()


@pytest.fixture
def addresses(feature: Any, server: FakeServer) -> list[str]:
    recipients = ["um@exemplo.example", "dois@exemplo.example", "tres@exemplo.example"]
    kinds.register_kind("invited")
    kinds.register_email("invited", recipients=lambda _: recipients, write=lambda _, key: greeting(key))
    record("invited", thing="company", thing_id=1, by=None)
    db.session.commit()
    deliver_pending()
    return recipients


def greeting(to: str) -> Email:
    return Email(to=to, name="Ação", subject=Wording("Olá, São Paulo"), paragraphs=[Wording("Bem-vinda.")])


def states() -> dict[str, str]:
    rows = db.session.scalars(select(QueuedEmail).execution_options(populate_existing=True))
    return {row.recipient_key: "sent" if row.sent_at else "given up" if row.given_up_at else "waiting" for row in rows}


def test_e07_emails_are_sent_over_one_connection(addresses, server: FakeServer) -> None:
    mailing.send_due()
    assert sorted(to for to, _ in server.accepted) == sorted(addresses)
    assert set(states().values()) == {"sent"}
    assert b"=?utf-8?" in server.accepted[0][1].partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize("response", ["450", "451"])
def test_e07_deferred_email_waits_and_the_others_are_sent(addresses, server: FakeServer, response: str) -> None:
    server.responses = [response]
    mailing.send_due()
    assert sorted(states().values()) == ["sent", "sent", "waiting"]
    fault = db.session.scalar(select(QueuedEmail.fault).where(QueuedEmail.sent_at.is_(None)))
    assert fault.startswith(response)


@pytest.mark.parametrize("response", ["550", "554"])
def test_e07_rejected_email_is_given_up_and_the_others_are_sent(addresses, server: FakeServer, response: str) -> None:
    server.responses = [response]
    mailing.send_due()
    assert sorted(states().values()) == ["given up", "sent", "sent"]


def test_e07_lost_connection_is_retried_later(addresses, server: FakeServer) -> None:
    server.responses = ["drop"]
    mailing.send_due()
    assert set(states().values()) == {"waiting"}
    mailing.send_due()
    assert sorted(states().values()) == ["sent", "sent", "waiting"], "the interrupted email waits for its next attempt"


def test_e07_unreachable_server_leaves_every_email_waiting(addresses, server: FakeServer, monkeypatch) -> None:
    down = replace(composing.mail_settings().settings, mail_port=1)
    monkeypatch.setattr(composing, "_mail_settings", replace(composing.mail_settings(), settings=down))
    mailing.send_due()
    assert set(states().values()) == {"waiting"}


# --- the test email -----------------------------------------------------------------------------


def settings() -> Settings:
    return composing.mail_settings().settings


def test_test_email_is_sent(server: FakeServer) -> None:
    assert mail_check.send_test_email(settings(), "iris@exemplo.example") == "127.0.0.1"
    assert server.accepted[0][0] == "iris@exemplo.example"


def explanation(settings: Settings) -> str:
    with pytest.raises(mail_check.MailCheckFailed) as caught:
        mail_check.send_test_email(settings, "iris@exemplo.example")
    return caught.value.message % caught.value.facts


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mail_port": 1}, "não aceita conexões na porta 1"),
        ({"mail_server": "nao-existe.invalid"}, "Não existe servidor com o nome"),
        ({"mail_username": "portal", "mail_password": "x"}, "não oferece conexão cifrada"),
    ],
)
def test_failed_test_email_explains_the_setting_to_fix(server: FakeServer, changes: dict[str, Any], words: str) -> None:
    assert words in explanation(replace(settings(), **changes))


@pytest.mark.parametrize(
    ("response", "words"), [("550", "Confira se ele deixa enviar como"), ("451", "adiou a mensagem")]
)
def test_failed_test_email_explains_the_servers_response(server: FakeServer, response: str, words: str) -> None:
    server.responses = [response]
    assert words in explanation(settings())


def test_explanation_never_contains_the_password(server: FakeServer) -> None:
    assert "segredo" not in explanation(replace(settings(), mail_username="portal", mail_password="segredo"))


def test_e07_v16_5_2_pages_never_connect_to_the_mail_server(browser, server: FakeServer, monkeypatch, ana) -> None:
    """The server accepts connections and never responds, so a page that connected would hang."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        settings = replace(composing.mail_settings().settings, mail_port=silent.getsockname()[1])
        monkeypatch.setattr(composing, "_mail_settings", replace(composing.mail_settings(), settings=settings))
        answer = browser().post("/esqueci-minha-senha", data={"key": ana.email})
        assert answer.status_code in {200, 303}
        assert browser(ana).get("/").status_code == 200
        with pytest.raises(BlockingIOError):
            silent.accept()
