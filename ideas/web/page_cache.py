"""Cache visitors' pages for `PAGE_CACHE_SECONDS`, in each process.

Only pages that are the same for every visitor are cached: a 200 response without cookies to a GET without a session,
from a route that is declared for readers (`headers.py` marks it). The key contains everything that a page varies by.
Signed-in people never get a cached page. An ETag lets browsers revalidate a page with a 304.
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

#: Key that headers.py sets in the request's environ if the response is the same for every visitor.
CACHEABLE = "portal.same_for_visitors"
_VARY = (
    "PATH_INFO", "QUERY_STRING", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "HTTP_HX_REQUEST",
    "HTTP_HX_BOOSTED", "HTTP_HX_HISTORY_RESTORE_REQUEST", "HTTP_HOST", "wsgi.url_scheme",
)  # fmt: skip
_BODY_HEADERS = {"content-length", "content-type", "content-encoding"}
_MAX_PAGES, _MAX_BYTES = 256, 300_000


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A response without its request id."""

    headers: Headers
    body: bytes
    etag: str
    expires_at: float


class PageCache:
    """WSGI middleware that responds with cached pages."""

    def __init__(self, app: Application, *, cookie: str, seconds: int) -> None:
        self._app, self._cookie, self._seconds = app, cookie + "=", seconds
        self._pages: OrderedDict[tuple[Any, ...], CachedPage] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or self._cookie in environ.get("HTTP_COOKIE", ""):
            return self._app(environ, start_response)
        key = tuple(map(environ.get, _VARY))
        page = self._pages.get(key)
        if page is None or page.expires_at < time.monotonic():
            return self._fetch(key, environ, start_response)
        return _respond(page, environ, start_response)

    def _fetch(self, key: tuple[Any, ...], environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Call the app, and cache the response if it is marked as cacheable."""
        started: list[Any] = []
        parts = self._app(environ, lambda *arguments: started.extend(arguments))
        if CACHEABLE not in environ:
            start_response(*started)
            return parts
        try:
            body = b"".join(parts)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        status, headers = started[:2]
        if not status.startswith("200") or len(body) > _MAX_BYTES or any(name == "Set-Cookie" for name, _ in headers):
            start_response(*started)
            return [body]
        page = _page(headers, body, time.monotonic() + self._seconds)
        with self._lock:
            self._pages[key] = page
            self._pages.move_to_end(key)
            while len(self._pages) > _MAX_PAGES:
                self._pages.popitem(last=False)
        return _respond(page, environ, start_response)


def _page(headers: Headers, body: bytes, expires_at: float) -> CachedPage:
    etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    stored = [(name, value) for name, value in headers if name not in {"X-Request-Id", "ETag"}]
    return CachedPage([*stored, ("ETag", etag)], body, etag, expires_at)


def _respond(page: CachedPage, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    own = ("X-Request-Id", secrets.token_hex(8))
    if page.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        rest = [(name, value) for name, value in page.headers if name.lower() not in _BODY_HEADERS]
        start_response("304 NOT MODIFIED", [*rest, own])
        return []
    start_response("200 OK", [*page.headers, own])
    return [page.body]
