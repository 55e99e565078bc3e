"""The company one acts for: switched in the top bar, judged anew at every request."""

from sqlalchemy import select

from ideas import clock
from ideas.accounts import sessions
from ideas.accounts.models import Person
from ideas.companies import session_holders
from ideas.companies.models import Company, Membership
from ideas.db import db
from tests import make
from tests.conftest import HTMX

PAGE = "/codigo-de-conduta"


def ids() -> dict[str, int]:
    return {name: number for number, name in db.session.execute(select(Company.id, Company.name))}


def active(browser) -> str | None:
    with browser.session_transaction() as session:
        holder = session_holders.holder_of(session["_user_id"])
    return holder.company.name if holder and holder.company else None


def leave(person: Person, company_id: int) -> None:
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company_id)
    db.session.scalars(held).one().ended_at = clock.now()
    db.session.commit()


def test_davi_acts_for_the_company_he_chose(browser, davi: Person) -> None:
    mine, other = browser(davi), browser(davi)
    assert active(mine) == "Padaria Aurora"
    answer = mine.post("/empresa/ativa", data={"company": ids()["Transportes Litoral"], "back": PAGE})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert active(mine) == "Transportes Litoral"
    assert active(other) == "Padaria Aurora", "another browser keeps its own"
    sent = mine.post("/empresa/ativa", data={"company": ids()["Padaria Aurora"], "back": "//x.example"}, headers=HTMX)
    assert sent.headers["HX-Redirect"] == "/"


def test_b03_a_company_that_is_not_mine_is_not_there(browser, davi: Person) -> None:
    foreign = make.company().id
    mine = browser(davi)
    for company in (foreign, 999_999, "", "x", "1 OR 1=1", "٣", "-1", "9" * 40):
        assert mine.post("/empresa/ativa", data={"company": company}).status_code == 404
    leave(davi, ids()["Transportes Litoral"])
    assert mine.post("/empresa/ativa", data={"company": ids()["Transportes Litoral"]}).status_code == 404
    assert active(mine) == "Padaria Aurora"


def test_the_switch_shows_only_to_who_has_a_choice(browser, ana: Person, davi: Person) -> None:
    assert "/empresa/ativa" in browser(davi).get(PAGE).text
    assert "/empresa/ativa" not in browser(ana).get(PAGE).text
    leave(davi, ids()["Transportes Litoral"])
    assert "/empresa/ativa" not in browser(davi).get(PAGE).text


def test_everyone_of_a_company_sees_who_its_administrator_is(browser, ana: Person, elisa: Person) -> None:
    assert "Administrador: Carla Nunes" in browser(ana).get(PAGE).text
    assert "Administrador:" not in browser(elisa).get(PAGE).text


def test_a14_whoever_leaves_a_company_acts_for_another_or_for_none(browser, davi: Person) -> None:
    mine = browser(davi)
    mine.post("/empresa/ativa", data={"company": ids()["Transportes Litoral"]})
    leave(davi, ids()["Transportes Litoral"])
    assert active(mine) == "Padaria Aurora"
    leave(davi, ids()["Padaria Aurora"])
    assert active(mine) is None
    assert mine.get(PAGE).status_code == 200


def test_staff_have_roles_products_and_no_company(elisa: Person, ana: Person) -> None:
    holder = session_holders.holder_of(sessions.begin(elisa, device="Teste"))
    assert holder
    assert (holder.roles, len(holder.managed), holder.company, holder.belongs_to) == ({"product_manager"}, 2, None, 0)
    customer = session_holders.holder_of(sessions.begin(ana, device="Teste"))
    assert customer
    assert (customer.roles, customer.managed, customer.belongs_to) == (frozenset(), frozenset(), 1)


def test_nobody_holds_a_token_that_was_never_given() -> None:
    assert session_holders.holder_of("x") is None
    assert session_holders.holder_of("\ud800") is None
