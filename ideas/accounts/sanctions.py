"""Suspend a person from taking part in ideas, and lock an account for security.

Both take effect at the next request. A suspended person can still sign in, read, appeal and use tickets. A suspension
ends by itself; the caller sets the person's votes aside (`board/voting/setting_aside.py`). A locked account has no
sessions and cannot sign in until an operator unlocks it.
"""

from datetime import datetime

from ideas import clock
from ideas.accounts import sessions, staff
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.errors import N_, NotAllowed, Refused

#: The value in the audit log for a suspension without an end.
NO_END = "without end"


class EndsInThePast(Refused):
    """The end of the suspension is in the past."""

    message = N_("A suspensão precisa terminar no futuro.")
    status = 422


class NotOneself(NotAllowed):
    """Nobody may sanction themselves, or lift their own sanction."""

    message = N_("Ninguém muda a própria situação. Peça a outra pessoa que opera o portal.")


def suspend(person: Person, *, until: datetime | None, by: Person | None = None, why: str = "") -> None:
    """Suspend the person until that time; None suspends without an end (a ban).

    `by` is None for a command. Raises EndsInThePast, NotOneself.
    """
    _ensure_another(person, by)
    now = clock.now()
    if until is not None and until <= now:
        raise EndsInThePast
    before = _suspension_values(person)
    person.suspended_at, person.suspended_until = now, until
    _log("person_suspended", person, before, by, why)


def restore(person: Person, *, by: Person | None = None, why: str = "") -> None:
    """End the suspension. Raises NotOneself."""
    _ensure_another(person, by)
    if person.suspended_at is None:
        return
    before = _suspension_values(person)
    person.suspended_at = person.suspended_until = None
    _log("person_restored", person, before, by, why)


def lock(person: Person, *, by: Person | None = None, why: str = "") -> None:
    """Lock the account and end all its sessions. Raises NotOneself, LastOperator."""
    _ensure_another(person, by)
    if person.locked_at is not None:
        return
    staff.ensure_another_operator(person)
    person.locked_at = clock.now()
    sessions.end_all(person)
    _log("person_locked", person, {}, by, why)


def unlock(person: Person, *, by: Person | None = None, why: str = "") -> None:
    """Unlock the account. Raises NotOneself."""
    _ensure_another(person, by)
    if person.locked_at is not None:
        person.locked_at = None
        _log("person_unlocked", person, {}, by, why)


def _ensure_another(person: Person, by: Person | None) -> None:
    if by is not None and by.id == person.id:
        raise NotOneself


def _suspension_values(person: Person) -> dict[str, str | bool]:
    """Return the suspension for the audit log."""
    if not person.is_suspended:
        return {}
    return {"suspended_until": person.suspended_until.isoformat() if person.suspended_until else NO_END}


def _log(action: str, person: Person, before: dict[str, str | bool], by: Person | None, why: str) -> None:
    log.write(
        by=by,
        action=action,
        thing="person",
        thing_id=person.id,
        before=before,
        after=_suspension_values(person),
        why=why,
    )
