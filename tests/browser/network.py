"""What a test's Chromium may reach: the portal itself, and the CDN's htmx from the copy in tests/vendor."""

import re
from pathlib import Path

from playwright.sync_api import Route

from ideas.config import HTMX_CDN

#: Every address but the portal's own. Requests of the portal pass without being stopped, which halves their cost.
OUTSIDE = re.compile(r"^(?!http://localhost:)")
HTMX_COPY = Path(__file__).parent.parent / "vendor" / "htmx-4.0.1.min.js"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def answer(route: Route) -> None:
    """Answer for the CDN and shut everything else out: for `context.route(OUTSIDE, answer)`."""
    if route.request.url == HTMX_CDN:
        route.fulfill(path=HTMX_COPY, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})
    else:
        route.abort()
