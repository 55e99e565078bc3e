"""/perfil/senha: change the password, with the current one."""

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import credentials, password_rules, passwords
from ideas.accounts.forms import PasswordChangeForm
from ideas.accounts.routes.browsers import renew_session
from ideas.accounts.routes.reauthentication import WrongPassword, verify_current_password
from ideas.accounts.signing_in import TooManyAttempts
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.person import me, requester

bp = Blueprint("password_changes", __name__, url_prefix="/perfil/senha")
log = structlog.get_logger()


@bp.get("")
def edit() -> Response:
    return _page(PasswordChangeForm())


@bp.post("")
def update() -> Response:
    form = PasswordChangeForm()
    if not form.validate():
        return _page(form, status=422)
    session_id = requester().session_id
    try:
        password_rules.check_for(me(), form.password.data or "")
        verify_current_password(form.current_password.data or "")
        password_hash = passwords.hash_password(form.password.data or "")
    except Refused as refusal:
        db.session.rollback()
        at_fault = form.current_password if isinstance(refusal, WrongPassword | TooManyAttempts) else form.password
        at_fault.errors = [refusals.message_of(refusal)]
        return _page(form, status=refusal.status)
    credentials.replace_password(me(), password_hash, except_session_id=session_id)
    if session_id is not None:
        renew_session(session_id)
    db.session.commit()
    log.info("accounts:password:changed", person=me().id)
    flash(gettext("Senha trocada. Os outros aparelhos foram desconectados."))
    return redirect(url_for(".edit"), code=303)


def _page(form: PasswordChangeForm, *, status: int = 200) -> Response:
    return make_response(render_template("accounts/password.html", form=form), status)
