"""Atom feeds (RFC 4287) for all features. They contain only what visitors may see."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen.feed import FeedGenerator
from flask import current_app, request
from werkzeug.wrappers import Response

from ideas import clock
from ideas.config import Settings
from ideas.web.languages import language

#: Characters that XML 1.0 does not allow, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
MAX_AGE_SECONDS = 300


class FeedEntry(NamedTuple):
    """An entry of a feed. `address` starts with a slash; `html` is already sanitized."""

    key: str
    title: str
    address: str
    published: datetime
    updated: datetime
    html: str


def feed(title: str, *, address: str, entries: Sequence[FeedEntry]) -> Response:
    """Return the feed of the page at that address, or 304 if the reader already has it."""
    settings: Settings = current_app.extensions["settings"]
    generator = FeedGenerator()
    generator.id(settings.portal_url + request.full_path.rstrip("?"))
    generator.title(_valid_xml(title))
    generator.author(name=settings.portal_name)
    generator.language(language())
    generator.link(href=settings.portal_url + request.full_path.rstrip("?"), rel="self", type="application/atom+xml")
    generator.link(href=settings.portal_url + address, rel="alternate", type="text/html")
    generator.updated(max((entry.updated for entry in entries), default=clock.now()))
    for entry in entries:
        _add(generator, entry, settings)
    response = Response(generator.atom_str(), mimetype="application/atom+xml")
    response.headers["Cache-Control"] = f"private, max-age={MAX_AGE_SECONDS}"
    response.add_etag()
    return response.make_conditional(request.environ)


def _add(generator: FeedGenerator, entry: FeedEntry, settings: Settings) -> None:
    added = generator.add_entry(order="append")
    added.id(f"{settings.portal_url}{entry.address.partition('#')[0]}#{entry.key}")
    added.title(_valid_xml(entry.title))
    added.link(href=settings.portal_url + entry.address)
    added.published(entry.published)
    added.updated(entry.updated)
    added.content(_valid_xml(entry.html), type="html")


def _valid_xml(text: str) -> str:
    return _FORBIDDEN.sub("", text)
