"""What is known of a browser: what Flask-Login holds (models know nothing of it), its network, whose it is."""

from ipaddress import IPv6Address, ip_address, ip_network

from flask import request, session
from flask_login import UserMixin, login_user
from werkzeug.wrappers import Response

from ideas.accounts import known_browsers
from ideas.web import cookies
from ideas.web.person import VISITOR, Asker

_COOKIE = "device"


class SignedIn(UserMixin):  # type: ignore[misc]
    """A session, known to the browser by its token, and who is asking through it."""

    def __init__(self, token: str, asker: Asker = VISITOR) -> None:
        self.token = token
        self.asker = asker

    def get_id(self) -> str:
        """What the cookie holds: the session's token, never a person's number."""
        return self.token


def take_over(token: str) -> None:
    """Sign this browser in. A new identifier each time: whatever was planted in the cookie before is gone."""
    session.clear()
    session.permanent = True
    login_user(SignedIn(token))


def network() -> str:
    """The address that tries are counted for: of IPv6 the /64, which one subscriber holds."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)


def device() -> str | None:
    """What this browser shows of being familiar with an account."""
    return cookies.held(_COOKIE)


def make_familiar(answer: Response, person_id: int) -> Response:
    """Let the browser be known from now on as one that the account's owner uses."""
    cookies.keep(answer, _COOKIE, known_browsers.cookie_for(person_id), lasts=known_browsers.LASTS)
    return answer
