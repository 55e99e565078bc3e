"""The release report of a product."""

from datetime import timedelta

import pytest

from ideas import clock
from ideas.db import db
from ideas.products.models import Product, Release
from ideas.releases import report
from ideas.releases.report import ReleaseState
from tests import make
from tests.conftest import statements


@pytest.fixture
def erp() -> Product:
    return db.session.query(Product).filter_by(key="erp").one()


def another(product: Product, version: str, **facts) -> Release:
    made = Release(product_id=product.id, version=version, **facts)
    db.session.add(made)
    db.session.flush()
    return made


def ago(days: int):
    return clock.now() - timedelta(days=days)


def versions(editions) -> list[str]:
    return [one.release.version for one in editions]


def test_the_latest_published_is_current_and_the_others_are_previous(erp) -> None:
    found = report.report_of(erp)
    assert found.current is not None
    assert found.current.release.version == "12.1.2510"
    assert versions(found.previous) == ["12.1.2410"]
    assert versions(found.upcoming) == ["12.1.2610"]
    assert [found.current.state, found.previous[0].state] == [ReleaseState.CURRENT, ReleaseState.PREVIOUS]


def test_a_fix_of_an_old_line_that_comes_out_last_is_current(erp) -> None:
    another(erp, "12.1.2410-b", announced_at=ago(3), published_at=ago(1))
    found = report.report_of(erp)
    assert found.current is not None
    assert found.current.release.version == "12.1.2410-b"


def test_b20_what_is_not_announced_is_not_in_the_report(erp) -> None:
    another(erp, "13.0")
    found = report.report_of(erp)
    assert "13.0" not in versions([*found.upcoming, *found.previous, *found.older])
    assert report.edition("erp", "13.0") is None


def test_forecasts_are_listed_soonest_first_and_undated_last(erp) -> None:
    today = clock.date_in_sao_paulo(clock.now())
    another(erp, "late", announced_at=ago(1), planned_on=today + timedelta(days=300))
    another(erp, "soon", announced_at=ago(1), planned_on=today + timedelta(days=3))
    assert versions(report.report_of(erp).upcoming) == ["soon", "late", "12.1.2610"]


def test_only_the_latest_previous_releases_have_their_items(erp, item) -> None:
    for number in range(report.WITH_ITEMS + 2):
        item(another(erp, f"old-{number}", announced_at=ago(900), published_at=ago(800 + number)), f"Item {number}")
    found = report.report_of(erp)
    assert len(found.previous) == report.WITH_ITEMS
    assert len(found.older) == 3
    assert found.previous[1].entries
    assert not found.older[0].entries


def test_items_are_grouped_by_kind_in_one_order_and_keep_theirs_within(erp, item) -> None:
    release = make.release("12.1.2510")
    for place, kind in enumerate(["fix", "legal", "improvement", "innovation", "fix"]):
        item(release, f"{kind} {place}", kind=kind, position=place)
    found = report.report_of(erp).current
    assert found is not None
    groups = [(kind.value, [entry.item.title for entry in entries]) for kind, entries in found.groups]
    assert groups == [
        ("innovation", ["innovation 3"]),
        ("improvement", ["improvement 2"]),
        ("legal", ["legal 1"]),
        ("fix", ["fix 0", "fix 4"]),
    ]


def test_an_item_names_its_ideas_with_how_many_people_asked(erp, item, asked) -> None:
    few, many = asked(make.idea(), 3), asked(make.idea(), 128)
    item(make.release("12.1.2510"), "Razão em planilha", few, many)
    item(make.release("12.1.2410"), "Outra coisa", make.idea())
    found = report.report_of(erp).current
    assert found is not None
    assert [(idea.id, idea.people_count) for idea in found.entries[0].ideas] == [(many.id, 128), (few.id, 3)]


def test_a_merged_idea_is_listed_once_as_its_canonical_idea(erp, item, asked) -> None:
    root, merged = asked(make.idea("A ideia que ficou"), 18), make.idea("A ideia repetida")
    merged.merged_into_id = merged.root_id = root.id
    item(make.release("12.1.2510"), "Razão em planilha", root, merged)
    found = report.report_of(erp).current
    assert found is not None
    assert [idea.title for idea in found.entries[0].ideas] == ["A ideia que ficou"]


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_an_unlisted_idea_is_not_named(erp, item, fact) -> None:
    release = make.release("12.1.2510")
    item(release, "Razão em planilha", make.idea(**{fact: clock.now()}))
    make.idea(status="delivered", delivered_release_id=release.id, **{fact: clock.now()})
    found = report.report_of(erp).current
    assert found is not None
    assert found.entries[0].ideas == []
    assert found.others == []


def test_delivered_ideas_without_an_item_are_listed_too(erp, item) -> None:
    release = make.release("12.1.2510")
    named = make.idea(status="delivered", delivered_release_id=release.id)
    unnamed = make.idea(status="delivered", delivered_release_id=release.id)
    item(release, "Razão em planilha", named)
    found = report.report_of(erp).current
    assert found is not None
    assert [idea.id for idea in found.others] == [unnamed.id]


def test_support_ends_with_its_last_day(erp) -> None:
    release = make.release("12.1.2510")
    for days, supported in [(0, True), (-1, False), (1, True)]:
        release.support_ends_on = clock.date_in_sao_paulo(clock.now()) + timedelta(days=days)
        db.session.flush()
        found = report.report_of(erp).current
        assert found is not None
        assert found.is_supported is supported


def test_products_with_a_report_are_open_or_have_releases(erp) -> None:
    rh = db.session.query(Product).filter_by(key="rh").one()
    assert [one.key for one in report.products()] == ["erp", "rh"]
    erp.closed_at = rh.closed_at = clock.now()
    db.session.flush()
    assert [one.key for one in report.products()] == ["erp"]


def test_a_report_takes_three_statements_however_much_is_in_it(erp, item) -> None:
    for number in range(5):
        item(make.release("12.1.2510"), f"Item {number}", make.idea(), make.idea())
    with statements() as sent:
        report.report_of(erp)
    assert len(sent) == 3
