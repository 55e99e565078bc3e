"""/sitemap.xml: the ideas that search engines may know."""

from xml.etree import ElementTree

from flask import Flask

from ideas import clock
from tests import make


def test_every_listed_idea_is_in_the_map_and_no_other(browser) -> None:
    ideas = [make.idea(f"Ideia & companhia {number}") for number in range(3)]
    make.idea(hidden_at=clock.now())
    merged = make.idea()
    merged.merged_into_id = merged.root_id = ideas[0].id
    answer = browser().get("/sitemap.xml")
    assert answer.mimetype == "application/xml"
    places = [place.text for place in ElementTree.fromstring(answer.text).iter() if place.tag.endswith("loc")]  # noqa: S314
    assert places == ["http://localhost:8000/", *(f"http://localhost:8000/ideias/{idea.id}-{idea.slug}" for idea in
                                                  reversed(ideas))]  # fmt: skip


def test_there_is_no_map_while_only_members_read(app: Flask, browser, monkeypatch) -> None:
    from dataclasses import replace

    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], portal_reading="members"))
    assert browser().get("/sitemap.xml").status_code == 404
