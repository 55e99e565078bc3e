"""The letters of companies: to whom, in whose language, and with a link that works."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from ideas.accounts.documents import Cpf, find_cpfs
from ideas.accounts.models import Person
from ideas.companies import administering, inviting, leaving, listing, requesting
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import AccessRequest, Invitation, Permissions
from ideas.companies.requesting import NewRequest
from ideas.db import db
from ideas.notifications import by_email, reading
from ideas.outbox import composing, delivery, kinds, mailing
from ideas.outbox.models import Event
from tests import make
from tests.fake_transport import FakeTransport, text_of

AURORA, ORPHAN = "11.222.333/0001-81", "11.444.777/0001-61"


def letters() -> list[tuple[str, str, str]]:
    """Every letter that the events of this test make: to whom, in which language, its words."""
    db.session.commit()
    delivery.deliver_pending()
    made = []
    for event in db.session.scalars(select(Event).where(Event.name.in_(kinds.EMAILS))):
        for key in mailing.recipients(event):
            if letter := kinds.EMAILS[event.name].write(event, key):
                mail = composing.compose(letter)
                words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
                assert mail.get_body(("html",)) is not None
                assert not list(find_cpfs(words))
                made.append((str(mail["To"]), letter.language or "pt-BR", f"{mail['Subject']}\n{words}"))
    return made


def ask(cnpj: str, language: str = "pt-BR", email: str = "nina@exemplo.example") -> AccessRequest:
    requesting.ask(NewRequest(cpf=Cpf.parse("153.509.460-56"), name="Nina Alves", email=email,
                              cnpj=Cnpj.parse(cnpj), language=language, network="192.0.2.1"))  # fmt: skip
    return db.session.scalars(select(AccessRequest).order_by(AccessRequest.id.desc())).first()  # type: ignore[return-value]


def test_an_invitation_is_mailed_with_a_link_that_opens(browser, aurora, carla) -> None:
    inviting.invite(aurora, NewInvitation(name="Nina Alves", email="nina@exemplo.example"), by=carla)
    [(to, language, words)] = letters()
    assert "nina@exemplo.example" in to
    assert language == "pt-BR"
    assert "Carla Nunes convidou você para fazer parte de Padaria Aurora" in words
    link = re.search(r"/primeiro-acesso/[\w-]+", words)
    assert link
    db.session.commit()
    assert browser().get(link[0]).status_code == 200


def test_whoever_has_an_account_is_written_to_in_their_own_language(aurora, carla, bruno) -> None:
    bruno.language = "es"
    inviting.invite(aurora, NewInvitation(name="Bruno", email=str(bruno.email)), by=carla)
    [(_, language, words)] = letters()
    assert language == "es"
    assert "invitó" in words


def test_a_revoked_invitation_is_not_mailed_any_more(aurora, carla) -> None:
    inviting.revoke(
        inviting.invite(aurora, NewInvitation(name="N", email="n@exemplo.example"), by=carla), company=aurora, by=carla
    )
    assert letters() == []


def test_a_request_is_mailed_to_the_administrator(aurora, carla) -> None:
    ask(AURORA)
    [(to, _, words)] = letters()
    assert "carla@exemplo.example" in to
    assert "Nina Alves (nina@exemplo.example) pede acesso a Padaria Aurora" in words
    assert "/empresa/solicitacoes" in words


def test_without_an_administrator_the_financial_email_and_the_operators_hear(iris) -> None:
    company = make.company("Oficina Sul")
    company.cnpj, company.financial_email = "11444777000161", "financeiro@oficina.example"
    ask(ORPHAN)
    made = letters()
    assert [("financeiro@" in to, "iris@" in to) for to, _, _ in made] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert not any("/primeiro-acesso/" in words for _, _, words in made)
    assert any("/painel/solicitacoes" in words for _, _, words in made)


def test_b18_a_request_for_a_company_that_is_not_there_is_mailed_to_nobody(iris) -> None:
    ask(ORPHAN)
    assert letters() == []


def test_the_answer_is_in_the_language_that_was_asked_in(carla) -> None:
    requesting.refuse(ask(AURORA, "en"), "Não é daqui.", by=carla)
    requesting.approve(ask(AURORA, "es"), Permissions(), by=carla)
    answers = [(language, words) for to, language, words in letters() if "nina@" in to]
    assert [language for language, _ in answers] == ["en", "es"]
    assert "Não é daqui." in answers[0][1]
    assert db.session.scalars(select(Invitation.language)).one() == "es"


def test_a12_an_administrator_gets_five_mails_of_requests_a_day(transport, carla) -> None:
    """The others stand under the bell alone: no letter, and no notice by mail either."""
    with time_machine.travel(datetime(2026, 11, 18, 14, tzinfo=UTC), tick=False):
        for place in range(8):
            ask(AURORA, email=f"p{place}@exemplo.example")
            mailed(transport, carla)
    assert len(transport.emails) == 5
    assert reading.unread_count(carla) == 8


@pytest.mark.parametrize(("language", "said"), [
    ("pt-BR", ["mudou as suas permissões em", "passou a você a administração de", "tirou você de"]),
    ("es", ["cambió tus permisos en", "te pasó la administración de", "te quitó de"]),
    ("en", ["changed your permissions at", "handed the administration of", "removed you from"]),
])  # fmt: skip
def test_what_an_administrator_does_to_ones_membership_is_mailed_at_once(
    transport, ana, carla, aurora, language, said
) -> None:
    ana.language = language
    mine, hers = (listing.membership_of(one, aurora) for one in (ana, carla))
    assert mine
    assert hers
    with time_machine.travel(datetime(2026, 11, 18, 14, tzinfo=UTC), tick=False):
        administering.grant(mine, Permissions(self_service=True), company=aurora, by=carla)
        told = mailed(transport, ana)
        administering.hand_over(aurora, mine, by=carla)
        told += mailed(transport, ana)
        administering.hand_over(aurora, hers, by=ana)
        leaving.remove(mine, company=aurora, by=carla)
        told += mailed(transport, ana)
    assert [
        words for words, text in zip(said, told, strict=True) if f"Carla Nunes {words} Padaria Aurora" in text
    ] == said


def mailed(transport: FakeTransport, to: Person) -> list[str]:
    """The texts of the mails that this person gets now, each of which has its page too."""
    transport.deliver()
    by_email.start_batch()
    mails = [mail for mail in transport.deliver() if to.email in str(mail["To"])]
    assert all(mail.get_body(("html",)) for mail in mails)
    return [" ".join(text_of(mail).split()) for mail in mails]
