"""What a test's Chromium may reach: the portal itself, and the CDN's htmx from the copy in tests/vendor."""

from pathlib import Path

from playwright.sync_api import Route

from ideas.config import HTMX_CDN

HTMX_COPY = Path(__file__).parent.parent / "vendor" / "htmx-4.0.1.min.js"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


def answer(route: Route) -> None:
    """Answer, let through or shut: for `context.route("**/*", answer)`."""
    url = route.request.url
    if url == HTMX_CDN:
        route.fulfill(path=HTMX_COPY, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})
    elif url.startswith("http://localhost:"):
        route.continue_()
    else:
        route.abort()
