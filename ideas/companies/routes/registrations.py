"""/quero-me-cadastrar: request to join a company. The answer is the same for every person and company."""

from flask import Blueprint, make_response, render_template, url_for
from werkzeug.wrappers import Response

from ideas.companies import requesting
from ideas.companies.forms import JoinForm
from ideas.companies.requesting import NewAccessRequest, TooManyRequests
from ideas.db import db
from ideas.web import refusals
from ideas.web.clients import client_network
from ideas.web.languages import language
from ideas.web.person import person_or_none
from ideas.web.responses import see_other

bp = Blueprint("registrations", __name__, url_prefix="/quero-me-cadastrar")


@bp.get("")
def new() -> str:
    person = person_or_none()
    known = {"name": person.name, "email": person.email} if person else {}
    return _page(JoinForm(data=known))


@bp.post("")
def create() -> Response:
    form = JoinForm()
    if not form.validate() or form.cpf.cpf is None or form.cnpj.cnpj is None:
        return make_response(_page(form), 422)
    asked = NewAccessRequest(
        cpf=form.cpf.cpf,
        name=form.name.data or "",
        email=form.email.data or "",
        cnpj=form.cnpj.cnpj,
        language=language(),
        network=client_network(),
    )
    try:
        requesting.submit(asked)
    except TooManyRequests as refusal:
        db.session.rollback()
        return make_response(_page(form, refusals.message_of(refusal)), refusal.status)
    db.session.commit()
    return see_other(url_for(".show"))


@bp.get("/enviado")
def show() -> str:
    return render_template("companies/asked.html")


def _page(form: JoinForm, refusal: str | None = None) -> str:
    return render_template("companies/join.html", form=form, refusal=refusal)
