"""The roadmap: which ideas it shows, in which order, and its page."""

from datetime import timedelta

import pytest

from ideas import clock
from ideas.board.models import Idea
from ideas.db import db
from ideas.products.models import Product, Release
from ideas.releases import roadmap
from tests import make
from tests.conftest import statements


def titles(column: roadmap.RoadmapColumn) -> list[list[str]]:
    return [[card.title for card in group.cards] for group in column.groups]


def planned(title: str, **facts) -> Idea:
    return make.idea(title, status="planned", **facts)


def test_each_idea_is_in_the_column_of_its_status() -> None:
    for status in ("new", "under_review", "needs_info", "planned", "in_progress", "delivered", "declined"):
        make.idea(f"Esta ideia é {status}", status=status)
    assert [titles(column) for column in roadmap.columns()] == [
        [["Esta ideia é planned"]],
        [["Esta ideia é in_progress"]],
        [["Esta ideia é delivered"]],
    ]


def test_planned_ideas_are_ordered_by_release_or_quarter_and_undated_last() -> None:
    release = make.release("12.1.2610")
    release.planned_on = (
        clock.noon_in_sao_paulo(clock.date_in_sao_paulo(clock.now())).date().replace(year=2031, month=2, day=10)
    )
    planned("Sem data nenhuma")
    planned("No primeiro trimestre", target_quarter="2031-T1")
    planned("No último trimestre antes", target_quarter="2030-T4")
    planned("No terceiro trimestre antes", target_quarter="2030-T3")
    planned("Na release de fevereiro", target_release_id=release.id)
    column = roadmap.columns()[0]
    assert titles(column) == [
        ["No terceiro trimestre antes"],
        ["No último trimestre antes"],
        ["Na release de fevereiro"],
        ["No primeiro trimestre"],
        ["Sem data nenhuma"],
    ]


def test_a_release_without_a_day_is_after_dated_ones_and_before_no_target() -> None:
    planned("Sem data nenhuma")
    planned("Na release sem dia", target_release_id=make.release("12.1.2610").id)
    planned("No trimestre distante", target_quarter="2099-T4")
    assert titles(roadmap.columns()[0]) == [["No trimestre distante"], ["Na release sem dia"], ["Sem data nenhuma"]]


def test_delivered_ones_are_those_of_the_last_twelve_months_newest_release_first() -> None:
    old, new = make.release("12.1.2410"), make.release("12.1.2510")
    make.idea("Entregue há mais de um ano", status="delivered", delivered_release_id=old.id)
    make.idea("Entregue há um mês", status="delivered", delivered_release_id=new.id)
    assert titles(roadmap.columns()[2]) == [["Entregue há um mês"]]
    old.published_at = clock.now() - timedelta(days=300)
    db.session.flush()
    assert titles(roadmap.columns()[2]) == [["Entregue há um mês"], ["Entregue há mais de um ano"]]


def test_within_a_group_those_with_more_people_come_first(asked) -> None:
    asked(planned("Com três pessoas"), 3)
    asked(planned("Com nove pessoas"), 9)
    newest = asked(planned("Também com três"), 3)
    assert titles(roadmap.columns()[0]) == [["Com nove pessoas", newest.title, "Com três pessoas"]]


def test_a_column_holds_the_first_ones_and_says_how_many_there_are(asked, monkeypatch) -> None:
    monkeypatch.setattr(roadmap, "MAX_IDEAS", 2)
    for people in (1, 5, 3):
        asked(planned(f"Com {people} pessoas"), people)
    column = roadmap.columns()[0]
    assert titles(column) == [["Com 5 pessoas", "Com 3 pessoas"]]
    assert (column.shown, column.total) == (2, 3)


def test_one_product_shows_its_own(asked) -> None:
    rh = db.session.query(Product).filter_by(key="rh").one()
    planned("Do ERP, esta não")
    planned("Do RH, esta sim", product="rh")
    assert titles(roadmap.columns(rh)[0]) == [["Do RH, esta sim"]]
    assert [one.key for one in roadmap.products()] == ["erp", "rh"]


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_unlisted_ideas_are_not_counted(fact) -> None:
    planned("Escondida de todos", **{fact: clock.now()})
    assert roadmap.columns()[0].total == 0


def test_merged_ideas_are_not_listed_beside_their_canonical_idea() -> None:
    root, merged = planned("A ideia que ficou"), planned("A ideia repetida")
    merged.merged_into_id = merged.root_id = root.id
    assert titles(roadmap.columns()[0]) == [["A ideia que ficou"]]


def test_b20_an_unannounced_target_is_not_shown() -> None:
    erp = db.session.query(Product).filter_by(key="erp").one()
    secret = Release(product_id=erp.id, version="13.0", planned_on=clock.date_in_sao_paulo(clock.now()))
    db.session.add(secret)
    db.session.flush()
    planned("Espera a release secreta", target_release_id=secret.id)
    group = roadmap.columns()[0].groups[0]
    assert (group.release, group.day) == (None, None)


def test_the_page_shows_three_columns_and_the_target_of_each_idea(browser) -> None:
    release = make.release("12.1.2610")
    idea = planned("Exportar o razão", target_release_id=release.id)
    planned("Pix no recibo", target_quarter="2031-T2")
    page = browser().get("/roteiro").text
    assert page.index("Planejadas") < page.index("Em desenvolvimento") < page.index("Entregues")
    assert f'href="/ideias/{idea.id}-exportar-o-razao"' in page
    assert 'href="/releases/erp/12.1.2610"' in page
    assert "2º trimestre de 2031" in page
    assert "Nada em desenvolvimento por enquanto." in page


def test_the_rest_of_a_column_is_on_the_board(browser, monkeypatch) -> None:
    monkeypatch.setattr(roadmap, "MAX_IDEAS", 1)
    planned("Uma planejada"), planned("Outra planejada")
    client = browser()
    page = client.get("/roteiro").text
    assert 'href="/?situacao=planned&amp;ordem=mais-votadas"' in page
    assert client.get("/?situacao=planned&ordem=mais-votadas").status_code == 200
    planned("Mais uma, do RH", product="rh"), planned("E outra do RH", product="rh")
    assert "produto=rh" in client.get("/roteiro?produto=rh").text


def test_products_are_links_and_unknown_ones_404(browser) -> None:
    planned("Uma do ERP"), planned("Uma do RH", product="rh")
    page = browser().get("/roteiro?produto=rh").text
    assert "Uma do ERP" not in page
    assert 'href="/roteiro?produto=rh" aria-current="page">RH</a>' in page
    for word in ("nada", "%00", "rh&produto=nada"):
        assert browser().get(f"/roteiro?produto={word}").status_code == (200 if word.startswith("rh") else 404)


@pytest.mark.parametrize("language", ["pt", "es", "en"])
def test_it_speaks_three_languages(browser, language) -> None:
    planned("Pix no recibo", target_quarter="2031-T2", module="fiscal")
    assert browser().get("/roteiro", headers={"Accept-Language": language}).status_code == 200


def test_statements_do_not_grow_with_the_roadmap(browser, carla) -> None:
    visitor, member = browser(), browser(carla)
    for more in (0, 6):
        for number in range(more):
            planned(f"Planejada {number}", target_release_id=make.release("12.1.2610").id, module="fiscal")
            make.idea(f"Entregue {number}", status="delivered")
        for client, most in [(visitor, 4), (member, 6)]:
            client.get("/roteiro")
            with statements() as sent:
                client.get("/roteiro")
            assert len(sent) <= most, "\n".join(sent)
