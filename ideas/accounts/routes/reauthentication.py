"""Ask for the password again before sensitive actions: an open session is not enough."""

from flask import Flask, make_response, render_template, request
from werkzeug.wrappers import Response

from ideas.accounts import signing_in
from ideas.accounts.documents import looks_like_cpf
from ideas.accounts.forms import FreshPasswordForm
from ideas.accounts.routes.browsers import is_password_fresh, note_password
from ideas.accounts.signing_in import WrongCredentials
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.rights import FRESH_PASSWORD
from ideas.web import refusals
from ideas.web.clients import client_network
from ideas.web.forms import submitted_fields
from ideas.web.person import me


class WrongPassword(Refused):
    """The password is not the current one."""

    message = N_("Esta não é a sua senha atual.")
    status = 422


def install(app: Flask) -> None:
    """Ask for the password before the routes of `rights.FRESH_PASSWORD`. Install it after the CSRF protection."""
    app.before_request(_require_fresh_password)


def verify_current_password(password: str) -> None:
    """Count and commit the attempt, then hash outside any transaction. Raises WrongPassword, TooManyAttempts."""
    attempt = signing_in.record_reauthentication(me(), client_network())
    db.session.commit()
    try:
        signing_in.verify_password(attempt, password)
    except WrongCredentials:
        raise WrongPassword from None
    signing_in.mark_proved(attempt)
    db.session.commit()
    note_password()


def _require_fresh_password() -> Response | None:
    """Show a page that sends the same form again, with the password."""
    if request.endpoint not in FRESH_PASSWORD or is_password_fresh():
        return None
    form, status = FreshPasswordForm(), 401
    if form.fresh_password.data:
        try:
            verify_current_password(form.fresh_password.data)
        except Refused as refusal:
            db.session.rollback()
            form.fresh_password.errors, status = [refusals.message_of(refusal)], refusal.status
        else:
            return None
    sent = submitted_fields()
    sent.pop(form.fresh_password.name, None)
    fields = [(name, "" if looks_like_cpf(value) else value) for name, values in sent.items() for value in values]
    action = request.full_path.rstrip("?")
    page = render_template("accounts/fresh_password.html", form=form, fields=fields, action=action)
    return make_response(page, status)
