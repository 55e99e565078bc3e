"""Load the person of a request: Flask-Login stores the token, the database has the holder."""

from flask import Flask, session
from flask_login import LoginManager, current_user

from ideas.accounts import sessions
from ideas.accounts.routes.browsers import SignedIn
from ideas.companies import session_holders
from ideas.companies.session_holders import SessionHolder
from ideas.drafts.routes.pending_forms import remember_person
from ideas.web import best_effort
from ideas.web.person import ANONYMOUS, Requester, identify_by


def identify(app: Flask) -> None:
    """Configure Flask-Login to load people by their session."""
    manager = LoginManager(app, add_context_processor=False)
    # Sessions are rows with their own limits, and people's addresses and user agents change.
    manager.session_protection = None
    manager.user_loader(_load)
    identify_by(lambda: current_user.asker if current_user.is_authenticated else ANONYMOUS)


def _load(token: str) -> SignedIn | None:
    """Load the holder of a valid session: one statement, or two if the person has several companies."""
    holder = session_holders.find_holder(token)
    if holder is None or not holder.is_valid:
        _sign_out(holder)
        return None
    if sessions.needs_touch(holder.session):
        best_effort.write(sessions.touch_statement(holder.session))
    return SignedIn(token, _requester(holder))


def _sign_out(holder: SessionHolder | None) -> None:
    session.clear()
    if holder is not None and holder.is_expired:
        best_effort.write(sessions.end_statement(holder.session))
        remember_person(holder.person.id)


def _requester(holder: SessionHolder) -> Requester:
    return Requester(
        person=holder.person,
        company=holder.company,
        roles=holder.roles,
        managed=holder.managed,
        companies=session_holders.company_choices(holder.person) if holder.belongs_to > 1 else (),
        administrator=holder.administrator,
        administers=holder.administers,
        session_id=holder.session.id,
    )
