"""/sitemap.xml: the listed ideas, for search engines."""

from xml.etree import ElementTree

from flask import Flask

from ideas import clock
from tests import make


def test_the_sitemap_has_exactly_the_listed_ideas(browser) -> None:
    ideas = [make.idea(f"Ideia & companhia {number}") for number in range(3)]
    make.idea(hidden_at=clock.now())
    merged = make.idea()
    merged.merged_into_id = merged.root_id = ideas[0].id
    answer = browser().get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    root = ElementTree.fromstring(answer.text)  # noqa: S314
    locations = [location.text for location in root.iter() if location.tag.endswith("loc")]
    assert locations == ["http://localhost:8000/", *(f"http://localhost:8000/ideias/{idea.id}-{idea.slug}" for idea in
                                                  reversed(ideas))]  # fmt: skip


def test_the_sitemap_is_not_found_if_reading_is_for_members(app: Flask, browser, monkeypatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], portal_reading="members"))
    assert browser().get("/sitemap.xml").status_code == 404
