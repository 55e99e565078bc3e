"""Operations of a company's administrator: permissions, handing over the administration, removing members."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ideas import clock
from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.companies import administering, joining, leaving, listing
from ideas.companies.administering import CannotAdminister, NotTheAdministrator
from ideas.companies.models import Company, Membership, Permissions
from ideas.db import db
from ideas.errors import Missing
from ideas.outbox.models import Event
from tests import make


def member(person: Person, company: Company) -> Membership:
    held = listing.membership_of(person, company)
    assert held
    return held


def notified(name: str) -> list[int]:
    return [event.data["person_id"] for event in db.session.scalars(select(Event).where(Event.name == name))]


def test_changing_permissions_notifies_the_member(aurora, ana, carla) -> None:
    given = Permissions(self_service=True, tickets_restricted=True)
    administering.set_permissions(member(ana, aurora), given, company=aurora, by=carla)
    administering.set_permissions(member(ana, aurora), given, company=aurora, by=carla)
    assert member(ana, aurora).permissions == given
    assert notified("permissions_changed") == [ana.id], "once: the second call changed nothing"
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.before["self_service"], entry.after["self_service"]) == (
        "permissions_changed",
        False,
        True,
    )


def test_b16_v8_3_1_v8_4_1_only_the_administrator_may_change_permissions(aurora, litoral, ana, bruno, carla) -> None:
    for person, company, by in [(ana, aurora, ana), (ana, aurora, bruno), (bruno, litoral, carla)]:
        with pytest.raises(NotTheAdministrator):
            administering.set_permissions(
                member(person, company), Permissions(self_service=True), company=company, by=by
            )
    with pytest.raises(Missing):
        administering.set_permissions(member(bruno, litoral), Permissions(self_service=True), company=aurora, by=carla)


def test_handing_over_the_administration_notifies_the_successor(aurora, ana, carla) -> None:
    administering.hand_over(aurora, member(ana, aurora), by=carla)
    assert aurora.administrator_id == member(ana, aurora).id
    assert notified("administration_received") == [ana.id]
    with pytest.raises(NotTheAdministrator):
        administering.hand_over(aurora, member(carla, aurora), by=carla)


def test_a20_the_successor_must_be_a_member_who_can_sign_in(aurora, litoral, ana, bruno, carla) -> None:
    with pytest.raises(joining.NotAMember):
        administering.hand_over(aurora, member(bruno, litoral), by=carla)
    ana.locked_at = clock.now()
    with pytest.raises(CannotAdminister):
        administering.hand_over(aurora, member(ana, aurora), by=carla)
    ana.locked_at = None
    held = member(ana, aurora)
    held.ended_at = clock.now()
    with pytest.raises(joining.NotAMember):
        administering.hand_over(aurora, held, by=carla)
    assert aurora.administrator_id == member(carla, aurora).id


@pytest.mark.parametrize("rounds", [12, pytest.param(100, marks=pytest.mark.slow)])
def test_a20_concurrent_transfers_leave_exactly_one_administrator(at_once, rounds, aurora, ana, davi) -> None:
    """The administrator repeatedly hands over to two people at the same time: one of them succeeds."""
    company_id, people = aurora.id, [ana.id, davi.id]

    def hand_over(administrator: int, successor: int) -> None:
        company, by = db.session.get_one(Company, company_id), db.session.get_one(Person, administrator)
        heir = listing.membership_of(db.session.get_one(Person, successor), company)
        assert heir
        administering.hand_over(company, heir, by=by)
        db.session.commit()

    for _ in range(rounds):
        held = listing.administrator_of(aurora)
        assert held
        successors = [person for person in [*people, make.person("carla").id] if person != held.person.id]
        holder = held.person.id
        results = at_once(2, lambda place, holder=holder, to=successors: hand_over(holder, to[place]))
        assert sorted(type(one).__name__ for one in results) == ["NoneType", "NotTheAdministrator"]
        now = listing.administrator_of(aurora)
        assert now
        assert now.person.id in successors


def test_removing_a_member_notifies_them_and_is_logged(aurora, ana, carla) -> None:
    leaving.remove_member(member(ana, aurora), company=aurora, by=carla)
    assert listing.membership_of(ana, aurora) is None
    assert notified("membership_ended") == [ana.id]
    assert db.session.scalars(select(AuditEntry.action)).one() == "person_removed"


def test_a20_the_administrator_cannot_be_removed(aurora, carla) -> None:
    with pytest.raises(leaving.AdministratorStays):
        leaving.remove_member(member(carla, aurora), company=aurora, by=carla)


def test_b16_members_of_another_company_cannot_be_removed(aurora, litoral, bruno, carla, davi) -> None:
    with pytest.raises(NotTheAdministrator):
        leaving.remove_member(member(davi, litoral), company=litoral, by=carla)
    with pytest.raises(Missing):
        leaving.remove_member(member(davi, litoral), company=aurora, by=carla)
    with pytest.raises(NotTheAdministrator):
        leaving.remove_member(member(davi, aurora), company=aurora, by=davi)


@pytest.fixture
def parcels(monkeypatch: pytest.MonkeyPatch) -> dict[int, int]:
    """An obligation for the tests: the number of parcels by membership."""
    owned: dict[int, int] = {}

    def transfer(membership: Membership, heir: Membership, by: Person) -> None:
        owned[heir.id] = owned.get(heir.id, 0) + owned.pop(membership.id)

    monkeypatch.setattr(leaving, "_obligations", {})
    leaving.register_obligation("parcels", lambda membership: owned.get(membership.id, 0), transfer, label="Pacotes")
    return owned


def test_obligations_must_be_transferred_before_removal(aurora, litoral, ana, bruno, carla, davi, parcels) -> None:
    parcels[member(ana, aurora).id] = 3
    assert [(debt.label, debt.count) for debt in leaving.open_obligations(member(ana, aurora))] == [("Pacotes", 3)]
    for heirs in ({}, {"parcels": member(ana, aurora)}, {"parcels": member(bruno, litoral)}):
        with pytest.raises(leaving.UnassignedObligation):
            leaving.remove_member(member(ana, aurora), company=aurora, by=carla, successors=heirs)
    leaving.remove_member(member(ana, aurora), company=aurora, by=carla, successors={"parcels": member(davi, aurora)})
    assert parcels == {member(davi, aurora).id: 3}
    assert listing.membership_of(ana, aurora) is None


def test_a20_the_database_ensures_exactly_one_administrator(aurora, carla) -> None:
    aurora.administrator_id = None
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_a_suspended_administrator_still_administers(aurora, ana, carla) -> None:
    """A suspension affects only ideas."""
    carla.suspended_at = clock.now()
    administering.hand_over(aurora, member(ana, aurora), by=carla)
    assert aurora.administrator_id == member(ana, aurora).id
