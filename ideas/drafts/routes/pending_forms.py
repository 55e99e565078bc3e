"""Store a form that was sent without a session, and offer it again after sign-in."""

from flask import Request, make_response, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.storing import PendingForm
from ideas.web import cookies, gate
from ideas.web.addresses import referring_path
from ideas.web.forms import submitted_fields
from ideas.web.responses import is_htmx

#: Endpoints whose form is useless once the session has expired.
NOT_STORED = {
    "sessions.destroy",
    "active_company.update",
    "drafts.destroy",
    "password_changes.update",
    "email_changes.create",
}
#: The field that marks a form as sent again, so that its answer clears the cookie.
RESENT_FIELD = "kept_form"
_EXPIRED_PERSON = "was"
_COOKIE = "kept"


def remember_person(person_id: int) -> None:
    """Remember in the signed cookie whose session expired, so that only they can see the stored form."""
    session[_EXPIRED_PERSON] = person_id


def store_and_ask_to_sign_in(submitted: Request) -> Response:
    """Store the form and ask the person to sign in: 303 for a browser, 401 with a dialog for htmx."""
    token = _store(submitted) if submitted.method == "POST" and submitted.endpoint not in NOT_STORED else None
    sign_in = url_for("sessions.new", next=referring_path())
    answer = _dialog(sign_in, stored=token is not None) if is_htmx() else redirect(sign_in, code=303)
    if token is not None:
        cookies.store(answer, _COOKIE, token, max_age=storing.RETENTION)
    return answer


def cookie_token() -> str | None:
    """Return the token of a stored form from this browser's cookie."""
    return cookies.get(_COOKIE)


def address_after_sign_in(person_id: int, default: str) -> str:
    """Return the address of the person's stored form if there is one, else `default`."""
    token = cookie_token()
    if token and storing.find(token, person_id) is not None:
        return url_for("drafts.show", next=default)
    return default


def clear_cookie(answer: Response) -> Response:
    """Delete the cookie: the stored form was sent again and accepted, or discarded."""
    cookies.delete(answer, _COOKIE)
    return answer


def _store(submitted: Request) -> str | None:
    """Store the form, unless another site may have sent it: it would be offered as the person's own."""
    if not gate.is_from_portal():
        return None
    form = PendingForm(submitted.full_path.rstrip("?"), referring_path(), submitted_fields())
    token = storing.store(form, person_id=session.get(_EXPIRED_PERSON), token=cookie_token())
    db.session.commit()
    return token


def _dialog(sign_in: str, *, stored: bool) -> Response:
    answer = make_response(render_template("drafts/_sign_in.html", sign_in=sign_in, stored=stored), 401)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#dialog", "innerHTML"
    return answer
