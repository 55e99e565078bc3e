"""Sign in and out. Answer and duration are the same whether or not the account exists."""

import structlog
from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from ideas.accounts import devices, sessions, signing_in
from ideas.accounts.documents import looks_like_cpf
from ideas.accounts.forms import SignInForm
from ideas.accounts.routes.browsers import known_browser_cookie, remember_browser, sign_in_browser
from ideas.accounts.signing_in import AccountLocked, TooManyAttempts, WrongCredentials
from ideas.db import db
from ideas.drafts.routes import pending_forms
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.addresses import local_path
from ideas.web.clients import client_network
from ideas.web.person import person_or_none
from ideas.web.responses import partial_or_page, see_other
from ideas.web.secret_addresses import pop_return_path

bp = Blueprint("sessions", __name__)
log = structlog.get_logger()


@bp.get("/entrar")
def new() -> Response:
    person, onward = person_or_none(), local_path(request.args.get("next", "/"))
    if person is not None:
        return redirect("/" if onward.startswith(url_for(".new")) else onward, code=303)
    return make_response(_page(SignInForm(data={"next": onward})))


@bp.post("/entrar")
def create() -> Response:
    form = SignInForm()
    try:
        token, person_id = _sign_in(form.key.data or "", form.password.data or "")
    except (WrongCredentials, AccountLocked, TooManyAttempts) as refusal:
        return _refuse(form, refusal)
    return_path = pop_return_path()
    sign_in_browser(token)
    onward = pending_forms.address_after_sign_in(person_id, local_path(form.next.data or "/"))
    answer = see_other(return_path if return_path and onward == "/" else onward)
    return remember_browser(answer, person_id)


@bp.post("/sair")
def destroy() -> Response:
    sessions.end(session["_user_id"])
    db.session.commit()
    session.clear()
    log.info("accounts:person:signed_out")
    return see_other("/")


def _sign_in(key: str, password: str) -> tuple[str, int]:
    """Count the attempt, hash, start the session: each step commits, so that no transaction is open while hashing."""
    attempt = signing_in.record_attempt(key, client_network(), known_browser_cookie())
    db.session.commit()
    if attempt.is_flood:
        log.error("accounts:sign_in:flooded")
    newer_hash = signing_in.verify_password(attempt, password)
    token = signing_in.start_session(attempt, newer_hash, device=devices.describe_browser(request.user_agent.string))
    assert attempt.person_id is not None
    if (before := session.get("_user_id")) is not None:
        sessions.end(before)
    db.session.commit()
    log.info("accounts:person:signed_in", person=attempt.person_id)
    return token, attempt.person_id


def _refuse(form: SignInForm, refusal: Refused) -> Response:
    """Show the form with the refusal. The attempt on a locked account is committed."""
    db.session.commit() if isinstance(refusal, AccountLocked) else db.session.rollback()
    log.warning("accounts:person:sign_in_refused", refusal=type(refusal).__name__)
    if isinstance(refusal, TooManyAttempts) and refusal.is_flood:
        log.error("accounts:sign_in:flooded")
    sentence = refusals.message_of(refusal)
    answer = partial_or_page(
        "accounts/_sign_in_refused.html",
        "accounts/sign_in.html",
        status=refusal.status,
        **_template_context(form, sentence),
    )
    if isinstance(refusal, TooManyAttempts):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def _page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", **_template_context(form, None))


def _template_context(form: SignInForm, sentence: str | None) -> dict[str, object]:
    """Return the template's values. Only an email is rendered back, never a CPF."""
    login = form.key.data or ""
    form.key.data = login if "@" in login and not looks_like_cpf(login) else ""
    return {
        "form": form,
        "refusal": sentence,
        "has_pending_form": bool(pending_forms.cookie_token()),
        "onward": form.next.data != "/",
    }
