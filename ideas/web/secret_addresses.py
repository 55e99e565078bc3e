"""Addresses that hold a secret token, such as the link of an invitation or of a password reset.

They are not cached, browsers send only the origin as referrer, and no other address contains them.
"""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from flask import current_app, request, session
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

View = TypeVar("View", bound=Callable[..., object])
_views: set[Callable[..., object]] = set()
_RETURN_TO = "return_to"


def secret_address(view: View) -> View:
    """Declare that the addresses of this view hold a token."""
    _views.add(view)
    return view


def is_secret(endpoint: str | None) -> bool:
    """Return whether the addresses of the endpoint hold a token."""
    return endpoint is not None and current_app.view_functions.get(endpoint) in _views


def set_headers(response: Response) -> None:
    """Set the headers of a response from a secret address, also of an error."""
    if is_secret(request.endpoint):
        response.headers["Referrer-Policy"], response.headers["Cache-Control"] = "strict-origin", "no-store"


def path_without_secret(path: str) -> str:
    """Return the path, or "/" if it leads to a secret address."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(urlsplit(path).path)
    except HTTPException:
        return path
    return "/" if is_secret(endpoint) else path


def return_after_sign_in() -> None:
    """Remember this page in the signed cookie, so that signing in leads back to it."""
    session[_RETURN_TO] = request.path


def pop_return_path() -> str | None:
    """Return the remembered page, and forget it."""
    path: str | None = session.pop(_RETURN_TO, None)
    return path
