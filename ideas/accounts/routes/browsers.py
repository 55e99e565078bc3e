"""The browser of a request: its session for Flask-Login, and whether it is known to an account."""

from flask import session
from flask_login import UserMixin, login_user
from werkzeug.wrappers import Response

from ideas.accounts import known_browsers
from ideas.web import cookies
from ideas.web.person import ANONYMOUS, Requester

_COOKIE = "device"


class SignedIn(UserMixin):  # type: ignore[misc]
    """The user object of Flask-Login: a session's token, and the requester."""

    def __init__(self, token: str, asker: Requester = ANONYMOUS) -> None:
        self.token = token
        self.asker = asker

    def get_id(self) -> str:
        """Return the session's token for the cookie, never a person's id."""
        return self.token


def sign_in_browser(token: str) -> None:
    """Sign this browser in. Clears the cookie first, which prevents session fixation."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(token))


def known_browser_cookie() -> str | None:
    """Return this browser's cookie for known browsers."""
    return cookies.get(_COOKIE)


def remember_browser(answer: Response, person_id: int) -> Response:
    """Set the cookie that makes this browser known to the account."""
    cookies.store(answer, _COOKIE, known_browsers.create_cookie(person_id), max_age=known_browsers.LIFETIME)
    return answer
