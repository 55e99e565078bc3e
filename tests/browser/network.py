"""Network access of the tests' Chromium: the portal, and the copy of htmx in tests/vendor instead of the CDN."""

import re
from pathlib import Path

from playwright.sync_api import Route

from ideas.config import HTMX_CDN

#: Every address except the portal's. Requests to the portal are not intercepted, which halves their cost.
OUTSIDE = re.compile(r"^(?!http://localhost:)")
HTMX_COPY = Path(__file__).parent.parent / "vendor" / "htmx-4.0.1.min.js"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def answer(route: Route) -> None:
    """Serve htmx for the CDN and block everything else. Use it in `context.route(OUTSIDE, answer)`."""
    if route.request.url == HTMX_CDN:
        route.fulfill(path=HTMX_COPY, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})
    else:
        route.abort()
