"""Report a text to the moderators. Its author never learns who reported it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.errors import N_, NotAllowed, Refused
from ideas.moderation import cases
from ideas.moderation.models import Case, Report
from ideas.moderation.targets import Target, TargetKey

#: After a decision, an unchanged text cannot be reported for this time (F02).
COOLDOWN = timedelta(hours=24)
MAX_LENGTH = 1000


class YourOwnWords(NotAllowed):
    """The text is the reporter's own."""

    message = N_("Este texto é seu: não dá para denunciar a si mesmo.")


class DecidedRecently(Refused):
    """The moderators decided about the same text within COOLDOWN."""

    message = N_("A moderação decidiu sobre este texto há menos de um dia. Se ele mudar, você pode denunciar de novo.")


@dataclass(frozen=True)
class NewReport:
    """The broken rule, and a comment of at most MAX_LENGTH characters."""

    rule: ConductRule
    words: str = ""


def report(target: Target, new: NewReport, *, reporter: Person, company: Company | None) -> Report:
    """Add a report to the text's open case. Idempotent per person.

    Raises YourOwnWords, DecidedRecently, what participation.ensure_may_report raises.
    """
    company = participation.ensure_may_report(reporter, company)
    if target.author_id == reporter.id:
        raise YourOwnWords
    if _was_decided_recently(target):
        raise DecidedRecently
    case = cases.open_for(target)
    own = select(Report).where(Report.case_id == case.id, Report.reporter_id == reporter.id)
    if (first := db.session.scalar(own)) is not None:
        return first
    created = Report(
        case_id=case.id,
        reporter_id=reporter.id,
        rule_id=new.rule.id,
        company_id=company.id if company else None,
        words=new.words,
    )
    db.session.add(created)
    db.session.flush()
    return created


def has_open_report(key: TargetKey, reporter: Person) -> bool:
    """Whether a report of this person about the text waits for a decision."""
    same = Case.thing == key.kind, Case.thing_id == key.number, Case.closed_at.is_(None)
    own = select(Report.id).join(Case, Case.id == Report.case_id).where(*same, Report.reporter_id == reporter.id)
    return db.session.scalar(own) is not None


def _was_decided_recently(target: Target) -> bool:
    """Whether the same text was decided about within COOLDOWN."""
    same = Case.thing == target.key.kind, Case.thing_id == target.key.number
    recent = select(Case.words).where(*same, Case.closed_at > clock.now() - COOLDOWN)
    return any(words == dict(target.words) for words in db.session.scalars(recent))
