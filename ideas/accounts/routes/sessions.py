"""Signing in and out. The answer is the same, and takes as long, whether the account exists or not."""

import structlog
from flask import Blueprint, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from ideas.accounts import devices, sessions, signing_in
from ideas.accounts.documents import looks_like_cpf
from ideas.accounts.forms import SignInForm
from ideas.accounts.routes.browsers import device, make_familiar, network, take_over
from ideas.accounts.signing_in import AccountLocked, TooManyTries, WrongPair
from ideas.db import db
from ideas.drafts.routes import pending_forms
from ideas.errors import Refused
from ideas.web import refusals
from ideas.web.addresses import own_path
from ideas.web.person import visitor
from ideas.web.responses import partial_or_page, see_other

bp = Blueprint("sessions", __name__)
log = structlog.get_logger()


@bp.get("/entrar")
def new() -> Response:
    person, onward = visitor(), own_path(request.args.get("next", "/"))
    if person is not None:
        return redirect("/" if onward.startswith(url_for(".new")) else onward, code=303)
    return make_response(_page(SignInForm(data={"next": onward})))


@bp.post("/entrar")
def create() -> Response:
    form = SignInForm()
    try:
        token, person_id = _enter(form.key.data or "", form.password.data or "")
    except (WrongPair, AccountLocked, TooManyTries) as refusal:
        return _again(form, refusal)
    take_over(token)
    answer = see_other(pending_forms.address_after_sign_in(person_id, own_path(form.next.data or "/")))
    return make_familiar(answer, person_id)


@bp.post("/sair")
def destroy() -> Response:
    sessions.end(session["_user_id"])
    db.session.commit()
    session.clear()
    log.info("accounts:person:signed_out")
    return see_other("/")


def _enter(key: str, password: str) -> tuple[str, int]:
    """Count, hash, admit: each committed by itself, so that no transaction is open while hashing."""
    attempt = signing_in.attempt(key, network(), device())
    db.session.commit()
    newer_hash = signing_in.prove(attempt, password)
    token = signing_in.admit(attempt, newer_hash, device=devices.in_words(request.user_agent.string))
    assert attempt.person_id is not None
    if (before := session.get("_user_id")) is not None:
        sessions.end(before)
    db.session.commit()
    log.info("accounts:person:signed_in", person=attempt.person_id)
    return token, attempt.person_id


def _again(form: SignInForm, refusal: Refused) -> Response:
    """The form with the sentence. What a locked account's try wrote is worth keeping."""
    db.session.commit() if isinstance(refusal, AccountLocked) else db.session.rollback()
    log.warning("accounts:person:sign_in_refused", refusal=type(refusal).__name__)
    if isinstance(refusal, TooManyTries) and refusal.is_flood:
        log.error("accounts:sign_in:flooded")
    sentence = refusals.sentence(refusal)
    answer = partial_or_page(
        "accounts/_sign_in_refused.html", "accounts/sign_in.html", status=refusal.status, **_facts(form, sentence)
    )
    if isinstance(refusal, TooManyTries):
        answer.headers["Retry-After"] = str(refusal.seconds)
    return answer


def _page(form: SignInForm) -> str:
    return render_template("accounts/sign_in.html", **_facts(form, None))


def _facts(form: SignInForm, sentence: str | None) -> dict[str, object]:
    """What the page shows. Only an e-mail is written back."""
    typed = form.key.data or ""
    form.key.data = typed if "@" in typed and not looks_like_cpf(typed) else ""
    return {
        "form": form,
        "refusal": sentence,
        "has_pending_form": bool(pending_forms.cookie_token()),
        "onward": form.next.data != "/",
    }
