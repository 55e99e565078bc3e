"""A form sent without a session loses nothing: it is kept, and offered again after signing in."""

from flask import Request, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.storing import PendingDeed
from ideas.web import cookies
from ideas.web.addresses import page_of_form
from ideas.web.forms import page_fields
from ideas.web.responses import is_htmx

#: Deeds that mean nothing once the session is gone.
_NOT_KEPT = {
    "sessions.destroy",
    "active_company.update",
    "drafts.destroy",
    "password_changes.update",
    "email_changes.create",
}
#: Sent along with a kept form, so that the answer to it lets go of the cookie.
SENT = "kept_form"
_WAS = "was"
_COOKIE = "kept"


def remember(person_id: int) -> None:
    """Note in the browser's signed cookie whose session ran out, so that what is kept now is theirs alone."""
    session[_WAS] = person_id


def keep_and_ask(sent: Request) -> Response:
    """Keep the fields of the form, and ask to sign in: 303 for a browser, 401 with a dialog for htmx."""
    token = _keep(sent) if sent.method == "POST" and sent.endpoint not in _NOT_KEPT else None
    sign_in = url_for("sessions.new", next=page_of_form())
    answer = _dialog(sign_in, kept=token is not None) if is_htmx() else redirect(sign_in, code=303)
    if token is not None:
        cookies.keep(answer, _COOKIE, token, lasts=storing.LASTS)
    return answer


def token() -> str | None:
    """What this browser's cookie says of a kept form."""
    return cookies.held(_COOKIE)


def onward(person_id: int, otherwise: str) -> str:
    """Where to go after signing in: to what was kept for this person, else where they were going."""
    held = token()
    if held and storing.kept(held, person_id) is not None:
        return url_for("drafts.show", next=otherwise)
    return otherwise


def let_go(answer: Response) -> Response:
    """Take the cookie away once the kept form was sent again and accepted, or thrown away."""
    cookies.forget(answer, _COOKIE)
    return answer


def _keep(sent: Request) -> str | None:
    deed = PendingDeed(sent.full_path.rstrip("?"), page_of_form(), page_fields())
    kept = storing.keep(deed, person_id=session.get(_WAS), token=token())
    db.session.commit()
    return kept


def _dialog(sign_in: str, *, kept: bool) -> Response:
    answer = make_response(render_template("drafts/_sign_in.html", sign_in=sign_in, kept=kept), 401)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return answer
