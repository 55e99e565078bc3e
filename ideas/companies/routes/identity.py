"""How a request's person is known: Flask-Login keeps the token, the database says whose it is now."""

from flask import Flask, session
from flask_login import LoginManager, current_user

from ideas.accounts import sessions
from ideas.accounts.routes.browsers import SignedIn
from ideas.companies import session_holders
from ideas.companies.session_holders import Holder
from ideas.drafts.routes.pending_forms import remember_person
from ideas.web import best_effort
from ideas.web.person import VISITOR, Asker, identify_by


def identify(app: Flask) -> None:
    """Know the app's people by their sessions."""
    manager = LoginManager(app, add_context_processor=False)
    # The session is a row with limits of its own; addresses and browsers change under honest people.
    manager.session_protection = None
    manager.user_loader(_load)
    identify_by(lambda: current_user.asker if current_user.is_authenticated else VISITOR)


def _load(token: str) -> SignedIn | None:
    """The browser's holder, if its session goes on: one statement, two when they choose between companies."""
    holder = session_holders.holder_of(token)
    if holder is None or not holder.goes_on:
        _sign_out(holder)
        return None
    if sessions.is_due(holder.session):
        best_effort.write(sessions.using(holder.session))
    return SignedIn(token, _asker(holder))


def _sign_out(holder: Holder | None) -> None:
    session.clear()
    if holder is not None and holder.is_over:
        best_effort.write(sessions.ending(holder.session))
        remember_person(holder.person.id)


def _asker(holder: Holder) -> Asker:
    return Asker(
        person=holder.person,
        company=holder.company,
        roles=holder.roles,
        managed=holder.managed,
        companies=session_holders.choices_of(holder.person) if holder.belongs_to > 1 else (),
        administrator=holder.administrator,
        administers=holder.administers,
        session_id=holder.session.id,
    )
