"""/primeiro-acesso/<token>: the link of an invitation. Looking at it spends nothing; the form comes in.

Three steps as in signing in, because hashing takes long and SQLite has one writer: the try is counted
(commit), the password hashed or proved outside any transaction, and the person let in (commit).
"""

import structlog
from flask import Blueprint, flash, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import devices, password_rules, passwords, signing_in
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.accounts.routes.browsers import device, make_familiar, network, take_over
from ideas.accounts.signing_in import AccountLocked, Attempt, TooManyTries, WrongPair
from ideas.companies import accepting
from ideas.companies.accepting import CannotComeIn, ForSomebodyElse, InvitationOver, Invited, Newcomer
from ideas.companies.forms import FirstAccessForm
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.languages import language
from ideas.web.person import visitor
from ideas.web.responses import see_other

bp = Blueprint("first_access", __name__, url_prefix="/primeiro-acesso")
log = structlog.get_logger()

#: What the form's page says; what else is refused has a page of its own.
_SAID = (CannotComeIn, WrongPair, AccountLocked, TooManyTries)


@bp.get("/<token>")
def new(token: str) -> Response:
    person = visitor()
    invited = accepting.look(token)
    if person is not None:
        return _signed_in(invited, person)
    return make_response(_page(invited, FirstAccessForm()))


@bp.post("/<token>")
def create(token: str) -> Response:
    person = visitor()
    if person is not None:
        return _accept(token, person)
    form, invited = FirstAccessForm(), accepting.look(token)
    company = invited.company.name
    form.checks(lambda typed: password_rules.check(typed, invited.invitation.name, invited.invitation.email))
    if not form.validate() or form.cpf.cpf is None:
        return make_response(_page(invited, form), 422)
    try:
        session_token, person_id = _come_in(token, form.cpf.cpf, form.password.data or "")
    except _SAID as refusal:
        return _again(token, form, refusal)
    take_over(session_token)
    flash(gettext("Pronto: você entrou em %(company)s.", company=company))
    return make_familiar(see_other("/"), person_id)


@bp.errorhandler(InvitationOver)
def over(refusal: InvitationOver) -> Response:
    """Expired, used, revoked or never given: one page."""
    db.session.rollback()
    return make_response(render_template("companies/link_over.html"), refusal.status)


def _signed_in(invited: Invited, person: Person) -> Response:
    mine = accepting.is_for(invited.invitation, person)
    page = render_template("companies/accept.html", invited=invited, mine=mine)
    return make_response(page, 200 if mine else ForSomebodyElse.status)


def _accept(token: str, person: Person) -> Response:
    """Somebody who is signed in joins with one press; an invitation to another person is not theirs to use."""
    invited = accepting.spend(token)
    try:
        accepting.accept(invited.invitation, person)
    except ForSomebodyElse:
        db.session.rollback()
        return _signed_in(accepting.look(token), person)
    db.session.commit()
    flash(gettext("Pronto: você entrou em %(company)s.", company=invited.company.name))
    return see_other("/empresa")


def _come_in(token: str, cpf: Cpf, password: str) -> tuple[str, int]:
    """The token of the session that begins, and whose it is."""
    accepting.note_try(accepting.look(token).invitation)
    attempt = signing_in.attempt(cpf.digits, network(), device())
    db.session.commit()
    come = _come_back if attempt.person_id else _begin
    session_token, person_id = come(token, cpf, password, attempt)
    db.session.commit()
    log.info("companies:invitation:accepted", person=person_id)
    return session_token, person_id


def _begin(token: str, cpf: Cpf, password: str, attempt: Attempt) -> tuple[str, int]:
    password_hash = passwords.hashed(password)
    newcomer = Newcomer(cpf=cpf, password_hash=password_hash, language=language())
    person = accepting.register(accepting.spend(token).invitation, newcomer)
    return signing_in.admit_new(attempt, person, device=_browser()), person.id


def _come_back(token: str, cpf: Cpf, password: str, attempt: Attempt) -> tuple[str, int]:
    """Somebody who has an account, proved by its own password, whatever e-mail the invitation went to."""
    try:
        newer_hash = signing_in.prove(attempt, password)
    except WrongPair:
        accepting.refuse(accepting.spend(token).invitation, cpf)
    person = db.session.get_one(Person, attempt.person_id)
    accepting.accept_proved(accepting.spend(token).invitation, person, cpf)
    return signing_in.admit(attempt, newer_hash, device=_browser()), person.id


def _browser() -> str:
    return devices.in_words(request.user_agent.string)


def _again(token: str, form: FirstAccessForm, refusal: Refused) -> Response:
    """The form with the sentence: a wrong password and a CPF that can't be used are not told apart."""
    db.session.rollback()
    log.warning("companies:invitation:refused", refusal=type(refusal).__name__)
    said = CannotComeIn() if isinstance(refusal, WrongPair) else refusal
    answer = make_response(_page(accepting.look(token), form, refusals.sentence(said)), said.status)
    if isinstance(refusal, TooManyTries):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def _page(invited: Invited, form: FirstAccessForm, refusal: str | None = None) -> str:
    return render_template("companies/first_access.html", invited=invited, form=form, refusal=refusal)
