"""Letters of an event: who gets one, at least once, and never the same one again."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from ideas import clock
from ideas.db import db
from ideas.outbox import composing, kinds, mailing
from ideas.outbox.delivery import deliver, deliver_pending
from ideas.outbox.emails import Letter
from ideas.outbox.kinds import Words
from ideas.outbox.models import Delivery
from ideas.outbox.models import Letter as Row
from ideas.outbox.recording import record
from ideas.outbox.transports import PutOff, Rejected, Unreachable
from tests.postman import text_of


@pytest.fixture
def invited(stand, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whom the event "invited" goes to; its letter says hello."""
    addresses: list[str] = ["nova@exemplo.example"]
    kinds.kind("invited")
    kinds.letters("invited", to=lambda _: addresses, write=lambda _, key: hello(key))
    return addresses


def hello(to: str) -> Letter:
    return Letter(to=to, subject=Words("Olá"), paragraphs=[Words("Bem-vinda.")])


def nothing_to_say(event: kinds.Event, key: str) -> None:
    return None


def happened() -> int:
    event = record("invited", thing="company", thing_id=1, by=None)
    db.session.commit()
    return event.id


def row() -> Row:
    return db.session.scalars(select(Row)).one()


def test_an_address_that_is_nobodys_yet_gets_its_letter(invited, postman) -> None:
    happened()
    deliver_pending()
    mailing.send_due()
    assert postman.to == ["nova@exemplo.example"]
    assert row().sent_at is not None
    assert row().next_try_at is None


def test_e01_delivering_and_sending_again_mails_nobody_again(invited, postman) -> None:
    invited += ["outro@exemplo.example", "nova@exemplo.example"]
    number = happened()
    deliver(number)
    db.session.get_one(kinds.Event, number).delivered_at = None
    db.session.commit()
    deliver(number)
    mailing.send_due()
    mailing.send_due()
    assert sorted(postman.to) == ["nova@exemplo.example", "outro@exemplo.example"]
    assert len(db.session.scalars(select(Delivery).where(Delivery.channel == "mail")).all()) == 2


def test_e01_a_worker_that_dies_while_sending_tries_again_later(invited, postman) -> None:
    happened()
    deliver_pending()
    postman.faults = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        mailing.send_due()
    db.session.rollback()
    mailing.send_due()
    assert postman.to == []
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        mailing.send_due()
    assert postman.to == ["nova@exemplo.example"]


def test_e02_two_at_once_send_each_letter_once(invited, postman, at_once) -> None:
    invited += [f"pessoa{number}@exemplo.example" for number in range(20)]
    happened()
    deliver_pending()
    assert at_once(4, lambda _: mailing.send_due()) == [None] * 4
    assert sorted(postman.to) == sorted(invited)


def test_e07_what_the_server_puts_off_is_tried_again_at_growing_delays(invited, postman) -> None:
    happened()
    deliver_pending()
    delays = []
    with time_machine.travel(clock.now(), tick=False) as now:
        while row().next_try_at is not None:
            now.move_to(max(clock.now(), row().next_try_at))
            postman.faults = [PutOff("451 later")]
            mailing.send_due()
            db.session.expire_all()
            delays += [row().next_try_at - clock.now()] if row().next_try_at else []
    assert delays == sorted(delays)
    assert delays[0] == timedelta(minutes=1)
    assert sum(delays, timedelta()) > timedelta(days=2)
    assert row().given_up_at is not None
    assert row().fault == "451 later"


def test_e07_what_the_server_refuses_is_given_up_and_the_others_leave(invited, postman) -> None:
    invited.append("outro@exemplo.example")
    happened()
    deliver_pending()
    postman.faults = [Rejected("550 no such user")]
    mailing.send_due()
    assert len(postman.to) == 1
    given_up = db.session.scalars(select(Row).where(Row.given_up_at.is_not(None))).one()
    assert given_up.fault == "550 no such user"
    assert given_up.next_try_at is None


def test_e07_while_the_server_is_down_one_letter_knocks_and_the_others_wait(invited, postman) -> None:
    invited.append("outro@exemplo.example")
    happened()
    deliver_pending()
    postman.faults = [Unreachable("connection refused")] * 5
    mailing.send_due()
    assert len(postman.faults) == 4
    assert sorted(db.session.scalars(select(Row.tries))) == [0, 1]


def test_a_letter_given_up_can_be_sent_once_more(invited, postman) -> None:
    happened()
    deliver_pending()
    postman.faults = [Rejected("550")]
    mailing.send_due()
    mailing.try_again(row())
    db.session.commit()
    mailing.send_due()
    assert postman.to == ["nova@exemplo.example"]
    assert row().given_up_at is None


