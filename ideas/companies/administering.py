"""Operations of a company's administrator. Permission is checked under the company's lock."""

from dataclasses import asdict

from sqlalchemy import exists, select

from ideas.accounts.models import Person
from ideas.audit import log
from ideas.companies import joining
from ideas.companies.joining import NotAMember
from ideas.companies.models import Company, Membership, Permissions
from ideas.db import db
from ideas.errors import N_, Missing, NotAllowed, Refused
from ideas.outbox import recording

#: FOR NO KEY UPDATE, so that inserting rows that reference the company does not wait.
ROW_LOCK = {"key_share": True}


class NotTheAdministrator(NotAllowed):
    """Only the current administrator of the company may do this."""

    message = N_("Só quem administra a empresa pode fazer isso. A administração pode ter mudado há pouco.")


class CannotAdminister(Refused):
    """The successor cannot sign in, so the company would have no acting administrator."""

    message = N_("A conta desta pessoa está bloqueada ou encerrada. Escolha outra pessoa.")


def lock(company: Company, by: Person) -> Company:
    """Lock the company until the transaction ends. Raises NotTheAdministrator."""
    db.session.refresh(company, with_for_update=ROW_LOCK)
    held = exists().where(Membership.id == company.administrator_id, Membership.person_id == by.id)
    if company.closed_at is not None or not db.session.scalar(select(held)):
        raise NotTheAdministrator
    return company


def lock_member(membership: Membership, company: Company) -> Membership:
    """Lock and reload the membership. Raises Missing if it ended or belongs to another company."""
    db.session.refresh(membership, ["company_id", "ended_at"], with_for_update=ROW_LOCK)
    if membership.company_id != company.id or membership.ended_at is not None:
        raise Missing
    return membership


def set_permissions(membership: Membership, permissions: Permissions, *, company: Company, by: Person) -> None:
    """Replace the member's permissions. Raises NotTheAdministrator, Missing."""
    lock(company, by)
    lock_member(membership, company)
    before = membership.permissions
    if before == permissions:
        return
    membership.permissions = permissions
    db.session.flush()
    recording.record("permissions_changed", thing="company", thing_id=company.id, by=by.id,
                     person_id=membership.person_id, company=company.name)  # fmt: skip
    log.write(by=by, action="permissions_changed", thing="membership", thing_id=membership.id,
              before=asdict(before), after=asdict(permissions))  # fmt: skip


def hand_over(company: Company, successor: Membership, *, by: Person) -> None:
    """Make that member the company's administrator instead of `by`.

    Raises NotTheAdministrator (also for the slower of two concurrent calls), NotAMember, CannotAdminister.
    """
    lock(company, by)
    try:
        lock_member(successor, company)
    except Missing:
        raise NotAMember from None
    if not db.session.get_one(Person, successor.person_id, populate_existing=True).can_sign_in:
        raise CannotAdminister
    if successor.id != company.administrator_id:
        appoint(company, successor, by=by)


def appoint(company: Company, successor: Membership, *, by: Person | None) -> None:
    """Set the company's administrator, and notify the new one and the previous one.

    For operators, and for invitations that appoint an administrator. The caller checks permission and has locked the
    company.
    """
    before = db.session.get(Membership, company.administrator_id) if company.administrator_id else None
    joining.set_administrator(company, successor)
    recording.record("administration_received", thing="company", thing_id=company.id, by=by.id if by else None,
                     person_id=successor.person_id, company=company.name)  # fmt: skip
    if before is not None and (by is None or before.person_id != by.id):
        recording.record("administration_ended", thing="company", thing_id=company.id, by=by.id if by else None,
                         person_id=before.person_id, company=company.name)  # fmt: skip
    log.write(by=by, action="administration_handed_over", thing="company", thing_id=company.id,
              before={"administrator": before.person_id if before else None},
              after={"administrator": successor.person_id})  # fmt: skip
