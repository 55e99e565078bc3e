"""The browser of a request: its session for Flask-Login, and whether it is known to an account."""

from datetime import timedelta

from flask import session
from flask_login import UserMixin, login_user
from werkzeug.wrappers import Response

from ideas import clock
from ideas.accounts import known_browsers, sessions
from ideas.web import cookies
from ideas.web.person import ANONYMOUS, Requester

_COOKIE = "device"
#: Sensitive actions ask for the password again, at most this often.
PASSWORD_FRESH_FOR = timedelta(minutes=10)
_PROVED_AT = "proved_at"


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
    note_password()


def renew_session(session_id: int) -> None:
    """Give this browser's session a new token, which makes a copied cookie useless."""
    login_user(SignedIn(sessions.renew(session_id)))


def note_password() -> None:
    """Note that the person just gave their password."""
    session[_PROVED_AT] = int(clock.now().timestamp())


def is_password_fresh() -> bool:
    """Return whether the person gave their password in the last ten minutes."""
    return int(session.get(_PROVED_AT, 0)) > (clock.now() - PASSWORD_FRESH_FOR).timestamp()


def known_browser_cookie() -> str | None:
    """Return this browser's cookie for known browsers."""
    return cookies.get(_COOKIE)


def remember_browser(answer: Response, person_id: int) -> Response:
    """Set the cookie that makes this browser known to the account."""
    cookies.store(answer, _COOKIE, known_browsers.create_cookie(person_id), max_age=known_browsers.LIFETIME)
    return answer
