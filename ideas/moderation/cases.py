"""Open a case, take it, give it back. One open case for one thing, held by a key of the database."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, NotAllowed, Refused
from ideas.moderation.models import Case, Report
from ideas.moderation.targets import Name, Thing


class TakenByAnother(Refused):
    """One moderator on one case."""

    message = N_("%(name)s já está com este caso.")


class AlreadyDecided(Refused):
    """The first decision wins; whoever comes second sees it."""

    message = N_("Este caso já foi decidido. Recarregue para ver a decisão.")


class AboutYourself(NotAllowed):
    """A moderator never decides what is theirs."""

    message = N_("Você não pode cuidar de um caso sobre um texto seu ou que você denunciou. Deixe para outra pessoa.")


def open_for(thing: Thing) -> Case:
    """The open case about this thing, locked; a new one, with its words as they stand now, if there is none."""
    if (case := _open(thing.name)) is not None:
        return case
    case = Case(
        thing=thing.name.sort,
        thing_id=thing.name.number,
        subject_id=thing.author_id,
        words=dict(thing.words),
        language=thing.language,
    )
    try:
        with db.session.begin_nested():
            db.session.add(case)
    except IntegrityError:
        # Somebody else opened it at this very moment.
        found = _open(thing.name)
        assert found is not None
        return found
    return case


def locked(number: int) -> Case:
    """The case of that number as it is now, locked until the transaction ends."""
    asked = select(Case).where(Case.id == number).with_for_update(key_share=True)
    return db.session.scalars(asked.execution_options(populate_existing=True)).one()


def claim(case: Case, by: Person) -> None:
    """Take the case; again, nothing changes. Raises AlreadyDecided, TakenByAnother, AboutYourself."""
    case = locked(case.id)
    ensure_may_decide(case, by)
    if case.claimed_by_id == by.id:
        return
    case.claimed_by_id, case.claimed_at = by.id, clock.now()
    log.write(by=by, action="case_claimed", thing="moderation_case", thing_id=case.id)


def give_back(case: Case, by: Person) -> None:
    """Let others have it. Nothing changes if it is not this person's."""
    case = locked(case.id)
    if case.is_open and case.claimed_by_id == by.id:
        case.claimed_by_id = case.claimed_at = None
        log.write(by=by, action="case_given_back", thing="moderation_case", thing_id=case.id)


def ensure_may_decide(case: Case, by: Person) -> None:
    """Raises AlreadyDecided, AboutYourself, TakenByAnother."""
    if not case.is_open:
        raise AlreadyDecided
    if by.id == case.subject_id or was_reported_by(case, by):
        raise AboutYourself
    if case.claimed_by_id not in {None, by.id}:
        raise TakenByAnother(name=db.session.get_one(Person, case.claimed_by_id).name)


def is_open_for(name: Name) -> bool:
    """Whether a case about this thing waits for a decision."""
    return _open(name) is not None


def was_reported_by(case: Case, by: Person) -> bool:
    """Whether one of the case's reports is this person's."""
    mine = select(Report.id).where(Report.case_id == case.id, Report.reporter_id == by.id)
    return db.session.scalar(mine) is not None


def _open(name: Name) -> Case | None:
    about = Case.thing == name.sort, Case.thing_id == name.number, Case.closed_at.is_(None)
    asked = select(Case).where(*about).with_for_update(key_share=True)
    return db.session.scalar(asked.execution_options(populate_existing=True))
