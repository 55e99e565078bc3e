"""Suspending a person from taking part in ideas, and locking an account for security.

Both are judged at the next request. A suspension leaves signing in, reading, appealing and tickets;
it ends by itself, and what was voted before is set aside by whoever asks for it (board.standing). A
lock lets nobody in, ends every session, and stays until an operator takes it away.
"""

from datetime import datetime

from ideas import clock
from ideas.accounts import sessions, staff
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.errors import N_, NotAllowed, Refused

#: What the log says of a suspension that has no last day.
NO_END = "without end"


class EndsInThePast(Refused):
    """The suspension would be over before it begins."""

    message = N_("A suspensão precisa terminar no futuro.")
    status = 422


class NotOneself(NotAllowed):
    """Nobody judges their own standing."""

    message = N_("Ninguém muda a própria situação. Peça a outra pessoa que opera o portal.")


def suspend(person: Person, *, until: datetime | None, by: Person | None = None, why: str = "") -> None:
    """Keep the person from taking part until that moment; None is without end (a ban).

    `by` is None for a command. Raises EndsInThePast, NotOneself.
    """
    _ensure_another(person, by)
    now = clock.now()
    if until is not None and until <= now:
        raise EndsInThePast
    before = _facts(person)
    person.suspended_at, person.suspended_until = now, until
    _note("person_suspended", person, before, by, why)


def restore(person: Person, *, by: Person | None = None, why: str = "") -> None:
    """Let the person take part again. Raises NotOneself."""
    _ensure_another(person, by)
    if person.suspended_at is None:
        return
    before = _facts(person)
    person.suspended_at = person.suspended_until = None
    _note("person_restored", person, before, by, why)


def lock(person: Person, *, by: Person | None = None, why: str = "") -> None:
    """Shut the account, for security, and sign it out everywhere. Raises NotOneself, LastOperator."""
    _ensure_another(person, by)
    if person.locked_at is not None:
        return
    staff.ensure_another_operator(person)
    person.locked_at = clock.now()
    sessions.end_all(person)
    _note("person_locked", person, {}, by, why)


def unlock(person: Person, *, by: Person | None = None, why: str = "") -> None:
    """Open the account again. Raises NotOneself."""
    _ensure_another(person, by)
    if person.locked_at is not None:
        person.locked_at = None
        _note("person_unlocked", person, {}, by, why)


def _ensure_another(person: Person, by: Person | None) -> None:
    if by is not None and by.id == person.id:
        raise NotOneself


def _facts(person: Person) -> dict[str, str | bool]:
    """The suspension as the log keeps it."""
    if not person.is_suspended:
        return {}
    return {"suspended_until": person.suspended_until.isoformat() if person.suspended_until else NO_END}


def _note(deed: str, person: Person, before: dict[str, str | bool], by: Person | None, why: str) -> None:
    log.write(by=by, action=deed, thing="person", thing_id=person.id, before=before, after=_facts(person), why=why)
