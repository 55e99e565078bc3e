"""Staff roles; the portal always has an operator."""

import pytest
from sqlalchemy import select

from ideas.accounts import sanctions, staff
from ideas.accounts.models import Person, Role, Session, StaffRole
from ideas.accounts.staff import LastOperator
from ideas.audit.models import AuditEntry
from ideas.db import db
from ideas.products.models import Product


def products() -> list[int]:
    return list(db.session.scalars(select(Product.id)))


def test_roles_and_products_are_replaced(iris, heitor):
    staff.assign(heitor, {Role.PRODUCT_MANAGER, Role.MODERATOR}, products(), by=iris)
    assert staff.roles_of(heitor) == {Role.PRODUCT_MANAGER, Role.MODERATOR}
    assert staff.products_of(heitor) == set(products())
    staff.assign(heitor, {Role.ANALYST}, products(), by=iris)
    assert staff.roles_of(heitor) == {Role.ANALYST}
    assert staff.products_of(heitor) == set(), "only product managers have products"
    staff.assign(heitor, {Role.ANALYST}, [], by=iris)
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.before["roles"], entry.after["roles"]) for entry in entries] == [
        (["analyst"], ["moderator", "product_manager"]),
        (["moderator", "product_manager"], ["analyst"]),
    ]


def test_the_last_operator_cannot_lose_the_role_or_be_locked(iris, heitor, gilda):
    with pytest.raises(LastOperator):
        staff.assign(iris, set(), [], by=heitor)
    staff.assign(heitor, {Role.OPERATOR}, [], by=iris)
    sanctions.lock(heitor, by=iris)
    with pytest.raises(LastOperator):
        sanctions.lock(iris, by=gilda)
    sanctions.unlock(heitor, by=iris)
    staff.assign(iris, set(), [], by=heitor)
    assert staff.roles_of(iris) == set()


def test_a20_of_two_operators_who_demote_each_other_one_remains(at_once, iris, heitor):
    staff.assign(heitor, {Role.OPERATOR}, [], by=iris)
    db.session.commit()
    pairs = [(iris.id, heitor.id), (heitor.id, iris.id)]

    def demote(place: int) -> None:
        by, person = (db.session.get_one(Person, number) for number in pairs[place % 2])
        staff.assign(person, set(), [], by=by)
        db.session.commit()

    results = at_once(8, demote)
    assert any(isinstance(result, LastOperator) for result in results)
    assert db.session.query(StaffRole).filter_by(role=Role.OPERATOR).count() == 1


@pytest.mark.parametrize("action", [sanctions.lock, sanctions.unlock, sanctions.restore])
def test_nobody_may_sanction_themselves(action, iris):
    with pytest.raises(sanctions.NotOneself):
        action(iris, by=iris)
    with pytest.raises(sanctions.NotOneself):
        sanctions.suspend(iris, until=None, by=iris)


def test_a_lock_ends_every_session_and_logs_the_reason(browser, ana, iris):
    hers = browser(ana)
    sanctions.lock(ana, by=iris, why="Celular roubado")
    db.session.commit()
    assert db.session.query(Session).filter_by(person_id=ana.id).count() == 0
    assert hers.get("/minhas-ideias").status_code == 303
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.thing_id, entry.why) == ("person_locked", ana.id, "Celular roubado")
