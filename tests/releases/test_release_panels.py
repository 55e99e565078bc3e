"""The panels of the release report beside an idea and beside the board."""

from ideas.db import db
from ideas.products.models import Product, Release
from ideas.releases import panels
from tests import make
from tests.conftest import statements

FORECAST, OUT = "12.1.2610", "12.1.2510"


def of_idea(idea) -> dict[str, list[str]]:
    found = panels.of_idea(idea) or {"releases": {}}
    return {release.version: [item.title for item in items] for release, items in found["releases"].items()}


def test_an_idea_without_a_release_has_no_panel(item) -> None:
    item(make.release(OUT), "Outra coisa", make.idea())
    assert panels.of_idea(make.idea()) is None


def test_a_planned_idea_shows_the_release_it_waits_for_with_its_item(item) -> None:
    release = make.release(FORECAST)
    idea = make.idea(status="planned", target_release_id=release.id)
    assert of_idea(idea) == {FORECAST: []}
    item(release, "Razão em planilha", idea)
    assert of_idea(idea) == {FORECAST: ["Razão em planilha"]}


def test_a_delivered_idea_shows_its_release(item) -> None:
    idea = make.idea(status="delivered", delivered_release_id=make.release(OUT).id)
    assert of_idea(idea) == {OUT: []}


def test_published_releases_are_listed_after_forecasts(item) -> None:
    idea = make.idea(status="planned", target_release_id=make.release(FORECAST).id)
    item(make.release(OUT), "A primeira parte", idea)
    item(make.release(FORECAST), "O que faltava", idea)
    assert list(of_idea(idea).items()) == [(FORECAST, ["O que faltava"]), (OUT, ["A primeira parte"])]


def test_a_declined_idea_shows_no_forecast(item) -> None:
    idea = make.idea(status="declined")
    item(make.release(FORECAST), "Razão em planilha", idea)
    assert panels.of_idea(idea) is None


def test_links_of_a_merged_idea_are_shown_with_its_canonical_idea(item) -> None:
    root, merged = make.idea(), make.idea()
    merged.merged_into_id = merged.root_id = root.id
    item(make.release(OUT), "Razão em planilha", merged)
    assert of_idea(root) == {OUT: ["Razão em planilha"]}


def test_b20_an_unannounced_target_is_not_shown() -> None:
    erp = db.session.query(Product).filter_by(key="erp").one()
    release = Release(product_id=erp.id, version="13.0")
    db.session.add(release)
    db.session.flush()
    assert panels.of_idea(make.idea(status="planned", target_release_id=release.id)) is None


def test_the_board_shows_recent_deliveries_newest_release_first(asked) -> None:
    old, new = make.release("12.1.2410"), make.release(OUT)
    earlier = asked(make.idea(status="delivered", delivered_release_id=old.id), 99)
    few = asked(make.idea(status="delivered", delivered_release_id=new.id), 2)
    many = asked(make.idea(status="delivered", delivered_release_id=new.id), 7)
    found = panels.of_board()
    assert found is not None
    assert [idea.id for idea in found["ideas"]] == [many.id, few.id, earlier.id]


def test_without_deliveries_there_is_no_panel() -> None:
    assert panels.of_board() is None


def test_each_panel_is_one_statement(item) -> None:
    idea = make.idea(status="delivered", delivered_release_id=make.release(OUT).id)
    item(make.release(OUT), "Razão em planilha", idea)
    with statements() as sent:
        panels.of_idea(idea)
        panels.of_board()
    assert len(sent) == 2


def test_both_panels_are_on_their_pages(browser, item) -> None:
    idea = make.idea("Exportar o razão", status="delivered", delivered_release_id=make.release(OUT).id)
    item(make.release(OUT), "Razão em planilha", idea)
    client = browser()
    page = client.get(f"/ideias/{idea.id}-{idea.slug}").text
    assert 'href="/releases/erp/12.1.2510"' in page
    assert "Razão em planilha" in page
    assert "Entregues há pouco" in client.get("/").text
