"""A menu shows what there is for its reader: no link leads nowhere."""

import pytest

from ideas.companies.models import Membership
from ideas.db import db
from tests import make


@pytest.mark.parametrize(
    ("who", "tickets", "company"),
    [("ana", True, True), ("carla", True, True), ("heitor", True, False), ("elisa", False, False),
     ("fabio", False, False), ("iris", False, False), (None, False, False)],
)  # fmt: skip
def test_the_vendors_people_are_led_to_no_company_of_theirs(browser, who: str | None, tickets: bool, company: bool) -> None:  # fmt: skip
    page = browser(make.person(who) if who else None).get("/releases").text
    assert ('href="/chamados"' in page, 'href="/empresa"' in page) == (tickets, company)


def test_a_customer_without_a_company_still_finds_how_to_enter_one(browser, ana) -> None:
    db.session.query(Membership).filter_by(person_id=ana.id).delete()
    db.session.commit()
    page = browser(ana).get("/releases").text
    assert 'href="/chamados"' in page
    assert 'href="/empresa"' in page


def test_a_room_where_one_works_stands_before_what_is_ones_own(browser) -> None:
    page = browser(make.person("elisa")).get("/releases").text
    assert page.index('href="/triagem"') < page.index('href="/minhas-ideias"') < page.index('href="/perfil"')
