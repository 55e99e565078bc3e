"""Addresses that come from a request, believed only when they lead back into the portal."""

from urllib.parse import urlsplit

from flask import request


def own_path(address: str) -> str:
    """The address if it is a path of this portal, else "/".

    Browsers drop tabs and line breaks and read a backslash as a slash, so none may be in it.
    """
    if not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 2000:
        return "/"
    if any(ord(letter) <= 32 or ord(letter) == 127 or letter == "\\" for letter in address):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.netloc or parts.scheme else address


def page_of_form() -> str:
    """The path of the page that the request was sent from; "/" when it is not one of ours, or unknown."""
    page = request.headers.get("HX-Current-URL") or request.referrer or ""
    try:
        parts = urlsplit(page)
    except ValueError:
        return "/"
    if parts.netloc != request.host:
        return "/"
    return own_path(parts.path + ("?" + parts.query if parts.query else ""))
