"""RFC 2047 encoded words in names and titles write no header, no recipient and no body."""

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from ideas.config import Settings
from ideas.outbox import composing, transports
from ideas.outbox.composing import BadAddress
from ideas.outbox.emails import Email, Quote
from ideas.outbox.kinds import Wording
from ideas.outbox.transports import Altered, FolderTransport
from tests.fake_transport import text_of

QUOTED = "=?utf-8?q?=0d=0aReply-To=3a_x=40evil.example=0d=0a=0d=0aCorpo?="
BASE64 = "=?UTF-8?B?DQpCY2M6IHhAZXZpbC5leGFtcGxlDQoNCjxoMT5Db3JwbzwvaDE+?="
EVIL = [QUOTED, BASE64, f"Ação {BASE64}", f"{QUOTED} {BASE64}", "=?iso-8859-1*pt?q?=0d=0aBcc=3a?=", "a=?utf-8?q?=0a?=b"]
HEADERS = ["Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version",
           "Content-Type", "Content-Language"]  # fmt: skip


def composed(hostile: str) -> EmailMessage:
    """Compose an email with the text in every place that a person's words reach."""
    told = Wording("%(name)s pediu acesso", {"name": hostile})
    return composing.compose(
        Email(to="ana@exemplo.example", name=hostile, subject=told, paragraphs=[told, Quote(hostile)], items=[told])
    )


@pytest.mark.parametrize("hostile", EVIL)
def test_encoded_words_write_no_header_and_no_body(app, hostile: str) -> None:
    mail = composed(hostile)
    parsed = email.message_from_bytes(transports.serialize(mail), policy=SMTP)
    assert isinstance(parsed, EmailMessage)
    assert parsed.keys() == HEADERS
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ana@exemplo.example"]
    assert flat(str(parsed["Subject"])) == str(mail["Subject"]) == f"{composing.one_line(hostile)} pediu acesso"
    assert flat(text_of(parsed)) == flat(text_of(mail))
    assert len(list(parsed.iter_parts())) == 2


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("hostile", EVIL)
def test_encoded_words_in_the_portals_own_name_write_no_header(app, monkeypatch, hostile: str) -> None:
    renamed: Settings = replace(composing.mail_settings().settings, portal_name=hostile)
    monkeypatch.setattr(composing, "_mail_settings", replace(composing.mail_settings(), settings=renamed))
    assert email.message_from_bytes(transports.serialize(composed("Ana")), policy=SMTP).keys() == HEADERS


@pytest.mark.parametrize("address", [f"{QUOTED}@exemplo.example", "=?utf-8?q?a=40evil.example?=@exemplo.example"])
def test_address_with_an_encoded_word_is_refused(app, address: str) -> None:
    with pytest.raises(BadAddress):
        composing.compose(Email(to=address, subject=Wording("Olá"), paragraphs=[]))


@pytest.mark.parametrize("evil", [QUOTED, BASE64])
def test_email_that_reads_differently_once_serialized_is_not_sent(tmp_path, evil: str) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["Subject"], mail["From"], mail["To"] = evil, "portal@exemplo.example", "ana@exemplo.example"
    mail.set_content("Bem-vinda.")
    with pytest.raises(Altered):
        FolderTransport(tmp_path).send(mail)
    assert list(tmp_path.iterdir()) == []


def test_email_with_a_second_recipient_is_not_sent(tmp_path) -> None:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "portal@exemplo.example", "ana@exemplo.example, x@evil.example"
    with pytest.raises(Altered):
        FolderTransport(tmp_path).send(mail)


def test_interpreter_verifies_generated_headers_where_it_can() -> None:
    assert getattr(composing._POLICY, "verify_generated_headers", True) is True
