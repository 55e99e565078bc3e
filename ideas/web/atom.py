"""Feeds in Atom (RFC 4287): one shape for every feature's, what a visitor may see and nothing more."""

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

#: What no XML 1.0 document may hold, however it is written.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Seconds in which a reader need not ask again.
FRESH = 300


class Entry(NamedTuple):
    """One thing of a feed. `address` begins with a slash; `html` is safe already."""

    key: str
    title: str
    address: str
    published: datetime
    updated: datetime
    html: str


def feed(title: str, *, address: str, entries: Sequence[Entry]) -> Response:
    """The feed of the page at that address; 304 for a reader that has it already."""
    settings: Settings = current_app.extensions["settings"]
    made = FeedGenerator()
    made.id(settings.portal_url + request.full_path.rstrip("?"))
    made.title(_plain(title))
    made.author(name=settings.portal_name)
    made.language(language())
    made.link(href=settings.portal_url + request.full_path.rstrip("?"), rel="self", type="application/atom+xml")
    made.link(href=settings.portal_url + address, rel="alternate", type="text/html")
    made.updated(max((entry.updated for entry in entries), default=clock.now()))
    for entry in entries:
        _add(made, entry, settings)
    answer = Response(made.atom_str(), mimetype="application/atom+xml")
    answer.headers["Cache-Control"] = f"private, max-age={FRESH}"
    answer.add_etag()
    return answer.make_conditional(request.environ)


def _add(made: FeedGenerator, entry: Entry, settings: Settings) -> None:
    one = made.add_entry(order="append")
    one.id(f"{settings.portal_url}{entry.address.partition('#')[0]}#{entry.key}")
    one.title(_plain(entry.title))
    one.link(href=settings.portal_url + entry.address)
    one.published(entry.published)
    one.updated(entry.updated)
    one.content(_plain(entry.html), type="html")


def _plain(words: str) -> str:
    """The words without what XML 1.0 can't hold."""
    return _FORBIDDEN.sub("", words)
