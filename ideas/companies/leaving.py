"""Remove a member from a company, after transferring their obligations.

Features register obligations, such as open tickets, with `register_obligation`; wiring/registries.py calls it. An
operation that gives a member a new obligation locks the membership, as `remove_member` does, so that neither misses the
other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit import log
from ideas.companies import administering
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Missing, Refused
from ideas.outbox import recording

CountOpen = Callable[[Membership], int]
Transfer = Callable[[Membership, Membership, Person], None]


class AdministratorStays(Refused):
    """The administrator must hand over the administration before leaving."""

    message = N_("Quem administra a empresa passa a administração a outra pessoa antes de sair.")


class UnassignedObligation(Refused):
    """The obligation called `name` has no successor."""

    message = N_("Escolha quem assume o que esta pessoa deixa em aberto.")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


@dataclass(frozen=True)
class Obligation:
    """A kind of object that must be owned by a member of the company."""

    name: str
    count_open: CountOpen
    transfer: Transfer
    #: A msgid: "Chamados abertos".
    label: str


@dataclass(frozen=True)
class OpenObligation:
    """How many objects of one obligation a member owns."""

    name: str
    label: str
    count: int


_obligations: dict[str, Obligation] = {}


def register_obligation(name: str, count_open: CountOpen, transfer: Transfer, *, label: str) -> None:
    """Register objects that must be transferred before a member leaves. Called by wiring/registries.py.

    `count_open(membership)` counts them. `transfer(membership, successor, by)` gives them to another member of the
    company, in the transaction of the removal. `label` is a msgid ("Chamados abertos").
    """
    _obligations[name] = Obligation(name, count_open, transfer, label)


def open_obligations(membership: Membership) -> list[OpenObligation]:
    """Return everything that the member must transfer, with one query per registered obligation."""
    counts = [(one, one.count_open(membership)) for one in _obligations.values()]
    return [OpenObligation(one.name, one.label, count) for one, count in counts if count]


def remove_member(
    membership: Membership, *, company: Company, by: Person, successors: Mapping[str, Membership] | None = None
) -> None:
    """End the membership, and transfer each obligation, by its name, to a successor.

    Raises NotTheAdministrator, Missing, AdministratorStays, UnassignedObligation.
    """
    administering.lock(company, by)
    administering.lock_member(membership, company)
    if company.administrator_id == membership.id:
        raise AdministratorStays
    _transfer_obligations(membership, company, by, successors or {})
    membership.ended_at = clock.now()
    db.session.flush()
    recording.record("membership_ended", thing="company", thing_id=company.id, by=by.id,
                     person_id=membership.person_id, company=company.name)  # fmt: skip
    log.write(by=by, action="person_removed", thing="membership", thing_id=membership.id,
              before={"person": membership.person_id, "company": company.id})  # fmt: skip


def _transfer_obligations(
    membership: Membership, company: Company, by: Person, successors: Mapping[str, Membership]
) -> None:
    for open_one in open_obligations(membership):
        successor = successors.get(open_one.name)
        if successor is None or successor.id == membership.id:
            raise UnassignedObligation(open_one.name)
        try:
            administering.lock_member(successor, company)
        except Missing:
            raise UnassignedObligation(open_one.name) from None
        _obligations[open_one.name].transfer(membership, successor, by)
