"""*Quero me cadastrar*: somebody asks to join a company, and whoever answers for it approves or refuses.

The answer to asking is always the same, and so is the work: whether the company exists, has an
administrator, or the person an account, is seen by the worker alone, later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Select, Table, delete, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from ideas import clock, jobs, sql
from ideas.accounts import email_addresses, identifying
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person, Role, StaffRole
from ideas.audit import log
from ideas.companies import administering, inviting
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import AccessRequest, Company, Invitation, Membership, Outcome, Permissions
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed, Refused
from ideas.outbox import recording

#: Requests from one network in an hour.
WINDOW, MOST = timedelta(hours=1), 10
#: A request nobody decided, or that names no company, is kept this long; a decided one a year.
UNDECIDED, DECIDED = timedelta(days=90), timedelta(days=365)


class TooManyRequests(Refused):
    """The network's limit; it says nothing of what was asked."""

    message = N_("Foram muitos pedidos em pouco tempo. Tente de novo daqui a uma hora.")
    status = 429


class NeedsAReason(Refused):
    """Whoever asked is told why not."""

    message = N_("Diga por que o pedido foi recusado: a pessoa vai ler o motivo.")
    status = 422


@dataclass(frozen=True, kw_only=True)
class NewRequest:
    """What somebody types who wants to join."""

    cpf: Cpf
    name: str
    email: str
    cnpj: Cnpj
    language: str
    network: str = field(repr=False)


def ask(new: NewRequest) -> None:
    """Write the request down, whatever it names: the same statements for every one. Raises TooManyRequests.

    Asked again with the same e-mail while it waits, it stays as it is, and nobody hears of it twice.
    """
    _ensure_few(new.network)
    company = db.session.scalar(select(Company).where(Company.cnpj == new.cnpj.code, Company.closed_at.is_(None)))
    number, times = _write(new, company.id if company else None)
    recording.record(
        "access_requested",
        thing="access_request",
        thing_id=number,
        by=None,
        again=times > 1,
        applicant=new.name.strip(),
        company=company.name if company else "",
        orphaned=company is not None and company.administrator_id is None,
    )


