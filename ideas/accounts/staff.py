"""The vendor's people: their roles, and the products that a product manager is responsible for."""

from collections.abc import Collection

from sqlalchemy import delete, exists, select

from ideas.accounts.models import Person, ProductManager, Role, StaffRole
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused


class LastOperator(Refused):
    """The portal would have no operator who can sign in."""

    message = N_("O portal precisa de ao menos uma pessoa que o opere. Dê o papel a outra pessoa antes.")


def roles_of(person: Person) -> set[Role]:
    """Return the person's roles."""
    return {Role(role) for role in db.session.scalars(select(StaffRole.role).where(StaffRole.person_id == person.id))}


def products_of(person: Person) -> set[int]:
    """Return the ids of the products that the person is responsible for."""
    return set(db.session.scalars(select(ProductManager.product_id).where(ProductManager.person_id == person.id)))


def assign(person: Person, roles: Collection[Role], products: Collection[int], *, by: Person | None) -> None:
    """Replace the person's roles and products. Takes effect at the next request.

    Products are ignored unless the person is a product manager. `by` is None for a command. Raises LastOperator.
    """
    if Role.OPERATOR not in roles:
        ensure_another_operator(person)
    before = _facts(roles_of(person), products_of(person))
    products = set(products) if Role.PRODUCT_MANAGER in roles else set()
    after = _facts(roles, products)
    if before == after:
        return
    for table in (StaffRole, ProductManager):
        db.session.execute(delete(table).where(table.person_id == person.id))
    db.session.add_all(StaffRole(person_id=person.id, role=role) for role in sorted(set(roles)))
    db.session.add_all(ProductManager(person_id=person.id, product_id=product) for product in sorted(products))
    db.session.flush()
    log.write(by=by, action="roles_changed", thing="person", thing_id=person.id, before=before, after=after)


def ensure_another_operator(person: Person) -> None:
    """Raise LastOperator if the person is the last operator who can sign in.

    Locks the operators' rows before reading them: of two operators who demote each other concurrently, one is refused.
    """
    operators = select(StaffRole).where(StaffRole.role == Role.OPERATOR).order_by(StaffRole.person_id)
    ids = {row.person_id for row in db.session.scalars(operators.with_for_update())}
    if person.id not in ids:
        return
    another = exists().where(
        Person.id.in_(select(StaffRole.person_id).where(StaffRole.role == Role.OPERATOR)),
        Person.id != person.id,
        Person.locked_at.is_(None),
        Person.closed_at.is_(None),
    )
    if not db.session.scalar(select(another)):
        raise LastOperator


def _facts(roles: Collection[str], products: Collection[int]) -> dict[str, list[str] | list[int]]:
    return {"roles": sorted(roles), "products": sorted(products)}
