"""The release report's pages."""

from datetime import timedelta

import pytest

from ideas import clock
from ideas.db import db
from ideas.products.models import Product, Release
from tests import make
from tests.conftest import statements


def unannounced() -> Release:
    erp = db.session.query(Product).filter_by(key="erp").one()
    made = Release(product_id=erp.id, version="13.0-segredo")
    db.session.add(made)
    db.session.flush()
    return made


def test_the_first_product_answers_without_a_redirect(browser) -> None:
    answer = browser().get("/releases")
    assert answer.status_code == 200
    assert "12.1.2510" in answer.text
    assert '<link rel="canonical" href="http://localhost:8000/releases/erp">' in answer.text


def test_a_product_shows_the_three_states_in_words(browser) -> None:
    page = browser().get("/releases/erp").text
    assert page.index("Atual") < page.index("Próximas") < page.index("Anteriores")
    assert "Previsão: pode mudar" in page
    assert 'href="/releases/erp/12.1.2410"' in page


def test_a_product_without_releases_says_so(browser) -> None:
    answer = browser().get("/releases/rh")
    assert answer.status_code == 200
    assert "Nenhuma release anunciada ainda" in answer.text


def test_a_portal_without_products_says_so(browser) -> None:
    for product in db.session.query(Product):
        product.closed_at = clock.now()
    for release in db.session.query(Release):
        db.session.delete(release)
    assert "Nenhum produto ainda" in browser().get("/releases").text


def test_an_item_links_its_idea_and_says_how_many_asked(browser, item, asked) -> None:
    idea = asked(make.idea("Exportar o razão para planilha"), 128)
    item(make.release("12.1.2510"), "Razão em planilha", idea)
    page = browser().get("/releases/erp/12.1.2510").text
    assert "128 pessoas pediram" in page
    assert f'href="/ideias/{idea.id}-exportar-o-razao-para-planilha"' in page
    asked(idea, 1)
    assert "1 pessoa pediu" in browser().get("/releases/erp/12.1.2510").text


def test_an_idea_delivered_without_an_item_is_on_the_release_s_page(browser, asked) -> None:
    release = make.release("12.1.2510")
    asked(make.idea("Aviso de certificado", status="delivered", delivered_release_id=release.id), 97)
    page = browser().get("/releases/erp/12.1.2510").text
    assert "Também entregue nesta release" in page
    assert "Aviso de certificado" in page
    assert "97 pessoas pediram" in page


def test_the_end_of_support_is_shown(browser) -> None:
    release = make.release("12.1.2510")
    release.support_ends_on = clock.date_in_sao_paulo(clock.now()) + timedelta(days=30)
    assert "Suporte até" in browser().get("/releases/erp/12.1.2510").text
    release.support_ends_on = clock.date_in_sao_paulo(clock.now()) - timedelta(days=30)
    assert "Suporte encerrado em" in browser().get("/releases/erp/12.1.2510").text


@pytest.mark.parametrize(
    "address",
    ["/releases/nada", "/releases/erp/1.2.3", "/releases/rh/12.1.2510", "/releases/erp/%00", "/releases/%00/12.1.2510",
     "/releases/erp/13.0-segredo", "/releases/ERP"],
)  # fmt: skip
def test_b20_unannounced_and_unknown_releases_give_the_same_404(browser, iris, elisa, address) -> None:
    unannounced()
    for person in (None, iris, elisa):
        assert browser(person).get(address).status_code == 404


def test_b20_an_unannounced_release_is_on_no_page(browser, item) -> None:
    release = unannounced()
    idea = make.idea(status="planned", target_release_id=release.id)
    item(release, "Item-segredo", idea)
    for address in ("/releases/erp", "/roteiro", f"/ideias/{idea.id}-{idea.slug}", "/"):
        answer = browser().get(address)
        assert answer.status_code == 200
        assert "segredo" not in answer.text, address


def test_a_hidden_idea_is_on_no_page(browser, item) -> None:
    release = make.release("12.1.2510")
    item(release, "Razão em planilha", make.idea("Canário ligado", hidden_at=clock.now()))
    make.idea("Canário entregue", status="delivered", delivered_release_id=release.id, held_at=clock.now())
    make.idea("Canário planejado", status="planned", hidden_at=clock.now())
    for address in ("/releases", "/releases/erp/12.1.2510", "/roteiro", "/"):
        assert "Canário" not in browser().get(address).text, address


def test_texts_are_shown_as_texts(browser, item) -> None:
    item(make.release("12.1.2510"), "<b>Razão</b> & planilha", make.idea("<i>Ideia</i> com sinais"))
    page = browser().get("/releases/erp/12.1.2510").text
    assert "&lt;b&gt;Razão&lt;/b&gt; &amp; planilha" in page
    assert "<i>Ideia" not in page


@pytest.mark.parametrize(("language", "name"), [("pt", "RH"), ("es", "RR. HH."), ("en", "HR")])
def test_products_are_named_in_the_reader_s_language(browser, language, name) -> None:
    page = browser().get("/releases/rh", headers={"Accept-Language": language}).text
    assert f'aria-current="page">{name}</a>' in page
    assert browser().get("/releases/erp/12.1.2510", headers={"Accept-Language": language}).status_code == 200


def test_statements_do_not_grow_with_the_report(browser, item, carla) -> None:
    visitor, member = browser(), browser(carla)
    for pages in range(2):
        for number in range(4 * pages):
            item(make.release("12.1.2510"), f"Item {number}", make.idea(), make.idea())
        for client, address, most in [(visitor, "/releases", 4), (visitor, "/releases/erp/12.1.2510", 3),
                                      (member, "/releases/erp", 6), (member, "/releases/erp/12.1.2510", 5)]:  # fmt: skip
            client.get(address)
            with statements() as sent:
                client.get(address)
            assert len(sent) <= most, "\n".join(sent)
