"""/painel/pessoas: list, find and manage people.

The search by CPF is a POST, so that no CPF is in an address.
"""

from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from ideas import clock
from ideas.accounts import identifying, resetting, sanctions, staff
from ideas.accounts.documents import CannotOpen, Cpf, InvalidCpf, looks_like_cpf
from ideas.accounts.models import Person, Role
from ideas.board.voting import setting_aside as votes
from ideas.db import db
from ideas.errors import Refused
from ideas.operations import listing
from ideas.operations.forms import ReasonForm, RolesForm, SuspensionForm
from ideas.operations.listing import PAGE_SIZE, PeopleFilter
from ideas.operations.routes import lists, wording
from ideas.products.models import Product
from ideas.web import paging, refusals
from ideas.web.clients import client_network
from ideas.web.forms import first
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("panel_people", __name__, url_prefix="/painel/pessoas")

#: The rule of a person's address.
PERSON = "/<int:person_id>"
#: A search with this many digits and no letter is taken for a CPF.
_MIN_CPF_DIGITS = 9


@bp.get("")
def index() -> Response:
    search = request.args.get("q", "")[:200].strip()
    which = lists.chosen_filter(PeopleFilter, PeopleFilter.ALL)
    page = paging.paginate(
        listing.people(which, search, before=paging.requested_id()),
        PAGE_SIZE,
        lambda row: (row.person.id, row.person.id),
    )
    return make_response(
        render_template("operations/people.html", page=page, which=which, search=search, role_name=wording.role_name)
    )


@bp.post("/busca")
def find() -> Response:
    """Redirect to the person with that CPF, or to the list of people with that name or email."""
    search = first(request.form.getlist("cpf_or_name"))[:200].strip()
    if not _looks_like_cpf(search):
        return see_other(url_for(".index", q=search or None))
    try:
        person = identifying.person_by_cpf(Cpf.parse(search))
    except InvalidCpf as refusal:
        return _not_found(refusals.message_of(refusal))
    if person is None:
        return _not_found(gettext("Ninguém no portal tem este CPF."))
    return see_other(url_for(".show", person_id=person.id))


@bp.get(PERSON)
def show(person_id: int) -> str:
    return _page(person_or_404(person_id))


@bp.post(PERSON + "/papeis")
def assign(person_id: int) -> Response:
    person, form = person_or_404(person_id), _roles_form(sent=True)
    if not form.validate():
        return make_response(_page(person, roles=form), 422)
    try:
        staff.assign(person, {Role(role) for role in form.roles.data or ()}, form.products.data or (), by=me())
    except Refused as refusal:
        db.session.rollback()
        form.roles.errors = [refusals.message_of(refusal)]
        return make_response(_page(person_or_404(person_id), roles=form), 409)
    return _done(person, gettext("Papéis guardados: valem já no próximo clique desta pessoa."))


@bp.post(PERSON + "/suspender")
def suspend(person_id: int) -> Response:
    person, form = person_or_404(person_id), SuspensionForm(prefix="suspend-")
    if not form.validate():
        return make_response(_page(person, suspend=form), 422)
    try:
        sanctions.suspend(person, until=_suspension_end(form), by=me(), why=form.why.data or "")
        votes.settle(person)
    except Refused as refusal:
        return _refused(person_id, form, refusal, "suspend")
    return _done(
        person, gettext("Pessoa suspensa: não posta, não vota e não comenta. Continua lendo e abrindo chamados.")
    )


@bp.post(PERSON + "/restaurar")
def restore(person_id: int) -> Response:
    person = person_or_404(person_id)
    sanctions.restore(person, by=me())
    votes.settle(person)
    return _done(person, gettext("Suspensão encerrada: a pessoa já participa de novo."))


@bp.post(PERSON + "/bloquear")
def lock(person_id: int) -> Response:
    person, form = person_or_404(person_id), ReasonForm(prefix="lock-")
    if not form.validate():
        return make_response(_page(person, lock=form), 422)
    try:
        sanctions.lock(person, by=me(), why=form.why.data or "")
    except Refused as refusal:
        return _refused(person_id, form, refusal, "lock")
    return _done(person, gettext("Conta bloqueada: a pessoa saiu de todos os aparelhos."))


@bp.post(PERSON + "/desbloquear")
def unlock(person_id: int) -> Response:
    person = person_or_404(person_id)
    sanctions.unlock(person, by=me())
    return _done(person, gettext("Conta desbloqueada: a pessoa já pode entrar."))


@bp.post(PERSON + "/senha")
def send_reset(person_id: int) -> Response:
    """Send the person an email with a link to set a new password."""
    person = person_or_404(person_id)
    try:
        resetting.send_link(person, by=me(), network=client_network())
    except Refused as refusal:
        db.session.rollback()
        flash(refusals.message_of(refusal), "error")
        return see_other(url_for(".show", person_id=person_id))
    return _done(person, gettext("Link enviado: a pessoa escolhe a senha nova, que só ela conhece."))


def person_or_404(person_id: int) -> Person:
    """The person with that id; 404 if there is none or the account is closed."""
    person = db.session.get(Person, person_id)
    return person if person is not None and person.closed_at is None else abort(404)


def _looks_like_cpf(search: str) -> bool:
    digits, letters = sum(char.isdigit() for char in search), any(char.isalpha() for char in search)
    return looks_like_cpf(search) or (digits >= _MIN_CPF_DIGITS and not letters)


def _not_found(sentence: str) -> Response:
    flash(sentence, "error")
    return see_other(url_for(".index"))


def _suspension_end(form: SuspensionForm) -> datetime | None:
    return clock.end_of_day_in_sao_paulo(form.until.data) if form.until.data else None


def _refused(person_id: int, form: ReasonForm, refusal: Refused, name: str) -> Response:
    """The page with the submitted values and the refusal at its field."""
    db.session.rollback()
    field = form.until if isinstance(form, SuspensionForm) else form.why
    field.errors = [refusals.message_of(refusal)]
    return make_response(_page(person_or_404(person_id), **{name: form}), refusal.status)


def _done(person: Person, message: str) -> Response:
    db.session.commit()
    flash(message)
    return see_other(url_for(".show", person_id=person.id))


def _roles_form(*, sent: bool, **roles_held: Sequence[str | int]) -> RolesForm:
    form: RolesForm = RolesForm(**roles_held) if sent else RolesForm(None, **roles_held)
    form.offer(db.session.scalars(select(Product).order_by(Product.position, Product.id)).all())
    return form


def _page(
    person: Person,
    *,
    roles: RolesForm | None = None,
    suspend: SuspensionForm | None = None,
    lock: ReasonForm | None = None,
) -> str:
    """A person's page; the submitted form keeps its values and errors."""
    roles_held = staff.roles_of(person)
    return render_template(
        "operations/person.html",
        person=person,
        cpf=_masked(person),
        companies=listing.companies_of(person),
        sessions=listing.count_sessions(person),
        role_names=[wording.role_name(role) for role in Role if role in roles_held],
        roles=roles or _roles_form(sent=False, roles=[*roles_held], products=[*staff.products_of(person)]),
        suspend=suspend or SuspensionForm(None, prefix="suspend-"),
        lock=lock or ReasonForm(None, prefix="lock-"),
    )


def _masked(person: Person) -> str | None:
    try:
        cpf = identifying.cpf_of(person)
    except CannotOpen:
        return str(gettext("não pode ser lido: falta a chave"))
    return str(cpf) if cpf else None
