"""/painel/solicitacoes: requests to join companies without an administrator, for operators."""

from flask import Blueprint, abort, flash, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.companies import requesting
from ideas.companies.forms import NewcomerForm, RefuseForm
from ideas.companies.inviting import AlreadyAMember, TooManyInvitationEmails
from ideas.companies.models import AccessRequest
from ideas.db import db
from ideas.web import paging, refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("newcomers", __name__, url_prefix="/painel/solicitacoes")

PAGE_SIZE = 20


@bp.get("")
def index() -> str:
    rows = requesting.pending_for_operators(before=paging.requested_id(), limit=PAGE_SIZE + 1)
    page = paging.paginate(rows, PAGE_SIZE, lambda one: (one.id, one.id))
    more = url_for(".index", pagina=page.next) if page.next else None
    return render_template("companies/newcomers.html", requests=page.rows, more_url=more)


@bp.get("/<int:number>")
def show(number: int) -> str:
    return _page(_or_404(number), NewcomerForm(), RefuseForm(None))


@bp.post("/<int:number>/aprovar")
def approve(number: int) -> Response:
    asked, form = _or_404(number), NewcomerForm()
    try:
        requesting.approve(asked, form.permissions(), by=me(), makes_administrator=form.makes_administrator.data)
    except (AlreadyAMember, TooManyInvitationEmails) as refusal:
        db.session.rollback()
        said = refusals.message_of(refusal)
        return make_response(_page(_or_404(number), form, RefuseForm(None), said), refusal.status)
    db.session.commit()
    flash(gettext("Pedido aprovado: %(name)s recebe um convite por e-mail.", name=asked.name))
    return see_other(url_for(".index"))


@bp.post("/<int:number>/recusar")
def refuse(number: int) -> Response:
    asked, form = _or_404(number), RefuseForm()
    if not form.validate():
        return make_response(_page(asked, NewcomerForm(None), form), 422)
    requesting.refuse(asked, form.reason.data or "", by=me())
    db.session.commit()
    flash(gettext("Pedido recusado: %(name)s recebe o motivo por e-mail.", name=asked.name))
    return see_other(url_for(".index"))


def _or_404(number: int) -> AccessRequest:
    return requesting.find_for_operators(number) or abort(404)


def _page(asked: AccessRequest, form: NewcomerForm, refusing: RefuseForm, refusal: str | None = None) -> str:
    return render_template("companies/newcomer.html", asked=asked, form=form, refusing=refusing, refusal=refusal)
