"""The portal's own cookies: HttpOnly, and with the `__Host-` prefix over HTTPS."""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response


def get(name: str) -> str | None:
    """Return the cookie's value, if the browser sent it."""
    return request.cookies.get(_full_name(name))


def store(response: Response, name: str, value: str, *, max_age: timedelta) -> None:
    """Set the cookie in the response."""
    response.set_cookie(
        _full_name(name), value, max_age=max_age, path="/", secure=_secure(), httponly=True, samesite="Lax"
    )


def delete(response: Response, name: str) -> None:
    """Delete the cookie in the response."""
    response.delete_cookie(_full_name(name), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _full_name(name: str) -> str:
    return f"__Host-{name}" if _secure() else name


def _secure() -> bool:
    return bool(current_app.extensions["settings"].secure)
