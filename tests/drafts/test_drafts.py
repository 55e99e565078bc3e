"""A form sent after the session expired is stored, offered after sign-in, and sent again by a button."""

import html
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Vote
from ideas.comments.models import Comment
from ideas.db import db
from ideas.drafts.models import Draft
from tests import lookups, make
from tests.cast import PASSWORD
from tests.conftest import HTMX

TEXT = 'Uma frase com "aspas" & <b>sinais</b>.\n\n' * 100


@pytest.fixture
def bruno_expired(browser, bruno: Person):
    """Bruno's browser, eight days after its last request."""
    with time_machine.travel(clock.now(), tick=False) as travel:
        mine = browser(bruno)
        travel.shift(timedelta(days=8))
        yield mine


def send(browser, idea, **options):
    referrer = {"Referer": f"http://localhost{lookups.address_of(idea)}", **options.pop("headers", {})}
    return browser.post(
        f"/ideias/{idea.id}/comentarios", data={"text": TEXT, "client_token": "t1"}, headers=referrer, **options
    )


def sign_in(browser, email: str = "bruno@exemplo.example", onward: str = "/"):
    return browser.post("/entrar", data={"key": email, "password": PASSWORD, "next": onward})


def form_of(page: str) -> tuple[str, dict[str, list[str]]]:
    form = re.search(r'<form method="post" action="(/ideias[^"]*)">(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2]):
        fields.setdefault(html.unescape(name), []).append(html.unescape(value))
    return html.unescape(form[1]), fields


def test_a_comment_sent_after_the_session_expired_can_be_sent_again_after_sign_in(bruno_expired) -> None:
    idea = make.idea()
    asked = send(bruno_expired, idea)
    assert (asked.status_code, asked.location) == (303, f"/entrar?next={lookups.address_of(idea)}")
    assert "o que você escreveu foi guardado" in bruno_expired.get(asked.location).text
    entered = sign_in(bruno_expired, onward=lookups.address_of(idea))
    assert entered.location == f"/continuar?next={lookups.address_of(idea)}"
    shown = bruno_expired.get(entered.location)
    assert shown.status_code == 200
    assert "Uma frase com" in shown.text
    to, fields = form_of(shown.text)
    assert (to, fields["text"], fields["client_token"]) == (f"/ideias/{idea.id}/comentarios", [TEXT], ["t1"])
    done = bruno_expired.post(to, data=fields)
    assert done.status_code == 303
    assert db.session.scalars(select(Comment.text)).one() == TEXT.strip()
    assert "kept=;" in done.headers["Set-Cookie"]
    assert bruno_expired.get("/continuar?next=/x").location == "/x"


def test_a_vote_sent_after_the_session_expired_can_be_cast_after_sign_in(bruno_expired) -> None:
    idea = make.idea()
    bruno_expired.post(f"/ideias/{idea.id}/voto")
    to, fields = form_of(bruno_expired.get(sign_in(bruno_expired).location).text)
    bruno_expired.post(to, data=fields)
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1


def test_htmx_gets_a_sign_in_dialog_and_the_form_is_stored(bruno_expired) -> None:
    idea = make.idea()
    headers = {**HTMX, "HX-Current-URL": f"http://localhost{lookups.address_of(idea)}?x=1"}
    asked = send(bruno_expired, idea, headers=headers)
    assert asked.status_code == 401
    assert (asked.headers["HX-Retarget"], asked.headers["HX-Reswap"]) == ("#dialog", "innerHTML")
    assert f'href="/entrar?next={lookups.address_of(idea)}?x%3D1"' in asked.text
    assert "foi guardado" in asked.text
    assert "/continuar" in sign_in(bruno_expired).location
    assert send(bruno_expired, idea).status_code in {303, 200}, "after sign-in it is accepted"


def test_an_htmx_get_without_a_session_stores_nothing(browser) -> None:
    asked = browser().get("/minhas-ideias", headers=HTMX)
    assert asked.status_code == 401
    assert "Set-Cookie" not in asked.headers
    assert "foi guardado" not in asked.text


def test_a_stored_form_is_offered_only_to_the_person_of_the_expired_session(bruno_expired) -> None:
    idea = make.idea()
    send(bruno_expired, idea)
    entered = sign_in(bruno_expired, "ana@exemplo.example", onward=lookups.address_of(idea))
    assert entered.location == lookups.address_of(idea)
    assert bruno_expired.get("/continuar?next=/y").location == "/y"


def test_the_owner_is_known_even_if_an_earlier_request_found_the_session_expired(bruno_expired, ana: Person) -> None:
    """An htmx request sent while typing ends the session before the form is submitted."""
    idea = make.idea()
    bruno_expired.get("/minhas-ideias", headers=HTMX)
    send(bruno_expired, idea)
    owner = db.session.scalars(select(Draft.person_id)).one()
    assert owner == make.person("bruno").id


def test_a_stored_form_is_not_offered_in_another_browser(browser, bruno_expired) -> None:
    idea = make.idea()
    send(bruno_expired, idea)
    assert sign_in(browser(), onward="/z").location == "/z"


def test_a_stored_form_can_be_discarded(bruno_expired) -> None:
    idea = make.idea()
    send(bruno_expired, idea)
    sign_in(bruno_expired)
    gone = bruno_expired.post("/continuar/descartar", data={"next": lookups.address_of(idea)})
    assert (gone.status_code, gone.location) == (303, lookups.address_of(idea))
    assert "kept=;" in gone.headers["Set-Cookie"]
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0


def test_a_stored_form_stays_if_sending_it_is_refused(bruno_expired, bruno: Person) -> None:
    idea = make.idea()
    send(bruno_expired, idea)
    sign_in(bruno_expired)
    to, fields = form_of(bruno_expired.get("/continuar").text)
    bruno.suspended_at = clock.now()
    refused = bruno_expired.post(to, data=fields)
    assert refused.status_code == 403
    assert bruno_expired.get("/continuar").status_code == 200


def test_signing_out_without_a_session_stores_nothing(bruno_expired) -> None:
    answer = bruno_expired.post("/sair")
    assert answer.status_code == 303
    assert "kept=" not in str(answer.headers)


def test_v3_3_the_cookie_is_not_readable_by_scripts(bruno_expired) -> None:
    cookie = next(
        value for value in send(bruno_expired, make.idea()).headers.getlist("Set-Cookie") if value.startswith("kept=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=86400" in cookie


@pytest.mark.parametrize("page", ["https://x.example/y", "http://localhost:99/y", "javascript:x", "http://[", ""])
def test_a16_the_page_after_sign_in_is_on_the_same_origin(browser, page: str) -> None:
    answer = browser().post("/ideias/1/voto", headers={"Referer": page}, csrf=False)
    assert answer.location == "/entrar?next=/"


def test_a_cross_site_request_stores_nothing(browser) -> None:
    answer = browser().post("/ideias/1/voto", headers={"Sec-Fetch-Site": "cross-site"}, csrf=False)
    assert answer.status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
