"""Tell the moderators that something breaks a rule. Who told is never shown to its author."""

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
from ideas.moderation.targets import Name, Thing

#: After a decision the same words rest for so long (F02).
REST = timedelta(hours=24)
LONGEST = 1000


class YourOwnWords(NotAllowed):
    """Nobody reports themselves."""

    message = N_("Este texto é seu: não dá para denunciar a si mesmo.")


class DecidedLately(Refused):
    """Moderation has looked at these very words."""

    message = N_("A moderação decidiu sobre este texto há menos de um dia. Se ele mudar, você pode denunciar de novo.")


@dataclass(frozen=True)
class NewReport:
    """Which rule is broken, and how, in at most LONGEST characters."""

    rule: ConductRule
    words: str = ""


def report(thing: Thing, new: NewReport, *, reporter: Person, company: Company | None) -> Report:
    """The report, gathered in the thing's case; the first one if this person reported it before.

    Raises YourOwnWords, DecidedLately, and what taking_part raises.
    """
    company = participation.ensure_may_report(reporter, company)
    if thing.author_id == reporter.id:
        raise YourOwnWords
    if _rests(thing):
        raise DecidedLately
    case = cases.open_for(thing)
    mine = select(Report).where(Report.case_id == case.id, Report.reporter_id == reporter.id)
    if (first := db.session.scalar(mine)) is not None:
        return first
    made = Report(
        case_id=case.id,
        reporter_id=reporter.id,
        rule_id=new.rule.id,
        company_id=company.id if company else None,
        words=new.words,
    )
    db.session.add(made)
    db.session.flush()
    return made


def reported_before(name: Name, reporter: Person) -> bool:
    """Whether this person's report of it still waits for a decision."""
    about = Case.thing == name.sort, Case.thing_id == name.number, Case.closed_at.is_(None)
    mine = select(Report.id).join(Case, Case.id == Report.case_id).where(*about, Report.reporter_id == reporter.id)
    return db.session.scalar(mine) is not None


def _rests(thing: Thing) -> bool:
    """Whether these very words were decided on within the time they rest."""
    about = Case.thing == thing.name.sort, Case.thing_id == thing.name.number
    lately = select(Case.words).where(*about, Case.closed_at > clock.now() - REST)
    return any(words == dict(thing.words) for words in db.session.scalars(lately))
