"""Accepting the code of conduct: who, which version, when."""

from sqlalchemy.dialects import postgresql, sqlite

from ideas import clock
from ideas.accounts.models import Person
from ideas.conduct import publishing
from ideas.conduct.models import ConductAcceptance
from ideas.db import db


def accept(person: Person, number: int) -> bool:
    """Write down that the person accepts that version; the first time counts.

    False, and nothing is written, for a number that is not the current version's: who read an older
    page is asked again.
    """
    version = publishing.current()
    if version is None or version.number != number:
        return False
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = {"person_id": person.id, "version": number, "accepted_at": clock.now()}
    db.session.execute(insert(ConductAcceptance).values(row).on_conflict_do_nothing())
    return True
