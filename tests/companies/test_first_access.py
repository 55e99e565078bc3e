"""/primeiro-acesso: the link of an invitation, used by people, mail scanners and attackers."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts import identifying
from ideas.accounts.documents import Cpf
from ideas.accounts.models import OneTimeLink, Person, Session, SignIn
from ideas.companies import accepting, inviting, listing
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import Company, Invitation
from ideas.db import db
from tests import make
from tests.cast import CPFS, PASSWORD
from tests.conftest import statements

CPF, CHOSEN = "153.509.460-56", "girassol na varanda"
OVER = "Este link não vale mais"


def invite(company: Company, by: Person, email: str = "nina@exemplo.example") -> tuple[Invitation, str]:
    """Return the invitation and the link of its email."""
    invitation = inviting.invite(company, NewInvitation(name="Nina Alves", email=email), by=by)
    return invitation, link(invitation)


def link(invitation: Invitation) -> str:
    token = inviting.create_link(invitation)
    db.session.commit()
    return f"/primeiro-acesso/{token}"


def come_in(browser, address: str, cpf: str = CPF, password: str = CHOSEN, **data: str):
    return browser.post(address, data={"cpf": cpf, "password": password, **data})


def companies(person: Person) -> list[str]:
    return [company.name for company in make.companies_of(person)]


def test_a_new_person_joins_with_cpf_and_password(browser, aurora, carla) -> None:
    _, address = invite(aurora, carla)
    nina = browser()
    page = nina.get(address)
    assert page.status_code == 200
    assert "Boas-vindas, Nina" in page.text
    assert "Padaria Aurora" in page.text
    answer = come_in(nina, address)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Padaria Aurora" in nina.get("/empresa").text
    person = identifying.person_by_cpf(Cpf.parse(CPF))
    assert person
    assert companies(person) == ["Padaria Aurora"]
    assert db.session.scalars(select(SignIn.outcome)).one() == "in"
    assert nina.get(address).status_code == 410


@pytest.mark.parametrize(("cpf", "password", "says"), [
    ("153.509.460-57", CHOSEN, "CPF não é válido"),
    ("", CHOSEN, "Escreva o seu CPF"),
    (CPF, "", "Escolha uma senha"),
    (CPF, "curta", "pelo menos 8"),
    (CPF, "nina alves", "feita só do seu nome"),
])  # fmt: skip
def test_invalid_input_is_reported_and_neither_cpf_nor_password_is_rendered_back(
    browser, aurora, carla, cpf, password, says
) -> None:
    _, address = invite(aurora, carla)
    answer = come_in(browser(), address, cpf, password)
    assert answer.status_code == 422
    assert says in answer.text
    assert not cpf or f'value="{cpf}"' not in answer.text
    assert not password or f'value="{password}"' not in answer.text


def test_a10_a_get_does_not_spend_the_link(browser, aurora, carla) -> None:
    _, address = invite(aurora, carla)
    before = [tuple(row) for row in db.session.execute(select(OneTimeLink.__table__))]
    for _ in range(5):
        assert browser().get(address).status_code == 200
        assert browser().head(address).status_code == 200
        assert browser(carla).get(address).status_code == 403
    assert [tuple(row) for row in db.session.execute(select(OneTimeLink.__table__))] == before
    assert come_in(browser(), address).status_code == 303


def test_a09_v6_4_1_v9_2_1_a_link_expires_after_48_hours(browser, aurora, carla) -> None:
    start = clock.now()
    with time_machine.travel(start, tick=False) as travel:
        _, address = invite(aurora, carla)
        travel.shift(inviting.LINK_LIFETIME - timedelta(seconds=1))
        assert browser().get(address).status_code == 200
        travel.shift(1)
        for answer in (browser().get(address), come_in(browser(), address)):
            assert (answer.status_code, OVER in answer.text) == (410, True)


def test_a09_v6_4_1_used_revoked_replaced_and_altered_links_do_not_work(browser, aurora, carla) -> None:
    invitation, first = invite(aurora, carla)
    second = link(invitation)
    other, revoked = invite(aurora, carla, "otto@exemplo.example")
    inviting.revoke(other, company=aurora, by=carla)
    db.session.commit()
    assert come_in(browser(), second).status_code == 303
    answers = [browser().get(address) for address in (first, second, revoked, revoked[:-1] + "~", "/primeiro-acesso/x")]
    assert [answer.status_code for answer in answers] == [410] * 5
    assert len({answer.text for answer in answers}) == 1 or all(OVER in answer.text for answer in answers)
    assert come_in(browser(), first, "868.845.372-13").status_code == 410


def test_a09_v9_2_2_a_link_of_another_purpose_does_not_work(browser, aurora, carla) -> None:
    from ideas.accounts import links

    invitation, _ = invite(aurora, carla)
    token = links.create_link("password", f"invitation:{invitation.id}", inviting.LINK_LIFETIME)
    db.session.commit()
    assert browser().get(f"/primeiro-acesso/{token}").status_code == 410


def test_b06_a_signed_in_person_joins_with_one_click(browser, aurora, carla, bruno) -> None:
    _, address = invite(aurora, carla, str(bruno.email))
    mine = browser(bruno)
    assert "Entrar em Padaria Aurora?" in mine.get(address).text
    assert mine.post(address).location == "/empresa"
    assert sorted(companies(bruno)) == ["Padaria Aurora", "Transportes Litoral"]


def test_b06_an_invitation_is_refused_in_another_persons_session(browser, aurora, carla, bruno, joao) -> None:
    invitation, address = invite(aurora, carla, str(bruno.email))
    theirs = browser(joao)
    for answer in (theirs.get(address), theirs.post(address), come_in(theirs, address)):
        assert (answer.status_code, "para outra pessoa" in answer.text) == (403, True)
    assert companies(joao) == ["Transportes Litoral"]
    assert db.session.get_one(Invitation, invitation.id).is_open
    assert browser(bruno).post(address).status_code == 303, "the link still works for its person"


def test_b06_an_invitation_is_accepted_with_the_existing_password(browser, aurora, carla, bruno) -> None:
    _, address = invite(aurora, carla, "bruno.trabalho@exemplo.example")
    mine = browser()
    assert come_in(mine, address, CPFS["bruno"], PASSWORD).status_code == 303
    assert "Padaria Aurora" in mine.get("/empresa").text
    assert bruno.email == "bruno@exemplo.example"


def test_b18_an_invitation_does_not_reveal_who_has_an_account(browser, aurora, carla, bruno) -> None:
    """An existing CPF with a wrong password and a new CPF with a used email get the same refusal."""
    _, address = invite(aurora, carla)
    _, theirs = invite(aurora, carla, str(bruno.email))
    known, taken = come_in(browser(), address, CPFS["joao"]), come_in(browser(), theirs)
    for answer in (known, taken):
        assert (answer.status_code, "Não deu para entrar com estes dados" in answer.text) == (422, True)
    weak = [come_in(browser(), address, cpf, "12345678") for cpf in (CPFS["joao"], CPF)]
    assert [answer.status_code for answer in weak] == [422, 422]
    assert [("mais usadas" in answer.text) for answer in weak] == [True, True]


def test_a02_b18_v6_3_8_the_statements_are_the_same_with_or_without_an_account(browser, aurora, carla, bruno) -> None:
    """An existing CPF with a wrong password, and a new CPF with a used email."""
    sent = []
    for address, cpf in ((invite(aurora, carla)[1], CPFS["joao"]), (invite(aurora, carla, str(bruno.email))[1], CPF)):
        mine = browser()
        mine.get(address)
        with statements() as made:
            assert come_in(mine, address, cpf).status_code == 422
        sent.append(list(made))
    assert sent[0] == sent[1]


def test_a04_a_link_allows_ten_attempts(browser, aurora, carla) -> None:
    invitation, address = invite(aurora, carla)
    for place in range(accepting.MAX_ATTEMPTS):
        mine, typed = browser(), CPFS[("joao", "bruno")[place % 2]]
        assert mine.post(address, data={"cpf": typed, "password": CHOSEN},
                         environ_base={"REMOTE_ADDR": f"198.51.100.{place}"}).status_code in {422, 429}  # fmt: skip
    assert come_in(browser(), address).status_code == 410
    inviting.resend(invitation, company=aurora, by=carla)
    assert come_in(browser(), link(invitation)).status_code == 303


def test_a_locked_account_is_reported_only_after_the_correct_password(browser, aurora, carla, bruno) -> None:
    bruno.locked_at = clock.now()
    _, address = invite(aurora, carla)
    assert "bloqueada por segurança" in come_in(browser(), address, CPFS["bruno"], PASSWORD).text
    assert companies(bruno) == ["Transportes Litoral"]


def test_a11_extra_fields_change_nothing(browser, aurora, carla) -> None:
    _, address = invite(aurora, carla)
    other = make.company().id
    come_in(browser(), address, company_id=str(other), role="operator", email="outra@exemplo.example",
            name="Outra", makes_administrator="y", person_id="1", self_service="y")  # fmt: skip
    person = identifying.person_by_cpf(Cpf.parse(CPF))
    assert person
    assert (person.name, person.email, companies(person)) == ("Nina Alves", "nina@exemplo.example", ["Padaria Aurora"])
    held = listing.membership_of(person, aurora)
    assert held
    assert not held.self_service
    assert aurora.administrator_id != held.id


def test_a13_v7_2_4_joining_discards_the_previous_session(browser, aurora, carla) -> None:
    _, address = invite(aurora, carla)
    nina = browser()
    with nina.session_transaction() as session:
        session["smuggled"] = "1"
    come_in(nina, address)
    with nina.session_transaction() as session:
        assert "smuggled" not in session
    assert db.session.scalar(select(func.count()).select_from(Session)) == 1


def test_an_invitation_to_a_closed_company_does_not_work(browser, aurora, carla) -> None:
    _, address = invite(aurora, carla)
    aurora.closed_at = clock.now()
    assert browser().get(address).status_code == 410
