"""The form of a new idea: similar ideas, refusals that keep the input, and the result."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select

from ideas import clock, search
from ideas.accounts.models import Person
from ideas.board.listing import finding
from ideas.board.models import Follow, Idea, Vote
from ideas.comments.models import Comment
from ideas.db import db
from ideas.products.models import Product
from tests import make
from tests.conftest import HTMX

GOOD = {
    "title": "Exportar o razão contábil para planilha",
    "product": "erp",
    "module": "erp.fiscal",
    "kind": "innovation",
    "problem": "Hoje copiamos conta por conta.\n\nLeva dois dias.",
    "proposal": "Um botão.",
    "client_token": "token-1",
}


def ideas() -> list[Idea]:
    return list(db.session.scalars(select(Idea).order_by(Idea.id)))


def similar_idea(title: str = "Exportar razão contábil em planilha", **facts: object) -> Idea:
    idea = make.idea(title, **facts)
    search.index(db.session(), finding.KIND, idea.id, idea.title, idea.problem or "", "pt-BR")
    return idea


class Fields(HTMLParser):
    """Collects the values of the fields of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[str, str] = {}
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value") or ""
        if tag == "select":
            self._select = name
            self.held[name] = ""
        elif tag == "option" and "selected" in has:
            self.held[self._select] = value
        elif tag == "textarea":
            self._area = name
            self.held[name] = ""
        elif tag == "input" and (has.get("type") not in {"radio", "checkbox"} or "checked" in has):
            self.held[name] = value

    def handle_data(self, data: str) -> None:
        if self._area:
            self.held[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.held[self._area] = self.held[self._area].replace("\r\n", "\n").removeprefix("\n")
            self._area = ""


def values(page: str) -> dict[str, str]:
    """Return the values of the fields of the page."""
    fields = Fields()
    fields.feed(page)
    return fields.held


def test_posting_an_idea_adds_the_author_s_vote_and_follow(browser, bruno: Person) -> None:
    answer = browser(bruno).post("/ideias/nova", data=GOOD)
    [idea] = ideas()
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}-exportar-o-razao-contabil-para-planilha")
    assert (idea.author_id, idea.kind, idea.proposal, idea.status_key) == (bruno.id, "innovation", "Um botão.", "new")
    assert idea.problem == "Hoje copiamos conta por conta.\n\nLeva dois dias."
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1
    follow = db.session.scalar(select(Follow))
    assert follow is not None
    assert follow.author


def test_after_posting_a_message_says_what_happens_next(browser, bruno: Person) -> None:
    client = browser(bruno)
    page = client.get(client.post("/ideias/nova", data=GOOD).location).text
    assert "Ideia enviada" in page
    assert "Votado" in page
    assert "Seguindo: tudo" in page


def test_d01_a_form_sent_twice_posts_once(browser, bruno: Person) -> None:
    client = browser(bruno)
    answers = [client.post("/ideias/nova", data=GOOD | {"confirmed": "1"}) for _ in range(3)]
    assert len(ideas()) == 1
    assert len({answer.location for answer in answers}) == 1


LONG = "x" * 10_001
BAD = [
    ({"title": ""}, "title", "Dê um título"),
    ({"title": "    "}, "title", "Dê um título"),
    ({"title": "abc"}, "title", "ao menos 5 caracteres"),
    ({"title": "x" * 121}, "title", "o limite é de 120 caracteres"),
    ({"title": "a\0bcdef"}, "title", "não aceita"),
    ({"title": "\u200b\u202e\u2060"}, "title", "Dê um título"),
    ({"product": "", "module": ""}, "product", "Escolha o produto"),
    ({"product": "crm"}, "product", "Escolha um produto da lista"),
    ({"product": "1"}, "product", "Escolha um produto da lista"),
    ({"product": "rh"}, "module", "é de outro produto"),
    ({"module": "erp.x"}, "module", "Escolha um módulo da lista"),
    ({"module": "1"}, "module", "Escolha um módulo da lista"),
    ({"kind": ""}, "kind", "Escolha o tipo"),
    ({"kind": "bug"}, "kind", "Escolha o tipo"),
    ({"kind": "true"}, "kind", "Escolha o tipo"),
    ({"problem": ""}, "problem", "Conte o problema"),
    ({"problem": " \r\n\t "}, "problem", "Conte o problema"),
    ({"problem": LONG}, "problem", "o limite é de 10000 caracteres"),
    ({"problem": "Um texto inteiro\0, com um NUL."}, "problem", "não aceita"),
    ({"proposal": LONG}, "proposal", "o limite é de 10000 caracteres"),
    ({"client_token": "a\0b"}, "client_token", "Recarregue a página"),
    ({"client_token": "é" * 9}, "client_token", "Recarregue a página"),
    ({"client_token": "x" * 65}, "client_token", "Recarregue a página"),
]


