"""Addresses that hold a token: every such route is declared, and its token is in no other address."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.routing import Rule

from ideas.accounts import credentials, links, resetting
from ideas.accounts.models import EmailChange, Person
from ideas.companies import inviting
from ideas.companies.inviting import NewInvitation
from ideas.db import db
from ideas.notifications import preferences
from ideas.notifications.preferences import Topic
from ideas.rights import ROUTES, Who
from tests.cast import PASSWORD


def invitation(person: Person) -> str:
    from tests import make

    new = NewInvitation(name="Nina Alves", email="nina@exemplo.example")
    return inviting.create_link(inviting.invite(make.aurora(), new, by=make.person("carla")))


def email_change(person: Person) -> str:
    db.session.add(EmailChange(person_id=person.id, email="nova@exemplo.example"))
    return links.create_link(credentials.EMAIL_PURPOSE, credentials.link_subject(person.id), resetting.LINK_LIFETIME)


#: How to create a valid token for each address.
TOKENS: dict[str, Callable[[Person], str]] = {
    "/esqueci-minha-senha/<token>": lambda person: resetting.create_link(person.id),
    "/confirmar-email/<token>": email_change,
    "/primeiro-acesso/<token>": invitation,
    "/notificacoes/sair/<token>": lambda person: preferences.unsubscribe_token(person.id, list(Topic)),
}


def secret_rules(app: Flask) -> list[Rule]:
    """Return the rules with a token. Other text arguments name public things."""
    public = {"code", "name", "product", "slug", "sobre", "version"}
    text = [(rule, name) for rule in app.url_map.iter_rules() for name, one in rule._converters.items()
            if type(one).__name__ == "TextConverter"]  # fmt: skip
    return [rule for rule, name in text if name not in public]


def test_every_route_with_a_token_is_known_here_and_open_to_everyone(app: Flask) -> None:
    rules = secret_rules(app)
    assert {rule.rule for rule in rules} == set(TOKENS)
    # A visitor who must sign in would be sent there with the address in `next`.
    assert {ROUTES[rule.endpoint] for rule in rules} == {Who.ANYONE}


@pytest.mark.parametrize("address", TOKENS)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("valid", [True, False], ids=["valid", "invalid"])
@pytest.mark.parametrize("signed_in", [True, False], ids=["member", "visitor"])
def test_a_secret_address_is_not_cached_and_in_no_other_address(
    browser, ana: Person, address: str, method: str, valid: bool, signed_in: bool
) -> None:
    token = TOKENS[address](ana) if valid else "made-up-token-of-nobody"
    db.session.commit()
    path = address.replace("<token>", token)
    mine = browser(ana if signed_in else None)
    answer = mine.get(path) if method == "GET" else mine.post(path, data={"password": "curta"})
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "strict-origin")
    linked = re.findall(r"""(?:href|src|action|content|hx-[a-z]+)="([^"]*)\"""", answer.text)
    assert [one for one in [*linked, answer.location or ""] if token in one and one != path] == []


def test_an_expired_session_on_a_secret_page_stores_no_token(browser, ana: Person) -> None:
    path = f"/primeiro-acesso/{invitation(ana)}"
    answer = browser().post("/empresa/ativa", data={"company": "1"}, headers={"Referer": f"http://localhost{path}"})
    assert path.rpartition("/")[2] not in answer.location


def test_signing_in_from_an_invitation_leads_back_to_it(browser, ana: Person) -> None:
    path = f"/primeiro-acesso/{invitation(ana)}"
    mine = browser()
    assert 'href="/entrar"' in mine.get(path).text
    answer = mine.post("/entrar", data={"key": "ana@exemplo.example", "password": PASSWORD, "next": "/"})
    assert answer.location == path
