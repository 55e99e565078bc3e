"""/empresa/solicitacoes: the requests to join the company: approve with permissions, refuse with a reason."""

from flask import Blueprint, flash, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.companies import requesting
from ideas.companies.forms import PermissionsForm, RefuseForm
from ideas.companies.inviting import AlreadyAMember, TooManyInvitationEmails
from ideas.companies.models import AccessRequest
from ideas.companies.routes import tabs
from ideas.companies.routes.scope import company_or_404, request_or_404
from ideas.db import db
from ideas.web import paging, refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("access_requests", __name__, url_prefix="/empresa/solicitacoes")

PAGE_SIZE = 20


@bp.get("")
def index() -> Response:
    company, before = company_or_404(), paging.requested_id()
    page = paging.paginate(
        requesting.pending_for(company, before=before, limit=PAGE_SIZE + 1), PAGE_SIZE, lambda one: (one.id, one.id)
    )
    more = url_for(".index", pagina=page.next) if page.next else None
    decided = [] if before else requesting.decided_for(company, limit=PAGE_SIZE)
    return make_response(
        render_template(
            "companies/requests.html",
            requests=page.rows,
            decided=decided,
            more_url=more,
            tabs=tabs.administrator_tabs(company),
        )
    )


@bp.get("/<int:number>")
def show(number: int) -> str:
    return _page(request_or_404(number), PermissionsForm(), RefuseForm(None))


@bp.post("/<int:number>/aprovar")
def approve(number: int) -> Response:
    asked, form = request_or_404(number), PermissionsForm()
    try:
        requesting.approve(asked, form.permissions(), by=me())
    except (AlreadyAMember, TooManyInvitationEmails) as refusal:
        db.session.rollback()
        said = refusals.message_of(refusal)
        return make_response(_page(request_or_404(number), form, RefuseForm(None), said), refusal.status)
    db.session.commit()
    flash(gettext("Pedido aprovado: %(name)s recebe um convite por e-mail.", name=asked.name))
    return see_other(url_for(".index"))


@bp.post("/<int:number>/recusar")
def refuse(number: int) -> Response:
    asked, form = request_or_404(number), RefuseForm()
    if not form.validate():
        return make_response(_page(asked, PermissionsForm(None), form), 422)
    requesting.refuse(asked, form.reason.data or "", by=me())
    db.session.commit()
    flash(gettext("Pedido recusado: %(name)s recebe o motivo por e-mail.", name=asked.name))
    return see_other(url_for(".index"))


def _page(asked: AccessRequest, form: PermissionsForm, refusing: RefuseForm, refusal: str | None = None) -> str:
    return render_template("companies/request.html", asked=asked, form=form, refusing=refusing, refusal=refusal)