@pytest.mark.parametrize(("wrong", "field", "said"), BAD)
def test_invalid_input_is_reported_at_its_field_and_keeps_everything_typed(
    browser, bruno: Person, wrong: dict[str, str], field: str, said: str
) -> None:
    answer = browser(bruno).post("/ideias/nova", data=GOOD | wrong)
    assert answer.status_code == 422
    assert ideas() == []
    assert said in answer.text
    assert 'class="error-summary"' in answer.text
    held = values(answer.text)
    kept = {name: value for name, value in GOOD.items() if name not in wrong}
    assert {name: held[name] for name in kept} == kept
    if field in {"title", "problem", "proposal"} and wrong[field].isascii():
        assert held[field].strip() == wrong[field].replace("\0", "").strip()
    if field not in {"kind", "client_token"}:
        assert re.search(rf'id="{field}-error"', answer.text)


def test_b14_extra_fields_are_ignored(browser, bruno: Person, carla: Person) -> None:
    extra = {"author_id": str(carla.id), "status_key": "delivered", "people_count": "99", "hidden_at": "", "id": "77",
             "company_id": "1", "published_at": "2001-01-01"}  # fmt: skip
    browser(bruno).post("/ideias/nova", data=GOOD | extra)
    [idea] = ideas()
    assert (idea.author_id, idea.status_key, idea.people_count) == (bruno.id, "new", 1)
    assert idea.company_id == make.company_of(bruno).id
    assert idea.published_at.year > 2001


def test_b15_v15_3_7_a_repeated_parameter_has_one_meaning(browser, bruno: Person) -> None:
    answer = browser(bruno).post("/ideias/nova", data=GOOD | {"title": ["Um título inteiro", "Outro título"]})
    assert answer.status_code == 303
    assert ideas()[0].title == "Um título inteiro"


@pytest.mark.parametrize("body", [GOOD, {"title": ["a"], "problem": {"b": None}}, [1, 2], None, "texto"])
def test_c15_a_body_of_another_content_type_is_refused_with_a_reason(browser, bruno: Person, body: object) -> None:
    client = browser(bruno)
    token = client.csrf_token()
    answer = client.open("/ideias/nova", method="POST", json=body, headers={"X-CSRFToken": token})
    assert answer.status_code in {400, 415, 422}
    assert ideas() == []


def test_c13_a_title_of_a_megabyte_is_refused(browser, bruno: Person) -> None:
    assert browser(bruno).post("/ideias/nova", data=GOOD | {"title": "x" * 1_100_000}).status_code == 413


def test_choosing_only_a_module_selects_its_product(browser, bruno: Person) -> None:
    assert browser(bruno).post("/ideias/nova", data=GOOD | {"product": ""}).status_code == 303
    assert ideas()[0].product_id == make.release().product_id


def test_a_closed_product_is_not_offered(browser, bruno: Person) -> None:
    db.session.scalar(select(Product).where(Product.key == "rh")).closed_at = clock.now()
    client = browser(bruno)
    assert 'value="rh"' not in client.get("/ideias/nova").text
    assert client.post("/ideias/nova", data=GOOD | {"product": "rh", "module": ""}).status_code == 422


def test_the_words_of_a_search_become_the_title(browser, bruno: Person) -> None:
    page = browser(bruno).get("/ideias/nova", query_string={"titulo": 'exportar "razão" \0 ' + "x" * 200}).text
    assert values(page)["title"].startswith('exportar "razão" x')
    assert len(values(page)["title"]) <= 120


# --- permissions -----------------------------------------------------------------------------------


def test_d07_people_who_may_not_post_see_why_before_typing_and_lose_nothing(
    browser, joao: Person, iris: Person
) -> None:
    joao.suspended_until = clock.end_of_day_in_sao_paulo(date(2099, 12, 16))
    for person, said in (
        (joao, "Sua participação está suspensa até 16 de dezembro de 2099."),
        (iris, "fazer parte de uma empresa"),
    ):
        client = browser(person)
        assert said in client.get("/ideias/nova").text
        answer = client.post("/ideias/nova", data=GOOD)
        assert answer.status_code == 403
        assert said in answer.text
        assert values(answer.text)["title"] == GOOD["title"]
    assert ideas() == []


