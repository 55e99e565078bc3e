"""Suspending a person from taking part in ideas, and restoring them.

The block is immediate: it is judged at the next request. Signing in, reading and appealing remain.
"""

from datetime import datetime

from ideas import clock
from ideas.accounts.models import Person
from ideas.errors import N_, Refused


class EndsInThePast(Refused):
    """The suspension would be over before it begins."""

    message = N_("A suspensão precisa terminar no futuro.")
    status = 422


def suspend(person: Person, *, until: datetime | None) -> None:
    """Keep the person from taking part until that moment; None is without end (a ban). Raises EndsInThePast."""
    now = clock.now()
    if until is not None and until <= now:
        raise EndsInThePast
    person.suspended_at, person.suspended_until = now, until


def restore(person: Person) -> None:
    """Let the person take part again."""
    person.suspended_at = person.suspended_until = None
