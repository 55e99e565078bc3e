"""The one question before posting, commenting and voting: may this person take part now?"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, exists, func, select

from ideas import clock
from ideas.accounts.models import Person, StaffRole
from ideas.companies.models import Company
from ideas.conduct.models import ConductAcceptance, ConductVersion
from ideas.db import db
from ideas.errors import N_, NotAllowed
from ideas.statements import statement


class NotTakingPart(NotAllowed):
    """This person reads, for now."""


class NoCompany(NotTakingPart):
    """Who belongs to no company reads."""

    message = N_("Para participar é preciso fazer parte de uma empresa cliente. Peça o convite ao administrador dela.")


class Suspended(NotTakingPart):
    """Suspended without end: reading and appealing remain."""

    message = N_("Sua participação está suspensa sem data de término. Você ainda pode ler e recorrer da decisão.")


class SuspendedFor(Suspended):
    """Suspended until a date: reading and appealing remain."""

    message = N_("Sua participação está suspensa até %(until)s. Até lá você pode ler e recorrer da decisão.")


class CodeNotAccepted(NotTakingPart):
    """The code of conduct in force was not accepted; `version` is its number. The edge asks, and the deed goes on."""

    message = N_("Para participar é preciso aceitar o código de conduta.")
    status = 409

    def __init__(self, version: int) -> None:
        super().__init__(version=version)
        self.version = version


@dataclass(frozen=True)
class _Facts:
    #: The version in force, the last one that asks everybody again, the last one that the person accepted.
    current: int | None
    asked: int | None
    accepted: int | None
    is_staff: bool


def ensure_taking_part(person: Person, company: Company | None) -> Company:
    """The company, when the person may post and vote in its name now. One statement at most.

    Raises NoCompany, SuspendedFor, Suspended, CodeNotAccepted: each is a NotTakingPart.
    """
    if company is None:
        raise NoCompany
    _ensure(_not_suspended(person))
    return company


def ensure_may_comment(author: Person, company: Company | None) -> Company | None:
    """The same for comments, which staff write without a company."""
    facts = _not_suspended(author)
    if company is None and not facts.is_staff:
        raise NoCompany
    _ensure(facts)
    return company


def ensure_may_report(person: Person, company: Company | None) -> Company | None:
    """The same for reporting, which asks nobody to accept the code first."""
    facts = _not_suspended(person)
    if company is None and not facts.is_staff:
        raise NoCompany
    return company


def _ensure(facts: _Facts) -> None:
    """An acceptance holds until a later version that asks everybody again."""
    if facts.current is not None and (facts.accepted is None or facts.accepted < (facts.asked or 0)):
        raise CodeNotAccepted(facts.current)


def suspension(person: Person) -> Suspended | None:
    """What is said to a person who is suspended now."""
    if not person.is_suspended:
        return None
    if person.suspended_until is None:
        return Suspended()
    return SuspendedFor(until=clock.date_in_sao_paulo(person.suspended_until))


def _not_suspended(person: Person) -> _Facts:
    if (refusal := suspension(person)) is not None:
        raise refusal
    return _facts(person)


def _facts(person: Person) -> _Facts:
    return _Facts(*db.session.execute(_question(), {"person": person.id}).one())


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
