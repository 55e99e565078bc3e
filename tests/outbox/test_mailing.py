"""Emails: retries, giving up, and what a rendered email contains."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from ideas import clock
from ideas.db import db
from ideas.outbox import composing, kinds, mailing
from ideas.outbox.delivery import deliver, deliver_pending
from ideas.outbox.emails import Email
from ideas.outbox.kinds import Wording
from ideas.outbox.models import Delivery, QueuedEmail, RefusedAddress
from ideas.outbox.recording import record
from ideas.outbox.transports import Deferred, Rejected, SenderRefused, Unreachable
from tests.fake_transport import text_of


@pytest.fixture
def invited(feature, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The recipients of the event "invited", which sends `greeting`."""
    addresses: list[str] = ["nova@exemplo.example"]
    kinds.register_kind("invited")
    kinds.register_email("invited", recipients=lambda _: addresses, write=lambda _, key: greeting(key))
    return addresses


def greeting(to: str) -> Email:
    return Email(to=to, subject=Wording("Olá"), paragraphs=[Wording("Bem-vinda.")])


def nothing_to_send(event: kinds.Event, key: str) -> None:
    return None


def record_invited() -> int:
    event = record("invited", thing="company", thing_id=1, by=None)
    db.session.commit()
    return event.id


def queued() -> QueuedEmail:
    return db.session.scalars(select(QueuedEmail)).one()


def test_address_without_an_account_gets_an_email(invited, transport) -> None:
    record_invited()
    deliver_pending()
    mailing.send_due()
    assert transport.recipients == ["nova@exemplo.example"]
    assert queued().sent_at is not None
    assert queued().next_try_at is None


def test_e01_delivering_and_sending_twice_sends_once(invited, transport) -> None:
    invited += ["outro@exemplo.example", "nova@exemplo.example"]
    event_id = record_invited()
    deliver(event_id)
    db.session.get_one(kinds.Event, event_id).delivered_at = None
    db.session.commit()
    deliver(event_id)
    mailing.send_due()
    mailing.send_due()
    assert sorted(transport.recipients) == ["nova@exemplo.example", "outro@exemplo.example"]
    assert len(db.session.scalars(select(Delivery).where(Delivery.channel == "mail")).all()) == 2


def test_e01_email_is_retried_after_the_worker_died(invited, transport) -> None:
    record_invited()
    deliver_pending()
    transport.errors = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        mailing.send_due()
    db.session.rollback()
    mailing.send_due()
    assert transport.recipients == []
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        mailing.send_due()
    assert transport.recipients == ["nova@exemplo.example"]


def test_e02_concurrent_workers_send_each_email_once(invited, transport, at_once) -> None:
    invited += [f"pessoa{number}@exemplo.example" for number in range(20)]
    record_invited()
    deliver_pending()
    assert at_once(4, lambda _: mailing.send_due()) == [None] * 4
    assert sorted(transport.recipients) == sorted(invited)


def test_e07_deferred_email_is_retried_at_growing_delays(invited, transport) -> None:
    record_invited()
    deliver_pending()
    delays = []
    with time_machine.travel(clock.now(), tick=False) as now:
        while queued().next_try_at is not None:
            now.move_to(max(clock.now(), queued().next_try_at))
            transport.errors = [Deferred("451 later")]
            mailing.send_due()
            db.session.expire_all()
            delays += [queued().next_try_at - clock.now()] if queued().next_try_at else []
    assert delays == sorted(delays)
    assert delays[0] == timedelta(minutes=1)
    assert sum(delays, timedelta()) > timedelta(days=2)
    assert queued().given_up_at is not None
    assert queued().fault == "451 later"


def test_e07_rejected_email_is_given_up_and_the_others_are_sent(invited, transport) -> None:
    invited.append("outro@exemplo.example")
    record_invited()
    deliver_pending()
    transport.errors = [Rejected("550 no such user")]
    mailing.send_due()
    assert len(transport.recipients) == 1
    given_up = db.session.scalars(select(QueuedEmail).where(QueuedEmail.given_up_at.is_not(None))).one()
    assert given_up.fault == "550 no such user"
    assert given_up.next_try_at is None


def test_e07_unreachable_server_stops_sending_after_one_attempt(invited, transport) -> None:
    invited.append("outro@exemplo.example")
    record_invited()
    deliver_pending()
    transport.errors = [Unreachable("connection refused")] * 5
    mailing.send_due()
    assert len(transport.errors) == 4
    assert sorted(db.session.scalars(select(QueuedEmail.tries))) == [0, 1]


def test_e07_a_refused_sender_gives_up_no_email(invited, transport) -> None:
    record_invited()
    deliver_pending()
    email = queued()
    email.tries = len(mailing.RETRY_DELAYS) + 3
    db.session.commit()
    transport.errors = [SenderRefused("MAIL_FROM: 553 not allowed")]
    mailing.send_due()
    assert (queued().given_up_at, queued().fault) == (None, "MAIL_FROM: 553 not allowed")
    assert queued().next_try_at is not None
    assert db.session.query(RefusedAddress).count() == 0


