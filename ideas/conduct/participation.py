"""The check before posting, commenting and voting: may this person take part now?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, select

from ideas import clock
from ideas.accounts.models import Person, StaffRole
from ideas.companies.models import Company
from ideas.conduct.models import ConductAcceptance, ConductVersion
from ideas.db import rows
from ideas.errors import N_, NotAllowed
from ideas.statements import statement


class MayNotParticipate(NotAllowed):
    """This person may only read for now."""


class NoCompany(MayNotParticipate):
    """A person without a company may only read."""

    message = N_("Para participar é preciso fazer parte de uma empresa cliente. Peça o convite ao administrador dela.")


class Suspended(MayNotParticipate):
    """Suspended without an end date. The person may still read and appeal."""

    message = N_("Sua participação está suspensa sem data de término. Você ainda pode ler e recorrer da decisão.")


class SuspendedFor(Suspended):
    """Suspended until a date. The person may still read and appeal."""

    message = N_("Sua participação está suspensa até %(until)s. Até lá você pode ler e recorrer da decisão.")


class CodeNotAccepted(MayNotParticipate):
    """The current code, number `version`, was not accepted. The answer asks for consent, then continues the request."""

    message = N_("Para participar é preciso aceitar o código de conduta.")
    status = 409

    def __init__(self, version: int) -> None:
        super().__init__(version=version)
        self.version = version


@dataclass(frozen=True)
class _ParticipationFacts:
    #: The current version, the last version that must be accepted again, and the last one that the person accepted.
    current: int | None
    required: int | None
    accepted: int | None
    is_staff: bool


def ensure_may_participate(person: Person, company: Company | None) -> Company:
    """Return the company if the person may post and vote for it now. Sends one statement at most.

    Raises NoCompany, SuspendedFor, Suspended or CodeNotAccepted, which are all MayNotParticipate.
    """
    if company is None:
        raise NoCompany
    _ensure_accepted(_load_facts_unless_suspended(person))
    return company


def ensure_may_comment(author: Person, company: Company | None) -> Company | None:
    """The same check for comments, which staff may write without a company."""
    facts = _load_facts_unless_suspended(author)
    if company is None and not facts.is_staff:
        raise NoCompany
    _ensure_accepted(facts)
    return company


def ensure_may_report(person: Person, company: Company | None) -> Company | None:
    """The same check for reports, which do not require the code to be accepted."""
    facts = _load_facts_unless_suspended(person)
    if company is None and not facts.is_staff:
        raise NoCompany
    return company


def _ensure_accepted(facts: _ParticipationFacts) -> None:
    """Raise CodeNotAccepted, unless the acceptance is valid: until a later version that must be accepted again."""
    if facts.current is not None and (facts.accepted is None or facts.accepted < (facts.required or 0)):
        raise CodeNotAccepted(facts.current)


def suspension_refusal(person: Person) -> Suspended | None:
    """Return the refusal for a person who is currently suspended, else None."""
    if not person.is_suspended:
        return None
    if person.suspended_until is None:
        return Suspended()
    return SuspendedFor(until=clock.date_in_sao_paulo(person.suspended_until))


def _load_facts_unless_suspended(person: Person) -> _ParticipationFacts:
    if (refusal := suspension_refusal(person)) is not None:
        raise refusal
    return _facts(person)


def _facts(person: Person) -> _ParticipationFacts:
    return _ParticipationFacts(*rows(_question(), person=person.id)[0])


@statement
def _question() -> Select[Any]:
    person: BindParameter[int] = bindparam("person")
    newest = select(func.max(ConductVersion.number))
    mine = select(func.max(ConductAcceptance.version)).where(ConductAcceptance.person_id == person)
    return select(
        newest.scalar_subquery(),
        newest.where(ConductVersion.asks_again).scalar_subquery(),
        mine.scalar_subquery(),
        exists().where(StaffRole.person_id == person),
    )
