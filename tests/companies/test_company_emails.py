"""The emails of companies: their recipients, languages and links."""

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
from ideas.companies.requesting import NewAccessRequest
from ideas.db import db
from ideas.notifications import by_email, reading
from ideas.outbox import composing, delivery, kinds, mailing
from ideas.outbox.models import Event
from tests import make
from tests.fake_transport import FakeTransport, text_of

AURORA, ORPHAN = "11.222.333/0001-81", "11.444.777/0001-61"


def emails() -> list[tuple[str, str, str]]:
    """Return the emails of this test's events: recipient, language, text."""
    db.session.commit()
    delivery.deliver_pending()
    made = []
    for event in db.session.scalars(select(Event).where(Event.name.in_(kinds.EMAILS))):
        for key in mailing.recipients(event):
            if email := kinds.EMAILS[event.name].write(event, key):
                mail = composing.compose(email)
                words = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
                assert mail.get_body(("html",)) is not None
                assert not list(find_cpfs(words))
                made.append((str(mail["To"]), email.language or "pt-BR", f"{mail['Subject']}\n{words}"))
    return made


def ask(cnpj: str, language: str = "pt-BR", email: str = "nina@exemplo.example") -> AccessRequest:
    requesting.submit(NewAccessRequest(cpf=Cpf.parse("153.509.460-56"), name="Nina Alves", email=email,
                              cnpj=Cnpj.parse(cnpj), language=language, network="192.0.2.1"))  # fmt: skip
    return db.session.scalars(select(AccessRequest).order_by(AccessRequest.id.desc())).first()  # type: ignore[return-value]


def test_an_invitation_email_has_a_working_link(browser, aurora, carla) -> None:
    inviting.invite(aurora, NewInvitation(name="Nina Alves", email="nina@exemplo.example"), by=carla)
    [(to, language, words)] = emails()
    assert "nina@exemplo.example" in to
    assert language == "pt-BR"
    assert "Carla Nunes convidou você para fazer parte de Padaria Aurora" in words
    link = re.search(r"/primeiro-acesso/[\w-]+", words)
    assert link
    db.session.commit()
    assert browser().get(link[0]).status_code == 200


def test_a_person_with_an_account_gets_the_email_in_their_language(aurora, carla, bruno) -> None:
    bruno.language = "es"
    inviting.invite(aurora, NewInvitation(name="Bruno", email=str(bruno.email)), by=carla)
    [(_, language, words)] = emails()
    assert language == "es"
    assert "invitó" in words


def test_a_revoked_invitation_is_not_emailed(aurora, carla) -> None:
    inviting.revoke(
        inviting.invite(aurora, NewInvitation(name="N", email="n@exemplo.example"), by=carla), company=aurora, by=carla
    )
    assert emails() == []


def test_a_request_is_emailed_to_the_administrator(aurora, carla) -> None:
    ask(AURORA)
    [(to, _, words)] = emails()
    assert "carla@exemplo.example" in to
    assert "Nina Alves (nina@exemplo.example) pede acesso a Padaria Aurora" in words
    assert "/empresa/solicitacoes" in words


def test_without_an_administrator_the_billing_contact_and_operators_are_emailed(iris) -> None:
    company = make.company("Oficina Sul")
    company.cnpj, company.financial_email = "11444777000161", "financeiro@oficina.example"
    ask(ORPHAN)
    made = emails()
    assert [("financeiro@" in to, "iris@" in to) for to, _, _ in made] in (
        [(True, False), (False, True)],
        [(False, True), (True, False)],
    )
    assert not any("/primeiro-acesso/" in words for _, _, words in made)
    assert any("/painel/solicitacoes" in words for _, _, words in made)


def test_b18_a_request_for_an_unknown_company_is_not_emailed(iris) -> None:
    ask(ORPHAN)
    assert emails() == []


def test_the_answer_is_in_the_language_of_the_request(carla) -> None:
    requesting.refuse(ask(AURORA, "en"), "Não é daqui.", by=carla)
    requesting.approve(ask(AURORA, "es"), Permissions(), by=carla)
    answers = [(language, words) for to, language, words in emails() if "nina@" in to]
    assert [language for language, _ in answers] == ["en", "es"]
    assert "Não é daqui." in answers[0][1]
    assert db.session.scalars(select(Invitation.language)).one() == "es"


def test_a12_at_most_five_requests_a_day_are_emailed(transport, carla) -> None:
    """Further requests are only shown under the bell."""
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
def test_changes_of_a_membership_are_emailed_at_once(transport, ana, carla, aurora, language, said) -> None:
    ana.language = language
    mine, hers = (listing.membership_of(one, aurora) for one in (ana, carla))
    assert mine
    assert hers
    with time_machine.travel(datetime(2026, 11, 18, 14, tzinfo=UTC), tick=False):
        administering.set_permissions(mine, Permissions(self_service=True), company=aurora, by=carla)
        told = mailed(transport, ana)
        administering.hand_over(aurora, mine, by=carla)
        told += mailed(transport, ana)
        administering.hand_over(aurora, hers, by=ana)
        leaving.remove_member(mine, company=aurora, by=carla)
        told += mailed(transport, ana)
    assert [
        words for words, text in zip(said, told, strict=True) if f"Carla Nunes {words} Padaria Aurora" in text
    ] == said


def mailed(transport: FakeTransport, to: Person) -> list[str]:
    """Return the texts of the emails that this person receives now; each also has a page."""
    transport.deliver()
    by_email.start_batch()
    mails = [mail for mail in transport.deliver() if to.email in str(mail["To"])]
    assert all(mail.get_body(("html",)) for mail in mails)
    return [" ".join(text_of(mail).split()) for mail in mails]