def test_an_invalid_sender_is_not_blamed_on_the_recipient(invited, monkeypatch: pytest.MonkeyPatch) -> None:
    known = composing.mail_settings()
    settings = replace(known.settings, mail_from="Central de Ideias <portal@example.com>")
    monkeypatch.setattr(composing, "_mail_settings", replace(known, settings=settings))
    record_invited()
    deliver_pending()
    mailing.send_due()
    assert (queued().given_up_at, queued().fault) == (None, "MAIL_FROM is not an e-mail address")


def test_given_up_email_can_be_retried(invited, transport) -> None:
    record_invited()
    deliver_pending()
    transport.errors = [Rejected("550")]
    mailing.send_due()
    mailing.retry(queued())
    db.session.commit()
    mailing.send_due()
    assert transport.recipients == ["nova@exemplo.example"]
    assert queued().given_up_at is None


def test_email_with_nothing_left_to_say_is_not_sent(feature, transport) -> None:
    kinds.register_kind("invited")
    kinds.register_email("invited", recipients=lambda _: ["nova@exemplo.example"], write=nothing_to_send)
    record_invited()
    deliver_pending()
    mailing.send_due()
    assert transport.recipients == []
    assert queued().next_try_at is None


def test_email_that_fails_to_render_does_not_block_the_others(feature, transport) -> None:
    def write(event: kinds.Event, key: str) -> Email:
        if key.startswith("b"):
            raise LookupError("a private fact")
        return greeting(key)

    kinds.register_kind("invited")
    kinds.register_email("invited", recipients=lambda _: ["a@exemplo.example", "b@exemplo.example"], write=write)
    record_invited()
    deliver_pending()
    mailing.send_due()
    assert transport.recipients == ["a@exemplo.example"]
    faults = db.session.scalars(select(QueuedEmail.fault).order_by(QueuedEmail.recipient_key)).all()
    assert faults == ["", "LookupError"]


def test_invalid_address_is_given_up(invited, transport) -> None:
    invited[:] = ["duas palavras@exemplo.example"]
    record_invited()
    deliver_pending()
    mailing.send_due()
    assert queued().given_up_at is not None


# --- rendering ---------------------------------------------------------------------------


def test_c09_v1_3_11_header_is_one_short_line_for_any_input() -> None:
    evil = "Oi\r\nBcc: todos@exemplo.example\r\n\r\ncorpo " + "longo " * 300 + "\u202e"
    email = replace(greeting("ana@exemplo.example"), subject=Wording("%(title)s", {"title": evil}), name=evil)
    raw = composing.compose(email).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"\r\nBcc:" not in raw
    assert head.lower().count(b"\r\nsubject:") + head.lower().startswith(b"subject:") == 1
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert b"\xe2\x80\xae" not in raw


def test_c09_accents_in_headers_are_encoded() -> None:
    raw = composing.compose(replace(greeting("ana@exemplo.example"), subject=Wording("Ação não é opção"))).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert b"=?utf-8?" in head


@pytest.mark.parametrize("address", ["", "x", "a@b\r\nBcc: c@d.example", "a b@c.example", "Ana <a@b.example>", "a@b@c"])
def test_c09_invalid_address_raises(address: str) -> None:
    with pytest.raises(composing.BadAddress):
        composing.compose(greeting(address))


def test_email_has_text_and_html_in_the_recipients_language() -> None:
    email = Email(
        to="ana@exemplo.example",
        language="en",
        subject=Wording("Ideias"),
        paragraphs=[Wording("Ideias"), Wording("%(title)s", {"title": "<b>“Razão”</b>"})],
        action=Wording("Ideias", endpoint="ideas.short", values={"number": 7}),
    )
    mail = composing.compose(email)
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert mail["Subject"] == "Ideas"
    assert "http://localhost:8000/ideias/7" in text.get_content()
    assert "<b>“Razão”</b>" in text.get_content()
    assert "&lt;b&gt;“Razão”&lt;/b&gt;" in page.get_content()
    assert 'href="http://localhost:8000/ideias/7"' in page.get_content()
    assert 'lang="en"' in page.get_content()


def test_e06_unsubscribe_header_is_not_folded_or_encoded() -> None:
    """Mail programs read it literally (RFC 8058)."""
    token = "1-news.personal.results.tickets-" + "a" * 40
    end = Wording("Ideias", endpoint="unsubscribing.show", values={"token": token})
    raw = composing.compose(replace(greeting("ana@exemplo.example"), unsubscribe=end)).as_bytes()
    assert f"\r\nList-Unsubscribe: <http://localhost:8000/notificacoes/sair/{token}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_link_may_have_a_fragment() -> None:
    action = Wording("Ideias", endpoint="ideas.short", values={"number": 7, "_anchor": "comentario-3"})
    mail = composing.compose(replace(greeting("ana@exemplo.example"), action=action))
    assert "http://localhost:8000/ideias/7#comentario-3" in text_of(mail)


def test_e11_cpf_in_a_text_is_masked() -> None:
    email = replace(greeting("ana@exemplo.example"), paragraphs=[Wording("%(title)s", {"title": "CPF 529.982.247-25"})])
    raw = str(composing.compose(email))
    assert "529.982.247-25" not in raw
    assert "***.982.247-**" in raw
