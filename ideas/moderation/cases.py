"""Open, claim and release cases. A unique index ensures one open case per text."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, NotAllowed, Refused
from ideas.moderation.models import Case, Report
from ideas.moderation.targets import Target, TargetKey


class TakenByAnother(Refused):
    """Another moderator has claimed the case."""

    message = N_("%(name)s já está com este caso.")


class AlreadyDecided(Refused):
    """The case is already decided: the first decision wins."""

    message = N_("Este caso já foi decidido. Recarregue para ver a decisão.")


class AboutYourself(NotAllowed):
    """A moderator does not decide about their own texts or their own reports."""

    message = N_("Você não pode cuidar de um caso sobre um texto seu ou que você denunciou. Deixe para outra pessoa.")


def open_for(thing: Target) -> Case:
    """The open case about this text, locked. Inserts one with the current text if there is none."""
    if (case := _open_case(thing.key)) is not None:
        return case
    case = Case(
        thing=thing.key.kind,
        thing_id=thing.key.number,
        subject_id=thing.author_id,
        words=dict(thing.words),
        language=thing.language,
    )
    try:
        with db.session.begin_nested():
            db.session.add(case)
    except IntegrityError:
        # Another transaction opened it first.
        winner = _open_case(thing.key)
        assert winner is not None
        return winner
    return case


def lock(number: int) -> Case:
    """Lock the case until the transaction ends, and return it refreshed."""
    query = select(Case).where(Case.id == number).with_for_update(key_share=True)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def claim(case: Case, by: Person) -> None:
    """Claim the case. Idempotent. Raises AlreadyDecided, TakenByAnother, AboutYourself."""
    case = lock(case.id)
    ensure_may_decide(case, by)
    if case.claimed_by_id == by.id:
        return
    case.claimed_by_id, case.claimed_at = by.id, clock.now()
    log.write(by=by, action="case_claimed", thing="moderation_case", thing_id=case.id)


def release(case: Case, by: Person) -> None:
    """Release a claimed case. Changes nothing if the person has not claimed it."""
    case = lock(case.id)
    if case.is_open and case.claimed_by_id == by.id:
        case.claimed_by_id = case.claimed_at = None
        log.write(by=by, action="case_given_back", thing="moderation_case", thing_id=case.id)


def ensure_may_decide(case: Case, by: Person) -> None:
    """Raise AlreadyDecided, AboutYourself or TakenByAnother if the person may not decide the case."""
    if not case.is_open:
        raise AlreadyDecided
    if by.id == case.subject_id or was_reported_by(case, by):
        raise AboutYourself
    if case.claimed_by_id not in {None, by.id}:
        raise TakenByAnother(name=db.session.get_one(Person, case.claimed_by_id).name)


def is_open_for(key: TargetKey) -> bool:
    """Whether the text has an open case."""
    return _open_case(key) is not None


def was_reported_by(case: Case, by: Person) -> bool:
    """Whether this person reported the text of the case."""
    own_reports = select(Report.id).where(Report.case_id == case.id, Report.reporter_id == by.id)
    return db.session.scalar(own_reports) is not None


def _open_case(key: TargetKey) -> Case | None:
    same = Case.thing == key.kind, Case.thing_id == key.number, Case.closed_at.is_(None)
    query = select(Case).where(*same).with_for_update(key_share=True)
    return db.session.scalar(query.execution_options(populate_existing=True))
