"""Access requests (*Quero me cadastrar*): a person asks to join a company; its administrator approves or refuses.

The answer to a request is always the same, from the same statements. Only the worker reads, later, whether the company
exists or has an administrator, and whether the person has an account.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, delete, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from ideas import clock, jobs, networks, sql
from ideas.accounts import email_addresses, identifying
from ideas.accounts.documents import Cpf
from ideas.accounts.models import Person, Role, StaffRole
from ideas.audit import log
from ideas.companies import administering, inviting
from ideas.companies.cnpj import Cnpj
from ideas.companies.inviting import NewInvitation
from ideas.companies.models import AccessRequest, AccessRequestOutcome, Company, Invitation, Membership, Permissions
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed, Refused
from ideas.outbox import recording

#: Requests per network and hour.
LIMIT_WINDOW, MAX_REQUESTS_PER_NETWORK = timedelta(hours=1), 10
#: How long pending requests (also those for an unknown company) and decided ones are stored.
UNDECIDED_RETENTION, DECIDED_RETENTION = timedelta(days=90), timedelta(days=365)


class TooManyRequests(Refused):
    """The network reached its limit. This does not depend on the content of the request."""

    message = N_("Foram muitos pedidos em pouco tempo. Tente de novo daqui a uma hora.")
    status = 429


class ReasonRequired(Refused):
    """A refusal must give the applicant a reason."""

    message = N_("Diga por que o pedido foi recusado: a pessoa vai ler o motivo.")
    status = 422


@dataclass(frozen=True, kw_only=True)
class NewAccessRequest:
    """The input of an applicant."""

    cpf: Cpf
    name: str
    email: str
    cnpj: Cnpj
    language: str
    network: str = field(repr=False)


def submit(new: NewAccessRequest) -> None:
    """Store the request, with the same statements for any input. Raises TooManyRequests.

    Repeating a pending request with the same email does not change it, and sends no second notification.
    """
    _ensure_within_limit(new.network)
    company = db.session.scalar(select(Company).where(Company.cnpj == new.cnpj.code, Company.closed_at.is_(None)))
    number, times = _upsert(new, company.id if company else None)
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
    """Approve: the applicant gets an invitation, which works only for the CPF of the request.

    An invitation that waits at the same address gives way to it. Raises NotTheAdministrator or
    NotAllowed, Missing (decided meanwhile), AlreadyAMember, TooManyInvitationEmails.
    """
    company = _lock(request, by)
    _decide(request, AccessRequestOutcome.APPROVED, by)
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
    inviting.create_invitation(company, new, by=by)
    log.write(
        by=by, action="access_approved", thing="access_request", thing_id=request.id, after={"company": company.id}
    )


def refuse(request: AccessRequest, reason: str, *, by: Person) -> None:
    """Refuse, and email the reason to the applicant. Raises as `approve`, and ReasonRequired."""
    company = _lock(request, by)
    if not reason.strip():
        raise ReasonRequired
    request.reason = reason.strip()
    _decide(request, AccessRequestOutcome.REFUSED, by)
    recording.record("access_refused", thing="access_request", thing_id=request.id, by=by.id)
    log.write(by=by, action="access_refused", thing="access_request", thing_id=request.id,
              after={"company": company.id}, why=request.reason)  # fmt: skip


def pending_for(company: Company, *, before: int | None, limit: int) -> Sequence[AccessRequest]:
    """Return the company's pending requests, newest first."""
    return _page(select(AccessRequest).where(AccessRequest.company_id == company.id), before, limit)


def pending_for_operators(*, before: int | None, limit: int) -> Sequence[AccessRequest]:
    """Return the pending requests to companies without an administrator, with the company loaded."""
    return _page(_without_administrator(), before, limit)


def find_for_operators(number: int) -> AccessRequest | None:
    """Return one pending request to a company without an administrator, with the company loaded."""
    return db.session.scalar(
        _without_administrator().where(AccessRequest.id == number, AccessRequest.outcome.is_(None))
    )


def count_pending(company: Company) -> int:
    """Count the company's pending requests."""
    waiting = select(func.count()).where(AccessRequest.company_id == company.id, AccessRequest.outcome.is_(None))
    return db.session.scalar(waiting) or 0


def decided_for(company: Company, *, limit: int) -> Sequence[tuple[AccessRequest, Person | None]]:
    """Return the latest decided requests, each with the person who decided."""
    rows = (
        select(AccessRequest, Person)
        .outerjoin(Person, Person.id == AccessRequest.decided_by_id)
        .where(AccessRequest.company_id == company.id, AccessRequest.outcome.is_not(None))
        .order_by(AccessRequest.decided_at.desc(), AccessRequest.id.desc())
        .limit(limit)
    )
    return [(request, person) for request, person in db.session.execute(rows)]


