"""Addresses in requests: URL converters, redirects within the portal, and no secrets in query strings."""

from collections.abc import Callable
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, flash, redirect, request
from flask_babel import gettext
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter
from werkzeug.wrappers import Response

from ideas.db import LARGEST_ID
from ideas.web.secret_addresses import path_without_secret


class RowIdConverter(IntegerConverter):
    """`<int:…>`: an id. An id that is too large for its column does not match."""

    # A longer number must not match at all: routing answers 405 if only another method's rule matches.
    regex = "[0-9]{1,10}"

    def __init__(self, map: Map) -> None:
        super().__init__(map, max=LARGEST_ID)


class TextConverter(UnicodeConverter):
    """`<…>`: a code, a token or a name. PostgreSQL rejects text with a NUL."""

    def __init__(self, map: Map) -> None:
        super().__init__(map)
        self.regex = "[^/\0]+"


def install_converters(app: Flask) -> None:
    """Use these converters for all routes that are registered afterwards."""
    app.url_map.converters |= {"int": RowIdConverter, "default": TextConverter}


def drop_secret_parameters(app: Flask, secret: Callable[[str], bool]) -> None:
    """Redirect a GET with a secret (a CPF) in its query string to the same address without it.

    So no page repeats the secret, and no link, browser history or `Referer` contains it.
    """

    def redirect_without_secrets() -> Response | None:
        parameters = list(request.args.items(multi=True))
        harmless = [(name, value) for name, value in parameters if not secret(name) and not secret(value)]
        if request.method != "GET" or harmless == parameters:
            return None
        flash(gettext("Um CPF não pode ficar no endereço da página: continuamos sem ele."), "error")
        return redirect(local_path(quote(request.path) + ("?" + urlencode(harmless) if harmless else "")), code=303)

    app.before_request(redirect_without_secrets)


def local_path(address: str) -> str:
    """Return the address if it is a path within the portal, else "/".

    Browsers drop tabs and line breaks and treat a backslash as a slash, so none is allowed.
    """
    if not address.startswith("/") or address.startswith(("//", "/\\")) or len(address) > 2000:
        return "/"
    if any(ord(char) <= 32 or ord(char) == 127 or char == "\\" for char in address):
        return "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    return "/" if parts.netloc or parts.scheme else address


def referring_path() -> str:
    """Return the path of the page that sent the request; "/" if it is unknown, secret, or not the portal's."""
    page = request.headers.get("HX-Current-URL") or request.referrer or ""
    try:
        parts = urlsplit(page)
    except ValueError:
        return "/"
    if parts.netloc != request.host:
        return "/"
    return path_without_secret(local_path(parts.path + ("?" + parts.query if parts.query else "")))
