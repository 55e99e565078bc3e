"""Items of announced releases are found by the subject of a ticket."""

from typing import Any

from ideas.accounts.models import Person
from ideas.db import db
from ideas.products.models import Product, Release
from ideas.releases import finding
from tests import make
from tests.conftest import HTMX


def test_an_item_is_found_by_similar_words(item: Any) -> None:
    found = item(make.release(), "Rejeição 539 do CT-e em contingência corrigida", kind="fix")
    finding.index(found)
    finding.index(item(make.release(), "Relatório de férias por setor"))
    similar = finding.similar_items("rejeicao 539 cte em contingencia")
    assert [(one.title, release.version) for one, release, _ in similar] == [(found.title, "12.1.2510")]


def test_b20_items_of_unannounced_releases_are_not_found(item: Any) -> None:
    erp = db.session.query(Product).filter_by(key="erp").one()
    release = Release(product_id=erp.id, version="13.0")
    db.session.add(release)
    db.session.flush()
    finding.index(item(release, "Rejeição 539 do CT-e em contingência corrigida"))
    assert finding.similar_items("rejeição 539 do CT-e em contingência corrigida") == []


def test_similar_items_are_shown_while_opening_a_ticket(item: Any, browser: Any, ana: Person) -> None:
    finding.index(item(make.release(), "Rejeição 539 do CT-e em contingência corrigida", kind="fix"))
    page = browser(ana).get("/chamados/novo/sugestoes?subject=Rejeição+539+do+CT-e+em+contingência", headers=HTMX).text
    assert "/releases/erp/12.1.2510" in page


def test_the_command_indexes_existing_items(item: Any, app: Any) -> None:
    item(make.release(), "Rejeição 539 do CT-e em contingência corrigida", kind="fix")
    db.session.commit()
    assert app.test_cli_runner().invoke(args=["releases", "index"]).exit_code == 0
    assert len(finding.similar_items("Rejeição 539 do CT-e em contingência")) == 1
