"""Ask for the password again before sensitive changes: an open session is not enough."""

from ideas.accounts import signing_in
from ideas.accounts.signing_in import WrongCredentials
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.web.clients import client_network
from ideas.web.person import me


class WrongPassword(Refused):
    """The password is not the current one."""

    message = N_("Esta não é a sua senha atual.")
    status = 422


def verify_current_password(password: str) -> None:
    """Count and commit the attempt, then hash outside any transaction. Raises WrongPassword, TooManyAttempts."""
    attempt = signing_in.record_reauthentication(me(), client_network())
    db.session.commit()
    try:
        signing_in.verify_password(attempt, password)
    except WrongCredentials:
        raise WrongPassword from None
    signing_in.mark_proved(attempt)
    db.session.commit()
