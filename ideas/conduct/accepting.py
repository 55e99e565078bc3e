"""Record that a person accepts the code of conduct."""

from ideas import clock, sql
from ideas.accounts.models import Person
from ideas.conduct import publishing
from ideas.conduct.models import ConductAcceptance
from ideas.db import db


def accept(person: Person, number: int) -> bool:
    """Record that the person accepts that version. Idempotent: the first acceptance stays.

    Return False, and write nothing, if it is not the current version: a person who read an outdated page must read the
    new one.
    """
    version = publishing.current()
    if version is None or version.number != number:
        return False
    row = {"person_id": person.id, "version": number, "accepted_at": clock.now()}
    db.session.execute(sql.upsert(ConductAcceptance).values(row).on_conflict_do_nothing())
    return True
