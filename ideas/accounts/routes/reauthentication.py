"""Giving the password again before something weighty: a session left open is not enough."""

from ideas.accounts import signing_in
from ideas.accounts.routes.browsers import network
from ideas.accounts.signing_in import WrongPair
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.web.person import me


class WrongPassword(Refused):
    """It is not the current password."""

    message = N_("Esta não é a sua senha atual.")
    status = 422


def prove_again(password: str) -> None:
    """Count the try and commit it, hash outside any transaction. Raises WrongPassword, TooManyTries."""
    attempt = signing_in.attempt_again(me(), network())
    db.session.commit()
    try:
        signing_in.prove(attempt, password)
    except WrongPair:
        raise WrongPassword from None
    signing_in.proved(attempt)
    db.session.commit()
