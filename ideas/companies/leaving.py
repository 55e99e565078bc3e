"""Leaving a company: whoever owes it something hands that over first, there and then.

Features above say what may be owed (open tickets) with `obligation`; wiring/registries.py calls it. Whoever
takes on a new obligation locks the membership's row, as removing does: neither slips past the other.
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

Finder = Callable[[Membership], int]
Transfer = Callable[[Membership, Membership, Person], None]


class AdministratorStays(Refused):
    """The administrator hands the administration over before leaving."""

    message = N_("Quem administra a empresa passa a administração a outra pessoa antes de sair.")


class StillOwes(Refused):
    """Something has no other owner yet; `name` says which obligation."""

    message = N_("Escolha quem assume o que esta pessoa deixa em aberto.")

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


@dataclass(frozen=True)
class Obligation:
    """A sort of thing that somebody of the company must own."""

    name: str
    finder: Finder
    transfer: Transfer
    #: A msgid: "Chamados abertos".
    label: str


@dataclass(frozen=True)
class Debt:
    """How many of one sort a person has."""

    name: str
    label: str
    count: int


_obligations: dict[str, Obligation] = {}


def obligation(name: str, finder: Finder, transfer: Transfer, *, label: str) -> None:
    """Register what must be handed over before a person leaves. Called by wiring/registries.py.

    `finder(membership)` counts them; `transfer(membership, heir, by)` gives them to another member
    of the same company, in the transaction of the removal. `label` is a msgid ("Chamados abertos").
    """
    _obligations[name] = Obligation(name, finder, transfer, label)


def owed_by(membership: Membership) -> list[Debt]:
    """What the person has to hand over, nothing left out: one question for each registered sort."""
    counts = [(one, one.finder(membership)) for one in _obligations.values()]
    return [Debt(one.name, one.label, count) for one, count in counts if count]


def remove(
    membership: Membership, *, company: Company, by: Person, heirs: Mapping[str, Membership] | None = None
) -> None:
    """End the person's membership; what they owe goes to the heirs, by the obligation's name.

    Raises NotTheAdministrator, Missing, AdministratorStays, StillOwes.
    """
    administering.lock(company, by)
    administering.lock_member(membership, company)
    if company.administrator_id == membership.id:
        raise AdministratorStays
    _hand_over(membership, company, by, heirs or {})
    membership.ended_at = clock.now()
    db.session.flush()
    recording.record("membership_ended", thing="company", thing_id=company.id, by=by.id,
                     person_id=membership.person_id, company=company.name)  # fmt: skip
    log.write(by=by, action="person_removed", thing="membership", thing_id=membership.id,
              before={"person": membership.person_id, "company": company.id})  # fmt: skip


def _hand_over(membership: Membership, company: Company, by: Person, heirs: Mapping[str, Membership]) -> None:
    for debt in owed_by(membership):
        heir = heirs.get(debt.name)
        if heir is None or heir.id == membership.id:
            raise StillOwes(debt.name)
        try:
            administering.lock_member(heir, company)
        except Missing:
            raise StillOwes(debt.name) from None
        _obligations[debt.name].transfer(membership, heir, by)
