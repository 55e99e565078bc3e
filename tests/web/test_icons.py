"""Every icon that is shown has its symbol: in the page itself, or in the sprite for htmx."""

import re

from tests import make
from tests.conftest import HTMX

REFERENCE = re.compile(r'<use href="([^"]*)"')


def test_page_has_a_symbol_for_each_of_its_icons_once(browser, bruno) -> None:
    idea = make.idea()
    for client, address in (browser(), "/"), (browser(bruno), "/"), (browser(bruno), f"/ideias/{idea.id}-{idea.slug}"):
        page = client.get(address).text
        symbols = re.findall(r'<symbol id="([^"]*)"', page)
        assert {f"#{symbol}" for symbol in symbols} == set(REFERENCE.findall(page))
        assert len(symbols) == len(set(symbols)) > 3
        assert page.count("<symbol") == page.count("</symbol>")


def test_error_page_has_its_icons(browser) -> None:
    page = browser().get("/nothing-here").text
    assert REFERENCE.findall(page)
    assert all(f'<symbol id="{name[1:]}"' in page for name in REFERENCE.findall(page))


def test_fragment_for_htmx_refers_to_the_external_sprite(browser, bruno) -> None:
    idea = make.idea()
    answer = browser(bruno).post(f"/ideias/{idea.id}/voto", headers=HTMX)
    (reference,) = REFERENCE.findall(answer.text)
    assert re.fullmatch(r"/assets/icons\.\w+\.svg#check", reference)
    assert "<symbol" not in answer.text
    assert browser().get(reference.partition("#")[0]).status_code == 200


def test_text_that_looks_like_an_icon_is_left_alone(browser) -> None:
    idea = make.idea('O ícone <use href="#icon-gone"/> sumiu')
    assert browser().get(f"/ideias/{idea.id}-{idea.slug}").status_code == 200