def test_a_new_code_of_conduct_is_accepted_with_the_form(browser, ana: Person) -> None:
    client = browser(ana)
    asked = client.post("/ideias/nova", data=GOOD)
    assert asked.status_code == 409
    assert ideas() == []
    held = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    assert held["title"] == GOOD["title"]
    answer = client.post("/ideias/nova", data=GOOD | {"accept_conduct": "2"})
    assert answer.status_code == 303
    assert len(ideas()) == 1


def test_a_visitor_signs_in_and_returns_to_the_form(browser) -> None:
    assert browser().get("/ideias/nova").location == "/entrar?next=/ideias/nova"


# --- similar ideas -----------------------------------------------------------------------------


def test_similar_ideas_are_shown_before_saving(browser, bruno: Person) -> None:
    other = similar_idea(author=make.person("carla"))
    answer = browser(bruno).post("/ideias/nova", data=GOOD)
    assert answer.status_code == 200
    assert "Já existe algo assim?" in answer.text
    assert len(ideas()) == 1
    assert f'action="/ideias/{other.id}/comentarios"' in answer.text
    held = dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text[answer.text.index('action="/ideias/nova"') :]))
    assert {name: held[name] for name in GOOD} == GOOD


def test_confirming_that_none_is_the_same_posts_the_idea(browser, bruno: Person) -> None:
    similar_idea()
    answer = browser(bruno).post("/ideias/nova", data=GOOD | {"confirmed": "1"})
    assert answer.status_code == 303
    assert len(ideas()) == 2


def test_choosing_a_similar_idea_votes_for_it_and_posts_the_text_as_a_comment(browser, bruno: Person) -> None:
    other = similar_idea(author=make.person("carla"))
    client = browser(bruno)
    step = client.post("/ideias/nova", data=GOOD).text
    form = step[step.index(f'action="/ideias/{other.id}/comentarios"') :].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert client.post(f"/ideias/{other.id}/comentarios", data=fields).status_code == 303
    assert len(ideas()) == 1
    assert other.people_count == 1
    comment = db.session.scalar(select(Comment))
    assert comment is not None
    assert comment.text == "Hoje copiamos conta por conta.\n\nLeva dois dias.\n\nUm botão."


def test_returning_from_the_similar_ideas_keeps_everything_typed(browser, bruno: Person) -> None:
    similar_idea()
    answer = browser(bruno).post("/ideias/nova", data=GOOD | {"change": "1"})
    assert answer.status_code == 200
    held = values(answer.text)
    assert {name: held[name] for name in GOOD} == GOOD


def test_similar_ideas_seen_while_typing_are_not_shown_again(browser, bruno: Person) -> None:
    other = similar_idea()
    client = browser(bruno)
    seen = client.get("/ideias/nova/parecidas", query_string={"title": GOOD["title"]}, headers=HTMX).text
    assert f'name="seen" value="{other.id}"' in seen
    assert client.post("/ideias/nova", data=GOOD | {"seen": str(other.id)}).status_code == 303


@pytest.mark.parametrize("seen", ["x", "-1", "²", "9" * 99])
def test_invalid_ids_of_seen_ideas_are_ignored(browser, bruno: Person, seen: str) -> None:
    similar_idea()
    assert browser(bruno).post("/ideias/nova", data=GOOD | {"seen": seen}).status_code == 200


@pytest.mark.parametrize("title", ["", "a", "xyz qualquer", "\0", "(" * 300, "x" * 5000])
def test_c06_similar_ideas_accept_any_input(browser, bruno: Person, title: str) -> None:
    similar_idea()
    answer = browser(bruno).get("/ideias/nova/parecidas", query_string={"title": title}, headers=HTMX)
    assert answer.status_code == 200
    assert "similar__list" not in answer.text


def test_without_htmx_the_similar_ideas_redirect_to_the_form(browser, bruno: Person) -> None:
    answer = browser(bruno).get("/ideias/nova/parecidas?title=Exportar")
    assert (answer.status_code, answer.location) == (303, "/ideias/nova?titulo=Exportar")