def approve(request: AccessRequest, permissions: Permissions, *, by: Person, makes_administrator: bool = False) -> None:
    """Let the applicant in: they get an invitation, which opens for the CPF that asked alone.

    An invitation that waits at the same address gives way to it. Raises NotTheAdministrator or
    NotAllowed, Missing (decided meanwhile), AlreadyAMember, TooManyLetters.
    """
    company = _lock(request, by)
    _decide(request, Outcome.APPROVED, by)
    waiting = select(Invitation).where(Invitation.company_id == company.id, Invitation.email == request.email)
    for invitation in db.session.scalars(
        waiting.where(Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
    ):
        invitation.revoked_at = clock.now()
    db.session.flush()
    new = NewInvitation(
        name=request.name,
        email=request.email,
        permissions=permissions,
        makes_administrator=makes_administrator and company.administrator_id is None,
        cpf_lookup=request.cpf_lookup,
        language=request.language,
    )
    inviting.write(company, new, by=by)
    log.write(
        by=by, action="access_approved", thing="access_request", thing_id=request.id, after={"company": company.id}
    )


def refuse(request: AccessRequest, reason: str, *, by: Person) -> None:
    """Turn the request down; the applicant is told the reason. Raises as approve, and NeedsAReason."""
    company = _lock(request, by)
    if not reason.strip():
        raise NeedsAReason
    request.reason = reason.strip()
    _decide(request, Outcome.REFUSED, by)
    recording.record("access_refused", thing="access_request", thing_id=request.id, by=by.id)
    log.write(by=by, action="access_refused", thing="access_request", thing_id=request.id,
              after={"company": company.id}, why=request.reason)  # fmt: skip


def waiting_for(company: Company, *, before: int | None, limit: int) -> Sequence[AccessRequest]:
    """The company's requests that nobody decided yet, the newest first."""
    return _page(select(AccessRequest).where(AccessRequest.company_id == company.id), before, limit)


def waiting_for_operators(*, before: int | None, limit: int) -> Sequence[AccessRequest]:
    """Those of companies that have no administrator yet, each with its company loaded."""
    return _page(_orphaned(), before, limit)


def for_operators(number: int) -> AccessRequest | None:
    """One of these, with its company."""
    return db.session.scalar(_orphaned().where(AccessRequest.id == number, AccessRequest.outcome.is_(None)))


def count_waiting(company: Company) -> int:
    """How many requests wait for the company's administrator."""
    waiting = select(func.count()).where(AccessRequest.company_id == company.id, AccessRequest.outcome.is_(None))
    return db.session.scalar(waiting) or 0


def decided_for(company: Company, *, limit: int) -> Sequence[tuple[AccessRequest, Person | None]]:
    """The latest decisions, and whose they were."""
    rows = (
        select(AccessRequest, Person)
        .outerjoin(Person, Person.id == AccessRequest.decided_by_id)
        .where(AccessRequest.company_id == company.id, AccessRequest.outcome.is_not(None))
        .order_by(AccessRequest.decided_at.desc(), AccessRequest.id.desc())
        .limit(limit)
    )
    return [(request, person) for request, person in db.session.execute(rows)]


def of_company(number: int, company: Company) -> AccessRequest | None:
    """One of the company's undecided requests."""
    found = db.session.get(AccessRequest, number)
    return found if found and found.company_id == company.id and found.outcome is None else None


def deciders(request: AccessRequest) -> list[int]:
    """Who may decide: the company's administrator, or every operator while it has none. Nobody for an unknown CNPJ."""
    company = db.session.get(Company, request.company_id) if request.company_id else None
    if company is None or company.closed_at is not None:
        return []
    if company.administrator_id is None:
        return list(db.session.scalars(select(StaffRole.person_id).where(StaffRole.role == Role.OPERATOR)))
    return list(db.session.scalars(select(Membership.person_id).where(Membership.id == company.administrator_id)))


def decidable_among(numbers: Iterable[int], person: Person) -> set[int]:
    """The ids of those requests of which the person may know now: one query, for a list of notices."""
    operator = exists().where(StaffRole.person_id == person.id, StaffRole.role == Role.OPERATOR)
    mine = exists().where(Membership.id == Company.administrator_id, Membership.person_id == person.id)
    known = select(AccessRequest.id).join(AccessRequest.company).where(AccessRequest.id.in_(set(numbers)))
    return set(db.session.scalars(known.where(or_(mine, Company.administrator_id.is_(None) & operator))))


def _orphaned() -> Select[AccessRequest]:
    waiting = select(AccessRequest).join(AccessRequest.company).options(contains_eager(AccessRequest.company))
    return waiting.where(Company.administrator_id.is_(None), Company.closed_at.is_(None))


def _page(requests: Select[AccessRequest], before: int | None, limit: int) -> Sequence[AccessRequest]:
    waiting = requests.where(AccessRequest.outcome.is_(None)).order_by(AccessRequest.id.desc()).limit(limit)
    return db.session.scalars(waiting if before is None else waiting.where(AccessRequest.id < before)).all()


def _lock(request: AccessRequest, by: Person) -> Company:
    """Lock the company, then the request; whoever may decide now may go on."""
    if request.company_id is None:
        raise Missing
    company = db.session.get_one(Company, request.company_id)
    db.session.refresh(company, with_for_update=administering.LOCK)
    if company.administrator_id is not None:
        administering.lock(company, by)
    elif by.id not in deciders(request):
        raise NotAllowed
    db.session.refresh(request, with_for_update=administering.LOCK)
    if request.outcome is not None:
        raise Missing
    return company


def _decide(request: AccessRequest, outcome: Outcome, by: Person) -> None:
    request.outcome, request.decided_at, request.decided_by_id = outcome.value, clock.now(), by.id
    db.session.flush()


def _ensure_few(network: str) -> None:
    since: datetime = clock.now() - WINDOW
    asked = select(func.count()).where(AccessRequest.network == network, AccessRequest.asked_at > since)
    if (db.session.scalar(asked) or 0) >= MOST:
        raise TooManyRequests


def _write(new: NewRequest, company_id: int | None) -> tuple[int, int]:
    """The request's id and how often it was asked: one statement, whether it stood already or not."""
    table = cast(Table, AccessRequest.__table__)
    made = sql.upsert(AccessRequest).values(
        company_id=company_id,
        cnpj=new.cnpj.code,
        cpf_lookup=identifying.ring().lookup(new.cpf),
        name=new.name.strip(),
        email=email_addresses.folded(new.email),
        language=new.language,
        network=new.network,
        asked_at=clock.now(),
        times=1,
        reason="",
    )
    # What stood first stays: nobody changes the address of a request that somebody is about to approve.
    kept = made.on_conflict_do_update(
        index_elements=["cnpj", "cpf_lookup", "email"],
        index_where=table.c.outcome.is_(None),
        set_={"times": table.c.times + 1},
    )
    number, times = db.session.execute(kept.returning(table.c.id, table.c.times)).one()
    return number, times


@jobs.scheduled("companies.forget_requests", "50 3 * * *")
def forget() -> None:
    """Throw away what waited too long, and what was decided a year ago."""
    now = clock.now()
    over = or_(
        AccessRequest.outcome.is_(None) & (AccessRequest.asked_at < now - UNDECIDED),
        AccessRequest.decided_at < now - DECIDED,
    )
    db.session.execute(delete(AccessRequest).where(over))
