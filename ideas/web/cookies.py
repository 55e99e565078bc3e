"""The portal's cookies beside the session's own: no script reads them, and over HTTPS no other host sets them."""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response


def held(word: str) -> str | None:
    """What the browser keeps under that word."""
    return request.cookies.get(_name(word))


def keep(answer: Response, word: str, value: str, *, lasts: timedelta) -> None:
    """Have the browser keep this."""
    answer.set_cookie(_name(word), value, max_age=lasts, path="/", secure=_secure(), httponly=True, samesite="Lax")


def forget(answer: Response, word: str) -> None:
    """Have the browser keep nothing under that word any more."""
    answer.delete_cookie(_name(word), path="/", secure=_secure(), httponly=True, samesite="Lax")


def _name(word: str) -> str:
    return f"__Host-{word}" if _secure() else word


def _secure() -> bool:
    return bool(current_app.extensions["settings"].secure)
