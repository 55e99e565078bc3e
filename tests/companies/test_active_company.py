"""The active company: switched in the top bar, checked at every request."""

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
        holder = session_holders.find_holder(session["_user_id"])
    return holder.company.name if holder and holder.company else None


def leave(person: Person, company_id: int) -> None:
    held = select(Membership).where(Membership.person_id == person.id, Membership.company_id == company_id)
    db.session.scalars(held).one().ended_at = clock.now()
    db.session.commit()


def test_switching_the_company_applies_to_this_session_and_later_ones(browser, davi: Person) -> None:
    mine, other = browser(davi), browser(davi)
    assert active(mine) == "Padaria Aurora"
    answer = mine.post("/empresa/ativa", data={"company": ids()["Transportes Litoral"], "back": PAGE})
    assert (answer.status_code, answer.location) == (303, PAGE)
    assert active(mine) == "Transportes Litoral"
    assert active(other) == "Padaria Aurora", "another browser keeps its company"
    sent = mine.post("/empresa/ativa", data={"company": ids()["Padaria Aurora"], "back": "//x.example"}, headers=HTMX)
    assert sent.headers["HX-Redirect"] == "/"


def test_b03_switching_to_a_foreign_company_is_not_found(browser, davi: Person) -> None:
    foreign = make.company().id
    mine = browser(davi)
    for company in (foreign, 999_999, "", "x", "1 OR 1=1", "٣", "-1", "9" * 40):
        assert mine.post("/empresa/ativa", data={"company": company}).status_code == 404
    leave(davi, ids()["Transportes Litoral"])
    assert mine.post("/empresa/ativa", data={"company": ids()["Transportes Litoral"]}).status_code == 404
    assert active(mine) == "Padaria Aurora"


def test_the_switch_is_shown_only_to_people_with_several_companies(browser, ana: Person, davi: Person) -> None:
    assert "/empresa/ativa" in browser(davi).get(PAGE).text
    assert "/empresa/ativa" not in browser(ana).get(PAGE).text
    leave(davi, ids()["Transportes Litoral"])
    assert "/empresa/ativa" not in browser(davi).get(PAGE).text


def test_members_see_the_administrator_of_their_company(browser, ana: Person, elisa: Person) -> None:
    assert "Administrador: Carla Nunes" in browser(ana).get(PAGE).text
    assert "Administrador:" not in browser(elisa).get(PAGE).text


def test_a14_leaving_the_active_company_activates_another_or_none(browser, davi: Person) -> None:
    mine = browser(davi)
    mine.post("/empresa/ativa", data={"company": ids()["Transportes Litoral"]})
    leave(davi, ids()["Transportes Litoral"])
    assert active(mine) == "Padaria Aurora"
    leave(davi, ids()["Padaria Aurora"])
    assert active(mine) is None
    assert mine.get(PAGE).status_code == 200


def test_staff_have_roles_products_and_no_company(elisa: Person, ana: Person) -> None:
    holder = session_holders.find_holder(sessions.start(elisa, device="Teste"))
    assert holder
    assert (holder.roles, len(holder.managed), holder.company, holder.belongs_to) == ({"product_manager"}, 2, None, 0)
    customer = session_holders.find_holder(sessions.start(ana, device="Teste"))
    assert customer
    assert (customer.roles, customer.managed, customer.belongs_to) == (frozenset(), frozenset(), 1)


def test_an_unknown_token_has_no_holder() -> None:
    assert session_holders.find_holder("x") is None
    assert session_holders.find_holder("\ud800") is None