def test_a_letter_that_has_nothing_to_say_any_more_is_not_sent(stand, postman) -> None:
    kinds.kind("invited")
    kinds.letters("invited", to=lambda _: ["nova@exemplo.example"], write=nothing_to_say)
    happened()
    deliver_pending()
    mailing.send_due()
    assert postman.to == []
    assert row().next_try_at is None


def test_a_letter_that_cannot_be_written_holds_no_other_back(stand, postman) -> None:
    def write(event: kinds.Event, key: str) -> Letter:
        if key.startswith("b"):
            raise LookupError("a private fact")
        return hello(key)

    kinds.kind("invited")
    kinds.letters("invited", to=lambda _: ["a@exemplo.example", "b@exemplo.example"], write=write)
    happened()
    deliver_pending()
    mailing.send_due()
    assert postman.to == ["a@exemplo.example"]
    faults = db.session.scalars(select(Row.fault).order_by(Row.recipient_key)).all()
    assert faults == ["", "LookupError"]


def test_an_address_that_is_none_is_given_up(invited, postman) -> None:
    invited[:] = ["duas palavras@exemplo.example"]
    happened()
    deliver_pending()
    mailing.send_due()
    assert row().given_up_at is not None


# --- the mail itself ---------------------------------------------------------------------------


def test_c09_v1_3_11_a_header_is_one_line_however_long_and_strange_its_words() -> None:
    evil = "Oi\r\nBcc: todos@exemplo.example\r\n\r\ncorpo " + "longo " * 300 + "\u202e"
    letter = replace(hello("ana@exemplo.example"), subject=Words("%(title)s", {"title": evil}), name=evil)
    raw = composing.compose(letter).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"\r\nBcc:" not in raw
    assert head.lower().count(b"\r\nsubject:") + head.lower().startswith(b"subject:") == 1
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert b"\xe2\x80\xae" not in raw


def test_c09_accents_in_headers_are_encoded() -> None:
    raw = composing.compose(replace(hello("ana@exemplo.example"), subject=Words("Ação não é opção"))).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert head.isascii()
    assert b"=?utf-8?" in head


@pytest.mark.parametrize("address", ["", "x", "a@b\r\nBcc: c@d.example", "a b@c.example", "Ana <a@b.example>", "a@b@c"])
def test_c09_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(composing.BadAddress):
        composing.compose(hello(address))


def test_a_letter_has_a_text_and_a_page_in_its_readers_language() -> None:
    letter = Letter(
        to="ana@exemplo.example",
        language="en",
        subject=Words("Ideias"),
        paragraphs=[Words("Ideias"), Words("%(title)s", {"title": "<b>“Razão”</b>"})],
        action=Words("Ideias", endpoint="ideas.short", values={"number": 7}),
    )
    mail = composing.compose(letter)
    text, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert page is not None
    assert mail["Subject"] == "Ideas"
    assert "http://localhost:8000/ideias/7" in text.get_content()
    assert "<b>“Razão”</b>" in text.get_content()
    assert "&lt;b&gt;“Razão”&lt;/b&gt;" in page.get_content()
    assert 'href="http://localhost:8000/ideias/7"' in page.get_content()
    assert 'lang="en"' in page.get_content()


def test_e06_the_address_that_ends_mail_stands_plain_in_its_header() -> None:
    """RFC 8058: mail programs read it as it stands, so it is neither folded nor encoded."""
    token = "1-news.personal.results.tickets-" + "a" * 40
    end = Words("Ideias", endpoint="unsubscribing.show", values={"token": token})
    raw = composing.compose(replace(hello("ana@exemplo.example"), unsubscribe=end)).as_bytes()
    assert f"\r\nList-Unsubscribe: <http://localhost:8000/notificacoes/sair/{token}>\r\n".encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_a_link_may_lead_to_a_place_within_its_page() -> None:
    action = Words("Ideias", endpoint="ideas.short", values={"number": 7, "_anchor": "comentario-3"})
    mail = composing.compose(replace(hello("ana@exemplo.example"), action=action))
    assert "http://localhost:8000/ideias/7#comentario-3" in text_of(mail)


def test_e11_a_cpf_in_a_text_is_masked() -> None:
    letter = replace(hello("ana@exemplo.example"), paragraphs=[Words("%(title)s", {"title": "CPF 529.982.247-25"})])
    raw = str(composing.compose(letter))
    assert "529.982.247-25" not in raw
    assert "***.982.247-**" in raw
