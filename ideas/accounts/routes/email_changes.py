"""/perfil/email and /confirmar-email: change the email by a confirmation link. A GET never spends the link."""

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import credentials
from ideas.accounts.forms import EmailChangeForm
from ideas.accounts.links import LinkSpent
from ideas.accounts.routes.reauthentication import WrongPassword, verify_current_password
from ideas.accounts.signing_in import TooManyAttempts
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.clients import client_network
from ideas.web.person import me, person_or_none
from ideas.web.secret_addresses import secret_address

bp = Blueprint("email_changes", __name__)
log = structlog.get_logger()


@bp.get("/perfil/email")
def new() -> Response:
    return _page(EmailChangeForm())


@bp.post("/perfil/email")
def create() -> Response:
    form = EmailChangeForm()
    if not form.validate():
        return _page(form, status=422)
    try:
        verify_current_password(form.current_password.data or "")
        credentials.request_email_change(me(), form.email.data or "", network=client_network())
    except Refused as refusal:
        db.session.rollback()
        at_fault = form.current_password if isinstance(refusal, WrongPassword | TooManyAttempts) else form.email
        at_fault.errors = [refusals.message_of(refusal)]
        return _page(form, status=refusal.status)
    db.session.commit()
    log.info("accounts:email:change_asked", person=me().id)
    flash(gettext("Enviamos um link para %(email)s. O e-mail muda quando você abrir o link.", email=form.email.data))
    return redirect(url_for(".new"), code=303)


@bp.get("/confirmar-email/<token>")
@secret_address
def edit(token: str) -> Response:
    try:
        email = credentials.pending_email(token)
    except LinkSpent as refusal:
        return _spent(refusal)
    return make_response(render_template("accounts/email_confirm.html", token=token, email=email))


@bp.post("/confirmar-email/<token>")
@secret_address
def update(token: str) -> Response:
    try:
        person = credentials.confirm_email(token)
    except LinkSpent as refusal:
        return _spent(refusal)
    person_id = person.id
    db.session.commit()
    log.info("accounts:email:changed", person=person_id)
    flash(gettext("E-mail confirmado. Use-o para entrar a partir de agora."))
    return redirect(url_for("sessions.new") if person_or_none() is None else url_for(".new"), code=303)


def _page(form: EmailChangeForm, *, status: int = 200) -> Response:
    return make_response(render_template("accounts/email.html", form=form), status)


def _spent(refusal: LinkSpent) -> Response:
    db.session.rollback()
    log.warning("accounts:link:refused", purpose=credentials.EMAIL_PURPOSE)
    page = render_template("accounts/link_spent.html", refusal=refusals.message_of(refusal), again=url_for(".new"))
    return make_response(page, refusal.status)
