"""The Atom feeds of the board and of an idea: only what visitors may see."""

import xml.etree.ElementTree as ElementTree

import pytest

from ideas import clock
from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.board.voting import casting
from ideas.db import db
from tests import make
from tests.conftest import statements

ATOM = {"a": "http://www.w3.org/2005/Atom"}


def read(answer) -> ElementTree.Element:
    assert answer.status_code == 200
    assert answer.mimetype == "application/atom+xml"
    return ElementTree.fromstring(answer.data)  # noqa: S314 - trusted input


def titles(answer) -> list[str]:
    return [str(title.text) for title in read(answer).findall("a:entry/a:title", ATOM)]


def test_the_feed_has_the_boards_filters_and_orders(browser, bruno, davi):
    first = make.idea("A primeira ideia do feed", author=bruno)
    make.idea("A segunda ideia do feed", author=bruno, status="planned")
    make.idea("Uma ideia de outro produto", author=bruno, product="rh")
    casting.cast(first, voter=davi, company=make.company_of(davi))
    client = browser()
    assert titles(client.get("/ideias.atom"))[0] == "Uma ideia de outro produto"
    assert titles(client.get("/ideias.atom?produto=erp&situacao=planned")) == ["A segunda ideia do feed"]
    assert titles(client.get("/ideias.atom?ordem=mais-votadas&produto=erp"))[0] == "A primeira ideia do feed"
    assert titles(client.get("/ideias.atom?q=primeira")) == ["A primeira ideia do feed"]
    assert client.get("/ideias.atom?ordem=nada").status_code == 404
    assert client.get("/ideias.atom?minhas=votei").status_code == 404


def test_the_feed_of_an_idea_has_its_steps_responses_and_comments(browser, bruno, elisa):
    idea = make.idea("Uma ideia com história", author=bruno)
    make.comment(idea, "Precisamos **muito** disto.", author=bruno)
    deciding.decide(idea, Decision(to="planned", text="Entra no plano."), by=elisa)
    answer = browser().get(f"/ideias/{idea.id}.atom")
    said = titles(answer)
    assert said[0] == "Situação: Planejada"
    assert "Comentário de Bruno L." in said
    assert said[-1] == "Ideia publicada"
    assert "Bruno Leal" not in answer.text
    assert "&lt;strong&gt;muito" in answer.text


def test_b09_hidden_texts_are_in_no_feed_not_even_their_authors(browser, bruno, fabio):
    hidden = make.idea("Canário azul escondido", author=bruno, hidden_at=clock.now())
    shown = make.idea("Uma ideia à vista", author=bruno)
    comment = make.comment(shown, "Canário no comentário", author=bruno)
    comment.hidden_at = clock.now()
    db.session.commit()
    for client in (browser(), browser(bruno), browser(fabio)):
        assert client.get(f"/ideias/{hidden.id}.atom").status_code == 404
        for address in ("/ideias.atom", "/ideias.atom?q=canario", f"/ideias/{shown.id}.atom"):
            assert "Canário" not in client.get(address).text


def test_c03_feeds_escape_markup_and_drop_control_characters(browser, bruno):
    idea = make.idea("<script>alert(1)</script> & “aspas”", author=bruno, problem='<img src=x onerror="x()"> a\x0bb')
    for address in ("/ideias.atom", f"/ideias/{idea.id}.atom"):
        answer = browser().get(address)
        contents = [str(content.text) for content in read(answer).findall("a:entry/a:content", ATOM)]
        assert "<script>" not in answer.text
        # The rest of the tag is text: escaped in the HTML, which is escaped again in the XML.
        assert any("&lt;img src=x" in content for content in contents)
        assert not any("<img" in content for content in contents)


def test_an_unchanged_feed_is_answered_with_304(browser, bruno):
    make.idea(author=bruno)
    client = browser()
    tag = client.get("/ideias.atom").headers["ETag"]
    assert client.get("/ideias.atom", headers={"If-None-Match": tag}).status_code == 304
    make.idea(author=bruno)
    assert client.get("/ideias.atom", headers={"If-None-Match": tag}).status_code == 200


def test_pages_link_to_their_feeds(browser, bruno):
    idea = make.idea(author=bruno)
    client = browser()
    assert 'href="/ideias.atom?produto=erp"' in client.get("/?produto=erp").text
    assert f'href="/ideias/{idea.id}.atom"' in client.get(f"/ideias/{idea.id}-{idea.slug}").text


def test_the_feed_of_a_merged_idea_redirects_to_the_root(browser, bruno):
    root, duplicate = make.idea(author=bruno), make.idea(author=bruno)
    duplicate.merged_into_id = duplicate.root_id = root.id
    db.session.commit()
    answer = browser().get(f"/ideias/{duplicate.id}.atom")
    assert (answer.status_code, answer.location) == (302, f"/ideias/{root.id}.atom")


@pytest.mark.parametrize("ideas", [1, 30])
def test_feeds_keep_their_budgets(browser, bruno, ideas):
    made = [make.idea(author=bruno) for _ in range(ideas)]
    client = browser()
    client.get("/ideias.atom")
    for address, budget in {"/ideias.atom": 2, f"/ideias/{made[0].id}.atom": 3}.items():
        with statements() as sent:
            client.get(address)
        assert len(sent) <= budget, sent
