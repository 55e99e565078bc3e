"""/esqueci-minha-senha: request a link, and set a new password with it. A GET never spends the link."""

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import password_rules, passwords, resetting
from ideas.accounts.documents import looks_like_cpf
from ideas.accounts.forms import NewPasswordForm, ResetForm
from ideas.accounts.links import LinkSpent
from ideas.accounts.routes.browsers import known_browser_cookie, remember_browser
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.clients import client_network
from ideas.web.languages import language
from ideas.web.secret_addresses import secret_address

bp = Blueprint("resets", __name__, url_prefix="/esqueci-minha-senha")
log = structlog.get_logger()


@bp.get("")
def new() -> str:
    return render_template("accounts/reset.html", form=ResetForm())


@bp.post("")
def create() -> Response:
    """Give the same answer for every account. It redirects, so that reloading sends no second request."""
    form = ResetForm()
    if not form.validate():
        return make_response(render_template("accounts/reset.html", form=form), 422)
    login = form.key.data or ""
    resetting.request_link(login, client_network(), known_browser_cookie(), language=language())
    db.session.commit()
    log.info("accounts:password:reset_asked", by_cpf=looks_like_cpf(login))
    return redirect(url_for(".sent"), code=303)


@bp.get("/enviado")
def sent() -> str:
    return render_template("accounts/reset_sent.html")


@bp.get("/<token>")
@secret_address
def edit(token: str) -> Response:
    try:
        resetting.person_by_token(token)
    except LinkSpent as refusal:
        return _spent(refusal)
    return _page(token, NewPasswordForm())


@bp.post("/<token>")
@secret_address
def update(token: str) -> Response:
    form = NewPasswordForm()
    try:
        person = resetting.person_by_token(token)
        if not form.validate():
            return _page(token, form, status=422)
        password_rules.check_for(person, form.password.data or "")
        # Hashing is slow: close the transaction first.
        db.session.rollback()
        person = resetting.set_password(token, passwords.hash_password(form.password.data or ""))
    except LinkSpent as refusal:
        return _spent(refusal)
    except Refused as refusal:
        db.session.rollback()
        form.password.errors = [refusals.message_of(refusal)]
        return _page(token, form, status=refusal.status)
    person_id = person.id
    db.session.commit()
    log.info("accounts:password:reset", person=person_id)
    flash(gettext("Senha trocada. Entre com a nova."))
    # The owner of the mailbox: a flood of wrong passwords must not lock out this browser.
    return remember_browser(redirect(url_for("sessions.new"), code=303), person_id)


def _page(token: str, form: NewPasswordForm, *, status: int = 200) -> Response:
    page = render_template("accounts/reset_password.html", token=token, form=form)
    return make_response(page, status)


def _spent(refusal: LinkSpent) -> Response:
    db.session.rollback()
    log.warning("accounts:link:refused", purpose=resetting.PURPOSE)
    page = render_template("accounts/link_spent.html", refusal=refusals.message_of(refusal), again=url_for(".new"))
    return make_response(page, refusal.status)
