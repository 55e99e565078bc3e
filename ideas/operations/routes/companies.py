"""/painel/empresas: list, register and manage companies."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts.models import Person
from ideas.companies import listing as company_people
from ideas.companies import operator_actions
from ideas.companies.cnpj import Cnpj, InvalidCnpj
from ideas.companies.joining import CompanyAlreadyExists
from ideas.companies.models import Company
from ideas.db import db
from ideas.errors import Refused
from ideas.operations import listing
from ideas.operations.forms import AdministratorForm, CompanyForm, InvitationForm, NewCompanyForm, ReasonForm
from ideas.operations.listing import PAGE_SIZE, CompanyFilter
from ideas.operations.routes import lists
from ideas.web import paging, refusals
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("panel_companies", __name__, url_prefix="/painel/empresas")

#: The rule of a company's address.
COMPANY = "/<int:company_id>"
Operation = Callable[..., None]


@bp.get("")
def index() -> str:
    which, search = lists.chosen_filter(CompanyFilter, CompanyFilter.ALL), request.args.get("q", "")[:200].strip()
    found = listing.companies(which, search, before=paging.requested_id())
    page = paging.paginate(found, PAGE_SIZE, lambda row: (row.company.id, row.company.id))
    return render_template("operations/companies.html", page=page, which=which, search=search)


@bp.get("/nova")
def new() -> str:
    return render_template("operations/new_company.html", form=NewCompanyForm())


@bp.post("")
def create() -> Response:
    form = NewCompanyForm()
    company = _register(form) if form.validate() else None
    if company is None:
        db.session.rollback()
        return make_response(render_template("operations/new_company.html", form=form), 422)
    db.session.commit()
    flash(gettext("Empresa cadastrada. Falta dizer quem a administra."))
    return see_other(url_for(".show", company_id=company.id))


@bp.get(COMPANY)
def show(company_id: int) -> str:
    company = company_or_404(company_id)
    return _page(company, form=CompanyForm(None, obj=company))


@bp.post(COMPANY)
def update(company_id: int) -> Response:
    company, form = company_or_404(company_id), CompanyForm()
    if not form.validate():
        return make_response(_page(company, form=form), 422)
    operator_actions.correct(company, name=form.name.data or "", financial_email=form.email(), by=me())
    return _done(company, gettext("Dados da empresa guardados."))


@bp.post(COMPANY + "/pendencia")
def block(company_id: int) -> Response:
    return _with_reason(company_id, operator_actions.block, "block", gettext("Pendência financeira marcada."))


@bp.post(COMPANY + "/pendencia/retirar")
def unblock(company_id: int) -> Response:
    company = company_or_404(company_id)
    operator_actions.unblock(company, by=me())
    return _done(company, gettext("Pendência financeira retirada."))


@bp.post(COMPANY + "/encerrar")
def close(company_id: int) -> Response:
    return _with_reason(company_id, operator_actions.close, "close", gettext("Empresa encerrada."))


@bp.post(COMPANY + "/reabrir")
def reopen(company_id: int) -> Response:
    company = company_or_404(company_id)
    operator_actions.reopen(company, by=me())
    return _done(company, gettext("Empresa reaberta."))


@bp.post(COMPANY + "/administrador")
def name_administrator(company_id: int) -> Response:
    company, form = company_or_404(company_id), AdministratorForm()
    if not form.validate():
        return make_response(_page(company, administrator_form=form), 422)
    membership = company_people.membership_by_email(form.email.data or "", company)
    if membership is None:
        form.email.errors = [gettext("Ninguém da empresa usa este e-mail.")]
        return make_response(_page(company, administrator_form=form), 422)
    try:
        operator_actions.name_administrator(company, membership, by=me())
    except Refused as refusal:
        db.session.rollback()
        form.email.errors = [refusals.message_of(refusal)]
        return make_response(_page(company_or_404(company_id), administrator_form=form), 409)
    return _done(company, gettext("A empresa tem quem a administre."))


@bp.post(COMPANY + "/convite")
def invite_administrator(company_id: int) -> Response:
    company, form = company_or_404(company_id), InvitationForm(prefix="invite-")
    if not form.validate():
        return make_response(_page(company, invite=form), 422)
    name, email = form.name.data or "", form.email.data or ""
    try:
        operator_actions.invite_administrator(company, name, email, by=me())
    except Refused as refusal:
        db.session.rollback()
        form.email.errors = [refusals.message_of(refusal)]
        return make_response(_page(company_or_404(company_id), invite=form), refusal.status)
    return _done(company, gettext("Convite enviado: quem aceitar administra a empresa."))


@bp.post(COMPANY + "/convite/reenviar")
def send_again(company_id: int) -> Response:
    company = company_or_404(company_id)
    operator_actions.resend_invitation(
        operator_actions.pending_administrator_invitation(company) or abort(404), company, by=me()
    )
    return _done(company, gettext("Convite enviado de novo, com outro link."))


@bp.post(COMPANY + "/convite/cancelar")
def withdraw(company_id: int) -> Response:
    company = company_or_404(company_id)
    operator_actions.revoke_invitation(
        operator_actions.pending_administrator_invitation(company) or abort(404), company, by=me()
    )
    return _done(company, gettext("Convite cancelado."))


def company_or_404(company_id: int) -> Company:
    """The company with that id, or 404."""
    return db.session.get(Company, company_id) or abort(404)


def _register(form: NewCompanyForm) -> Company | None:
    """Register the company; None, and an error at the field, if it is refused."""
    try:
        cnpj = Cnpj.parse(form.cnpj.data or "")
        return operator_actions.register(form.name.data or "", cnpj, financial_email=form.email(), by=me())
    except (InvalidCnpj, CompanyAlreadyExists) as refusal:
        form.cnpj.errors = [refusals.message_of(refusal)]
        return None


def _with_reason(company_id: int, operation: Operation, name: str, message: str) -> Response:
    company, form = company_or_404(company_id), ReasonForm(prefix=name + "-")
    if not form.validate():
        return make_response(_page(company, **{name: form}), 422)
    operation(company, by=me(), why=form.why.data)
    return _done(company, message)


def _done(company: Company, message: str) -> Response:
    db.session.commit()
    flash(message)
    return see_other(url_for(".show", company_id=company.id))


def _page(
    company: Company,
    *,
    form: CompanyForm | None = None,
    administrator_form: AdministratorForm | None = None,
    invite: InvitationForm | None = None,
    block: ReasonForm | None = None,
    close: ReasonForm | None = None,
) -> str:
    """A company's page; the submitted form keeps its values and errors."""
    row = listing.company(company.id)
    assert row is not None
    members = listing.members(company, before=paging.requested_id())
    return render_template(
        "operations/company.html",
        subject=company,
        administrator=row.administrator,
        blocked_by=db.session.get(Person, company.financially_blocked_by_id or 0),
        members=paging.paginate(members, PAGE_SIZE, lambda one: (one[0].id, one[0].id)),
        form=form or CompanyForm(None, obj=company),
        administrator_form=administrator_form or AdministratorForm(None),
        invited=operator_actions.pending_administrator_invitation(company),
        invite=invite or InvitationForm(None, prefix="invite-"),
        block=block or ReasonForm(None, prefix="block-"),
        close=close or ReasonForm(None, prefix="close-"),
    )
