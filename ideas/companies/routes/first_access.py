"""/primeiro-acesso/<token>: the link of an invitation. A GET never spends the link; the form does.

There are three steps as in sign-in, because hashing is slow and SQLite has one writer: count the attempt (commit), hash
or verify the password outside any transaction, add the member (commit).
"""

import structlog
from flask import Blueprint, flash, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import devices, password_rules, passwords, signing_in
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person
from ideas.accounts.routes.browsers import known_browser_cookie, remember_browser, sign_in_browser
from ideas.accounts.signing_in import AccountLocked, Attempt, TooManyAttempts, WrongCredentials
from ideas.companies import accepting
from ideas.companies.accepting import CannotJoin, ForSomebodyElse, InvitationOver, Newcomer, OpenInvitation
from ideas.companies.forms import FirstAccessForm
from ideas.db import db
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.clients import client_network
from ideas.web.languages import language
from ideas.web.person import person_or_none
from ideas.web.responses import see_other
from ideas.web.secret_addresses import return_after_sign_in, secret_address

bp = Blueprint("first_access", __name__, url_prefix="/primeiro-acesso")
log = structlog.get_logger()

#: The refusals that are shown in the form. Others have a page of their own.
_FORM_REFUSALS = (CannotJoin, WrongCredentials, AccountLocked, TooManyAttempts)


@bp.get("/<token>")
@secret_address
def new(token: str) -> Response:
    person = person_or_none()
    invited = accepting.peek(token)
    if person is not None:
        return _acceptance_page(invited, person)
    return_after_sign_in()
    return make_response(_page(invited, FirstAccessForm()))


@bp.post("/<token>")
@secret_address
def create(token: str) -> Response:
    person = person_or_none()
    if person is not None:
        return _accept(token, person)
    form, invited = FirstAccessForm(), accepting.peek(token)
    company = invited.company.name
    form.validate_password_with(
        lambda password: password_rules.check(password, invited.invitation.name, invited.invitation.email)
    )
    if not form.validate() or form.cpf.cpf is None:
        return make_response(_page(invited, form), 422)
    try:
        session_token, person_id = _join(token, form.cpf.cpf, form.password.data or "")
    except _FORM_REFUSALS as refusal:
        return _refuse(token, form, refusal)
    sign_in_browser(session_token)
    flash(gettext("Pronto: você entrou em %(company)s.", company=company))
    return remember_browser(see_other("/"), person_id)


@bp.errorhandler(InvitationOver)
def over(refusal: InvitationOver) -> Response:
    """Show the same page for every link that does not work."""
    db.session.rollback()
    return make_response(render_template("companies/link_over.html"), refusal.status)


def _acceptance_page(invited: OpenInvitation, person: Person) -> Response:
    mine = accepting.is_for(invited.invitation, person)
    page = render_template("companies/accept.html", invited=invited, mine=mine)
    return make_response(page, 200 if mine else ForSomebodyElse.status)


def _accept(token: str, person: Person) -> Response:
    """Let a signed-in person join with one click, if the invitation is for them."""
    invited = accepting.spend(token)
    try:
        accepting.accept(invited.invitation, person)
    except ForSomebodyElse:
        db.session.rollback()
        return _acceptance_page(accepting.peek(token), person)
    db.session.commit()
    flash(gettext("Pronto: você entrou em %(company)s.", company=invited.company.name))
    return see_other("/empresa")


def _join(token: str, cpf: Cpf, password: str) -> tuple[str, int]:
    """Return the token of the new session, and the person's id."""
    accepting.count_attempt(accepting.peek(token).invitation)
    attempt = signing_in.record_attempt(cpf.digits, client_network(), known_browser_cookie())
    db.session.commit()
    if attempt.is_flood:
        log.error("accounts:sign_in:flooded")
    join = _sign_in if attempt.person_id else _register
    session_token, person_id = join(token, cpf, password, attempt)
    db.session.commit()
    log.info("companies:invitation:accepted", person=person_id)
    return session_token, person_id


def _register(token: str, cpf: Cpf, password: str, attempt: Attempt) -> tuple[str, int]:
    password_hash = passwords.hash_password(password)
    newcomer = Newcomer(cpf=cpf, password_hash=password_hash, language=language())
    person = accepting.register(accepting.spend(token).invitation, newcomer)
    return signing_in.start_first_session(attempt, person, device=_browser()), person.id


def _sign_in(token: str, cpf: Cpf, password: str, attempt: Attempt) -> tuple[str, int]:
    """Sign in a person who has an account, with its password. The invitation may be to another email."""
    try:
        newer_hash = signing_in.verify_password(attempt, password)
    except WrongCredentials:
        accepting.refuse_credentials(accepting.spend(token).invitation, cpf)
    person = db.session.get_one(Person, attempt.person_id)
    accepting.accept_verified(accepting.spend(token).invitation, person, cpf)
    return signing_in.start_session(attempt, newer_hash, device=_browser()), person.id


def _browser() -> str:
    return devices.describe_browser(request.user_agent.string)


def _refuse(token: str, form: FirstAccessForm, refusal: Refused) -> Response:
    """Show the form with the refusal, which is the same for a wrong password and an unusable CPF."""
    db.session.rollback()
    log.warning("companies:invitation:refused", refusal=type(refusal).__name__)
    shown = CannotJoin() if isinstance(refusal, WrongCredentials) else refusal
    answer = make_response(_page(accepting.peek(token), form, refusals.message_of(shown)), shown.status)
    if isinstance(refusal, TooManyAttempts):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def _page(invited: OpenInvitation, form: FirstAccessForm, refusal: str | None = None) -> str:
    return render_template("companies/first_access.html", invited=invited, form=form, refusal=refusal)
