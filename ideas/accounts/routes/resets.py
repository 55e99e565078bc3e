"""/esqueci-minha-senha: ask for a link, and choose a new password by it. A GET spends nothing."""

import structlog
from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import password_rules, passwords, resetting
from ideas.accounts.documents import looks_like_cpf
from ideas.accounts.forms import NewPasswordForm, ResetForm
from ideas.accounts.links import LinkSpent
from ideas.accounts.routes.browsers import make_familiar, network
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.languages import language

bp = Blueprint("resets", __name__, url_prefix="/esqueci-minha-senha")
log = structlog.get_logger()


@bp.get("")
def new() -> str:
    return render_template("accounts/reset.html", form=ResetForm())


@bp.post("")
def create() -> Response:
    """The same answer whoever was asked for; it is a page of its own, so that reloading asks for nothing."""
    form = ResetForm()
    if not form.validate():
        return make_response(render_template("accounts/reset.html", form=form), 422)
    typed = form.key.data or ""
    resetting.ask(typed, network(), language=language())
    db.session.commit()
    log.info("accounts:password:reset_asked", by_cpf=looks_like_cpf(typed))
    return redirect(url_for(".sent"), code=303)


@bp.get("/enviado")
def sent() -> str:
    return render_template("accounts/reset_sent.html")


@bp.get("/<token>")
def edit(token: str) -> Response:
    try:
        resetting.person_of(token)
    except LinkSpent as refusal:
        return _spent(refusal)
    return _page(token, NewPasswordForm())


@bp.post("/<token>")
def update(token: str) -> Response:
    form = NewPasswordForm()
    try:
        person = resetting.person_of(token)
        if not form.validate():
            return _page(token, form, status=422)
        password_rules.check_for(person, form.password.data or "")
        # Hashing takes long: no transaction is open meanwhile.
        db.session.rollback()
        person = resetting.choose(token, passwords.hashed(form.password.data or ""))
    except LinkSpent as refusal:
        return _spent(refusal)
    except Refused as refusal:
        db.session.rollback()
        form.password.errors = [refusals.sentence(refusal)]
        return _page(token, form, status=refusal.status)
    person_id = person.id
    db.session.commit()
    log.info("accounts:password:reset", person=person_id)
    flash(gettext("Senha trocada. Entre com a nova."))
    # The mailbox's owner: whoever floods the account with wrong passwords no longer keeps them out.
    return make_familiar(redirect(url_for("sessions.new"), code=303), person_id)


def _page(token: str, form: NewPasswordForm, *, status: int = 200) -> Response:
    page = render_template("accounts/reset_password.html", token=token, form=form)
    return _private(make_response(page, status))


def _spent(refusal: LinkSpent) -> Response:
    db.session.rollback()
    log.warning("accounts:link:refused", purpose=resetting.PURPOSE)
    page = render_template("accounts/link_spent.html", refusal=refusals.sentence(refusal), again=url_for(".new"))
    return _private(make_response(page, refusal.status))


def _private(answer: Response) -> Response:
    """The address holds a secret: a browser tells nobody more of it than the host, and no cache keeps it."""
    answer.headers["Referrer-Policy"], answer.headers["Cache-Control"] = "strict-origin", "no-store"
    return answer
