"""Visitors' pages, kept for a moment: a hundred people who open the board in one second cost as much as one.

Only what is the same for every visitor is kept: an answer 200 to a GET without a session, of a route that
is declared for readers (`headers.py` marks it), that sets no cookie. What a page may differ by is its key.
Nobody who is signed in ever gets a kept page; a visitor's is at most `PAGE_CACHE_SECONDS` old. With the
page goes an ETag, so that a browser that has it already is told so in a few bytes.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

#: What headers.py puts into a request's environment when its answer is every visitor's.
MARK = "portal.same_for_visitors"
_VARY = (
    "PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_HX_REQUEST",
    "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST", "HTTP_HOST", "wsgi.url_scheme",
)  # fmt: skip
_OF_THE_BODY = {"content-length", "content-type", "content-encoding"}
_MOST_PAGES, _MOST_BYTES = 256, 300_000


@dataclass(frozen=True, slots=True)
class Page:
    """An answer as it went out, without its request's id."""

    headers: Headers
    body: bytes
    etag: str
    until: float


class KeptPages:
    """The WSGI application around the portal that answers what it keeps."""

    def __init__(self, portal: Application, *, cookie: str, seconds: int) -> None:
        self._portal, self._cookie, self._seconds = portal, cookie + "=", seconds
        self._pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or self._cookie in environ.get("HTTP_COOKIE", ""):
            return self._portal(environ, start_response)
        key = tuple(map(environ.get, _VARY))
        page = self._pages.get(key)
        if page is None or page.until < time.monotonic():
            return self._ask(key, environ, start_response)
        return _answer(page, environ, start_response)

    def _ask(self, key: tuple[Any, ...], environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let the portal answer, and keep the answer if it is every visitor's."""
        begun: list[Any] = []
        parts = self._portal(environ, lambda *given: begun.extend(given))
        if MARK not in environ:
            start_response(*begun)
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = begun[:2]
        if not status.startswith("200") or len(body) > _MOST_BYTES or any(name == "Set-Cookie" for name, _ in headers):
            start_response(*begun)
            return [body]
        page = _page(headers, body, time.monotonic() + self._seconds)
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > _MOST_PAGES:
                self._pages.popitem(last=False)
        return _answer(page, environ, start_response)


def _page(headers: Headers, body: bytes, until: float) -> Page:
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    kept = [(name, value) for name, value in headers if name not in {"X-Request-Id", "ETag"}]
    return Page([*kept, ("ETag", etag)], body, etag, until)


def _answer(page: Page, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    own = ("X-Request-Id", secrets.token_hex(8))
    if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        rest = [(name, value) for name, value in page.headers if name.lower() not in _OF_THE_BODY]
        start_response("304 NOT MODIFIED", [*rest, own])
        return []
    start_response("200 OK", [*page.headers, own])
    return [page.body]
