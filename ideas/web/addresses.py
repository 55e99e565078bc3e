"""Addresses that come from a request: believed only when they lead back into the portal, kept free of secrets."""

from collections.abc import Callable
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, flash, redirect, request
from flask_babel import gettext
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter
from werkzeug.wrappers import Response

from ideas.db import LARGEST_ID


class RowNumber(IntegerConverter):
    """`<int:…>`: a row's number. One that no row can have is no address of the portal."""

    # What is longer is not even looked at: the routing would answer 405 to it where two methods have an address.
    regex = "[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


class Word(UnicodeConverter):
    """`<…>`: a code, a token, a name. PostgreSQL can't be asked for one with a NUL in it."""

    def __init__(self, map: Map) -> None:
        super().__init__(map)
        self.regex = "[^/\0]+"


def narrow(app: Flask) -> None:
    """Let the addresses that are registered from now on hold only what a row can have."""
    app.url_map.converters |= {"int": RowNumber, "default": Word}


def keep_out(app: Flask, secret: Callable[[str], bool]) -> None:
    """Send whoever typed a secret (a CPF) into a search on to the same page without it.

    No page then repeats it, and no link, history or `Referer` carries it on.
    """

    def without() -> Response | None:
        asked = list(request.args.items(multi=True))
        kept = [(name, value) for name, value in asked if not secret(name) and not secret(value)]
        if request.method != "GET" or kept == asked:
            return None
        flash(gettext("Um CPF não pode ficar no endereço da página: continuamos sem ele."), "error")
        return redirect(own_path(quote(request.path) + ("?" + urlencode(kept) if kept else "")), code=303)

    app.before_request(without)


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
