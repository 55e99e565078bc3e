"""The pages of the board: orders, filters, searches and cursors in their addresses."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from ideas import clock, search
from ideas.board.listing import finding
from ideas.board.models import Idea
from ideas.db import db
from ideas.web import paging
from tests import make
from tests.conftest import HTMX


def findable(title: str, **facts: object) -> Idea:
    idea = make.idea(title, **facts)
    search.index(db.session(), finding.KIND, idea.id, idea.title, idea.problem or "", idea.language)
    return idea


def numbers(page: str) -> list[int]:
    """Return the ids of the ideas on a page, in its order."""
    return [int(number) for number in re.findall(r'idea__title">\s*<a href="/ideias/(\d+)-', page)]


def test_a_visitor_sees_the_ideas_with_their_status(browser) -> None:
    idea = make.idea("Aviso antes de o certificado vencer", module="fiscal", status="planned", target_quarter="2027-T1")
    page = browser().get("/").text
    assert "O que faria diferença para você?" in page
    assert f'<a href="/ideias/{idea.id}-aviso-antes-de-o-certificado-vencer">' in page
    assert "Planejada · 1º trimestre de 2027" in page
    assert "ERP › Fiscal" in page
    assert "1 ideia" in page


def test_30_a_visitor_s_board_sets_no_cookie_and_has_no_token(browser) -> None:
    make.idea()
    answer = browser().get("/")
    assert "Set-Cookie" not in answer.headers
    assert "csrf_token" not in answer.text


def test_a_member_s_own_votes_are_marked(browser, bruno) -> None:
    from ideas.board.voting import casting

    voted, other = make.idea(), make.idea()
    casting.cast(voted, voter=bruno, company=make.company_of(bruno))
    page = browser(bruno).get("/").text
    assert f'action="/ideias/{voted.id}/voto/retirar"' in page
    assert f'action="/ideias/{other.id}/voto"' in page


@pytest.mark.parametrize(
    ("word", "first"),
    [("em-alta", "hot"), ("mais-votadas", "top"), ("mais-criticas", "critical"), ("recentes", "new"),
     ("respondidas", "answered")],
)  # fmt: skip
def test_each_order_has_its_address(browser, word: str, first: str) -> None:
    ideas = {name: make.idea() for name in ("hot", "top", "critical", "answered", "new")}
    ideas["hot"].trending = 9.0
    ideas["top"].people_count = ideas["top"].total_count = 9
    ideas["critical"].critical_count = 9
    ideas["answered"].answered_at = clock.now()
    page = browser().get(f"/?ordem={word}").text
    assert numbers(page)[0] == ideas[first].id
    assert re.search(rf'id="ordem-{word}"[^>]*aria-current="true"', page)


def test_the_page_says_how_it_is_ordered(browser) -> None:
    make.idea()
    assert "metade a cada 14 dias" in browser().get("/").text
    assert "ficam de fora" in browser().get("/?ordem=respondidas").text


@pytest.mark.parametrize("order", ["em-alta", "aleatorias", "recentes"])
def test_following_the_pager_shows_every_idea_once(browser, order: str) -> None:
    ideas = [make.idea() for _ in range(60)]
    client, address, seen = browser(), f"/?ordem={order}", []
    for _ in range(3):
        page = client.get(address).text
        seen += numbers(page)
        following = re.search(r'href="([^"]*)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert not address
    assert sorted(seen) == sorted(idea.id for idea in ideas)


def test_htmx_gets_only_the_next_rows(browser) -> None:
    for _ in range(30):
        make.idea()
    client = browser()
    address = re.search(r'href="([^"]*)" rel="next"', client.get("/").text)[1].replace("&amp;", "&")
    rows = client.get(address, headers=HTMX).text
    assert len(numbers(rows)) == 5
    assert "<html" not in rows
    assert 'id="results"' not in rows


def test_htmx_gets_the_list_and_the_filters_and_a_clean_address(browser) -> None:
    make.idea(product="rh")
    answer = browser().get("/?q=&produto=rh&ordem=&other=1", headers=HTMX)
    assert "<html" not in answer.text
    assert 'id="results"' in answer.text
    assert re.search(r'id="filters"[^>]*data-hx-swap-oob="true"', answer.text, re.DOTALL)
    assert answer.headers["HX-Push-Url"] == "/?produto=rh"


def test_history_restoration_gets_the_whole_page(browser) -> None:
    answer = browser().get("/?produto=rh", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<html" in answer.text


def test_filters_are_in_the_address_and_have_exact_counts(browser) -> None:
    wanted = make.idea(module="fiscal", status="planned", kind="innovation")
    make.idea(module="fiscal", status="declined")
    make.idea(product="rh")
    page = browser().get("/?produto=erp&situacao=planned&situacao=new&tipo=inovacao&modulo=erp.fiscal").text
    assert numbers(page) == [wanted.id]
    assert re.search(r'value="planned" checked>\s*<span>Planejada</span>\s*<span class="choice__count">1</span>', page)
    assert re.search(r'value="declined">\s*<span>Não planejada</span>\s*<span class="choice__count">0</span>', page)


def test_removing_a_product_filter_removes_its_modules(browser) -> None:
    make.idea(module="fiscal")
    page = browser().get("/?produto=erp&modulo=erp.fiscal&situacao=new").text
    chips = re.findall(r'class="chip" href="([^"]*)"', page)
    assert [chip.replace("&amp;", "&") for chip in chips] == [
        "/?situacao=new",
        "/?produto=erp&situacao=new",
        "/?produto=erp&modulo=erp.fiscal",
    ]


@pytest.mark.parametrize("mine", ["votei", "sigo", "enviei", "empresa"])
def test_personal_filters_ask_a_visitor_to_sign_in(browser, bruno, mine: str) -> None:
    answer = browser().get(f"/?minhas={mine}")
    assert answer.status_code == 303
    assert answer.location.startswith("/entrar?next=")
    assert browser(bruno).get(f"/?minhas={mine}").status_code == 200


@pytest.mark.parametrize(
    "query",
    ["ordem=x", "produto=crm", "produto=erp&produto=crm", "modulo=fiscal", "modulo=erp.x", "situacao=novo", "tipo=x",
     "minhas=x", "produto=%00", "situacao=planned%27--", "ordem=aleatorias&inicio=x", "inicio=-1", "inicio=" + "9" * 30,
     "inicio=1e3", "&".join(f"produto=p{number}" for number in range(100))],
)  # fmt: skip
def test_c07_an_unknown_word_in_the_address_is_not_found(browser, query: str) -> None:
    assert browser().get(f"/?{query}").status_code == 404


CURSORS = ["x", "-1", "10", "1e400", "%00", "~", "a" * 5000, paging.encode(3, 1), paging.encode(paging.EPOCH, 1),
           paging.encode(float("inf"), 1), paging.encode(float("nan"), 1), paging.encode(1.0, 2**63 - 1),
           paging.encode(1.0, -1),
           "ZDk5OTk5OTk5OTk5OTk5OTk5OTk5fjE"]  # fmt: skip


@pytest.mark.parametrize("cursor", CURSORS)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_c14_an_invalid_cursor_is_not_found(browser, cursor: str, headers: dict[str, str]) -> None:
    answer = browser().get(f"/?pagina={quote(cursor)}", headers=headers)
    assert answer.status_code == 404


def test_c14_extreme_cursors_give_empty_pages(browser) -> None:
    make.idea()
    for value, number in ((-1.0, 1), (-1e308, 2**31 - 1), (5e-324, 0), (1e308, 1)):
        assert browser().get(f"/?pagina={paging.encode(value, number)}").status_code == 200
    for value in (2**31, 2**63 - 1, -1):
        assert browser().get(f"/?ordem=mais-votadas&pagina={paging.encode(value, 1)}").status_code == 404
    assert browser().get(f"/?ordem=aleatorias&inicio=1&pagina={paging.encode(2**63 - 1, 1)}").status_code == 200
    for moment in (datetime.min, datetime.max):
        cursor = paging.encode(moment.replace(tzinfo=UTC), 1)
        assert browser().get(f"/?ordem=recentes&pagina={cursor}").status_code == 200


# --- searching ---------------------------------------------------------------------------------


def test_a_search_shows_its_hits_and_keeps_the_words(browser) -> None:
    razao = findable("Exportar o razão contábil para planilha")
    findable("Aviso antes de o certificado vencer")
    page = browser().get("/?q=razao+contabil").text
    assert numbers(page) == [razao.id]
    assert 'value="razao contabil"' in page
    assert "1 ideia para “razao contabil”" in page
    assert re.search(r'id="ordem-relevancia"[^>]*aria-current="true"', page)


def test_a_corrected_search_says_so(browser) -> None:
    findable("Exportar para planilha")
    assert "Mostrando resultados para “planilha”" in browser().get("/?q=planhila").text


def test_a_search_in_another_order_keeps_its_words(browser) -> None:
    findable("Planilha de estoque")
    page = browser().get("/?q=planilha&ordem=em-alta").text
    assert re.search(r'id="ordem-em-alta"[^>]*aria-current="true"', page)
    assert 'href="/?q=planilha&amp;ordem=recentes"' in page


def test_a_search_without_hits_offers_to_post_with_the_words_as_title(browser) -> None:
    make.idea()
    page = browser().get("/?q=exportar+raz%C3%A3o").text
    assert "Ninguém pediu isso ainda" in page
    assert 'href="/ideias/nova?titulo=exportar+raz%C3%A3o"' in page


def test_a_list_emptied_by_filters_offers_to_remove_them(browser) -> None:
    make.idea()
    page = browser().get("/?situacao=delivered&ordem=recentes").text
    assert "Nenhuma ideia com esses filtros" in page
    assert 'href="/?ordem=recentes">Tirar os filtros' in page


def test_an_empty_board_asks_for_the_first_idea(browser) -> None:
    page = browser().get("/").text
    assert "Ainda não há ideias" in page
    assert 'href="/ideias/nova"' in page


@pytest.mark.parametrize(
    "words",
    ['"', "*", "NEAR(", "col:", "-", "AND", "OR NOT", "(((", '"a" NEAR', "a\0b", "😀", "de a o", "' OR 1=1 --", "%",
     "{{7*7}}", "\\", "x" * 10_000, "a " * 5_000, "\u202e\u200d\ufeff", "title_terms : x", "a & | ! b", "é" * 300],
)  # fmt: skip
def test_c06_a_hostile_search_is_answered_without_an_error(browser, words: str) -> None:
    findable("Exportar para planilha")
    answer = browser().get("/", query_string={"q": words})
    assert answer.status_code == 200
    assert "49" not in re.findall(r"value=\"([^\"]*)\"", answer.text)


def test_c01_user_input_is_escaped(browser) -> None:
    make.idea("<script>alert(1)</script> & “aspas”", problem="<img src=x onerror=alert(1)>")
    page = browser().get("/").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “aspas”" in page
    assert "<img" not in page


def test_a_text_in_another_language_has_a_lang_attribute(browser) -> None:
    make.idea("Exportar a hoja de cálculo", language="es")
    assert re.search(r'<a href="[^"]*" lang="es">Exportar a hoja', browser().get("/").text)
