"""The queues that each analyst answers: one type and one product each."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select

from ideas.accounts.models import Person, Role, StaffRole
from ideas.audit import log
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.products.models import Product
from ideas.tickets.models import AnalystQueue, TicketType


class NotAnAnalyst(Refused):
    """Only analysts answer queues."""

    message = N_("Só quem tem o papel de analista atende filas. Dê o papel à pessoa primeiro.")


class Queue(NamedTuple):
    """Tickets of one type and one product; the product is None for types without products."""

    type_key: str
    product_id: int | None


def set_queues(analyst: Person, queues: Collection[Queue], *, by: Person) -> None:
    """Replace the analyst's queues, and write to the audit log. Raises NotAnAnalyst.

    Ignores queues that do not exist, such as a type that needs a product without one.
    """
    # Lock the role's row, as taking the role away does.
    role = select(StaffRole).where(StaffRole.person_id == analyst.id, StaffRole.role == Role.ANALYST.value)
    if db.session.scalar(role.with_for_update()) is None:
        raise NotAnAnalyst
    before = queues_of(analyst)
    db.session.execute(delete(AnalystQueue).where(AnalystQueue.person_id == analyst.id))
    after = set(queues) & set(all_queues())
    db.session.add_all(
        AnalystQueue(person_id=analyst.id, type_key=queue.type_key, product_id=queue.product_id)
        for queue in sorted(after, key=str)
    )
    db.session.flush()
    if after != before:
        log.write(by=by, action="analyst_queues_changed", thing="person", thing_id=analyst.id,
                  before={"queues": _for_audit(before)}, after={"queues": _for_audit(after)})  # fmt: skip


def _for_audit(queues: Collection[Queue]) -> list[list[str | int | None]]:
    return sorted(([queue.type_key, queue.product_id] for queue in queues), key=str)


def all_queues() -> list[Queue]:
    """All queues, by type and product: one statement."""
    query = select(TicketType.key, Product.id).outerjoin(Product, TicketType.needs_product.is_(True))
    rows = db.session.execute(query.order_by(TicketType.position, Product.position, Product.id))
    return [Queue(*row) for row in rows]


def analysts() -> Sequence[Person]:
    """All analysts, by name: one statement."""
    query = select(Person).join(StaffRole, StaffRole.person_id == Person.id)
    query = query.where(StaffRole.role == Role.ANALYST.value, Person.closed_at.is_(None))
    return db.session.scalars(query.order_by(Person.name, Person.id)).all()


def analysts_with_queue_counts() -> list[tuple[Person, int]]:
    """All analysts, by name, with the number of their queues: one statement."""
    queue_count = select(func.count()).where(AnalystQueue.person_id == Person.id).scalar_subquery()
    query = select(Person, queue_count).join(StaffRole, StaffRole.person_id == Person.id)
    query = query.where(StaffRole.role == Role.ANALYST.value, Person.closed_at.is_(None))
    return [(person, count) for person, count in db.session.execute(query.order_by(Person.name, Person.id))]


def queues_of(analyst: Person) -> set[Queue]:
    """The queues that the analyst answers: one statement."""
    query = select(AnalystQueue.type_key, AnalystQueue.product_id).where(AnalystQueue.person_id == analyst.id)
    return {Queue(*row) for row in db.session.execute(query)}