def find_for_company(number: int, company: Company) -> AccessRequest | None:
    """Return the company's pending request with that id."""
    found = db.session.get(AccessRequest, number)
    return found if found and found.company_id == company.id and found.outcome is None else None


def deciders(request: AccessRequest) -> list[int]:
    """Return who may decide: the administrator, or every operator if there is none; nobody for an unknown CNPJ."""
    company = db.session.get(Company, request.company_id) if request.company_id else None
    if company is None or company.closed_at is not None:
        return []
    if company.administrator_id is None:
        return list(db.session.scalars(select(StaffRole.person_id).where(StaffRole.role == Role.OPERATOR)))
    return list(db.session.scalars(select(Membership.person_id).where(Membership.id == company.administrator_id)))


def decidable_among(numbers: Iterable[int], person: Person) -> set[int]:
    """Return those of these requests that the person may currently see, in one query."""
    operator = exists().where(StaffRole.person_id == person.id, StaffRole.role == Role.OPERATOR)
    mine = exists().where(Membership.id == Company.administrator_id, Membership.person_id == person.id)
    known = select(AccessRequest.id).join(AccessRequest.company).where(AccessRequest.id.in_(set(numbers)))
    return set(db.session.scalars(known.where(or_(mine, Company.administrator_id.is_(None) & operator))))


def _without_administrator() -> Select[AccessRequest]:
    waiting = select(AccessRequest).join(AccessRequest.company).options(contains_eager(AccessRequest.company))
    return waiting.where(Company.administrator_id.is_(None), Company.closed_at.is_(None))


def _page(requests: Select[AccessRequest], before: int | None, limit: int) -> Sequence[AccessRequest]:
    waiting = requests.where(AccessRequest.outcome.is_(None)).order_by(AccessRequest.id.desc()).limit(limit)
    return db.session.scalars(waiting if before is None else waiting.where(AccessRequest.id < before)).all()


def _lock(request: AccessRequest, by: Person) -> Company:
    """Lock the company, then the request, and check that `by` may decide now."""
    if request.company_id is None:
        raise Missing
    company = db.session.get_one(Company, request.company_id)
    db.session.refresh(company, with_for_update=administering.ROW_LOCK)
    if company.administrator_id is not None:
        administering.lock(company, by)
    elif by.id not in deciders(request):
        raise NotAllowed
    db.session.refresh(request, with_for_update=administering.ROW_LOCK)
    if request.outcome is not None:
        raise Missing
    return company


def _decide(request: AccessRequest, outcome: AccessRequestOutcome, by: Person) -> None:
    request.outcome, request.decided_at, request.decided_by_id = outcome.value, clock.now(), by.id
    db.session.flush()


def _ensure_within_limit(network: str) -> None:
    site = networks.site_prefix(network)
    at_limit = _count_recent(AccessRequest.network == network) >= MAX_REQUESTS_PER_NETWORK or (
        site is not None
        and _count_recent(AccessRequest.network.startswith(site)) >= MAX_REQUESTS_PER_NETWORK * networks.SITE_FACTOR
    )
    if at_limit:
        raise TooManyRequests


def _count_recent(within: ColumnElement[bool]) -> int:
    since = clock.now() - LIMIT_WINDOW
    return db.session.scalar(select(func.count()).where(within, AccessRequest.asked_at > since)) or 0


def _upsert(new: NewAccessRequest, company_id: int | None) -> tuple[int, int]:
    """Upsert the request in one statement; return its id, and how often it was submitted."""
    table = cast(Table, AccessRequest.__table__)
    insert = sql.upsert(AccessRequest).values(
        company_id=company_id,
        cnpj=new.cnpj.code,
        cpf_lookup=identifying.ring().lookup(new.cpf),
        name=new.name.strip(),
        email=email_addresses.normalize(new.email),
        language=new.language,
        network=new.network,
        asked_at=clock.now(),
        times=1,
        reason="",
    )
    # The first version stays: nobody may change the email of a request that is about to be approved.
    upsert = insert.on_conflict_do_update(
        index_elements=["cnpj", "cpf_lookup", "email"],
        index_where=table.c.outcome.is_(None),
        set_={"times": table.c.times + 1},
    )
    number, times = db.session.execute(upsert.returning(table.c.id, table.c.times)).one()
    return number, times


@jobs.scheduled("companies.forget_requests", "50 3 * * *")
def delete_old_requests() -> None:
    """Delete the requests past their retention."""
    now = clock.now()
    over = or_(
        AccessRequest.outcome.is_(None) & (AccessRequest.asked_at < now - UNDECIDED_RETENTION),
        AccessRequest.decided_at < now - DECIDED_RETENTION,
    )
    db.session.execute(delete(AccessRequest).where(over))
