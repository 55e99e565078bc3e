"""Which tickets an analyst answers: their queues, of one type and one product each."""

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
    """Queues are answered by analysts."""

    message = N_("Só quem tem o papel de analista atende filas. Dê o papel à pessoa primeiro.")


class Queue(NamedTuple):
    """Tickets of one type about one product; of a type without products, None."""

    type_key: str
    product_id: int | None


def answer(analyst: Person, queues: Collection[Queue], *, by: Person) -> None:
    """Let the analyst answer these queues and no others, as of now; kept in the log. Raises NotAnAnalyst.

    Queues that there are not are left out: a type that needs a product without one, and the reverse.
    """
    # The role's row is locked: so does who takes the role away.
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
                  before={"queues": _as_facts(before)}, after={"queues": _as_facts(after)})  # fmt: skip


def _as_facts(queues: Collection[Queue]) -> list[list[str | int | None]]:
    return sorted(([queue.type_key, queue.product_id] for queue in queues), key=str)


def all_queues() -> list[Queue]:
    """Every queue there is, by type and product: one statement."""
    asked = select(TicketType.key, Product.id).outerjoin(Product, TicketType.needs_product.is_(True))
    rows = db.session.execute(asked.order_by(TicketType.position, Product.position, Product.id))
    return [Queue(*row) for row in rows]


def analysts() -> Sequence[Person]:
    """Every analyst, by name: one statement."""
    asked = select(Person).join(StaffRole, StaffRole.person_id == Person.id)
    asked = asked.where(StaffRole.role == Role.ANALYST.value, Person.closed_at.is_(None))
    return db.session.scalars(asked.order_by(Person.name, Person.id)).all()


def analysts_and_counts() -> list[tuple[Person, int]]:
    """Every analyst, by name, with how many queues they answer: one statement."""
    counted = select(func.count()).where(AnalystQueue.person_id == Person.id).scalar_subquery()
    asked = select(Person, counted).join(StaffRole, StaffRole.person_id == Person.id)
    asked = asked.where(StaffRole.role == Role.ANALYST.value, Person.closed_at.is_(None))
    return [(person, count) for person, count in db.session.execute(asked.order_by(Person.name, Person.id))]


def queues_of(analyst: Person) -> set[Queue]:
    """The queues that the analyst answers: one statement."""
    asked = select(AnalystQueue.type_key, AnalystQueue.product_id).where(AnalystQueue.person_id == analyst.id)
    return {Queue(*row) for row in db.session.execute(asked)}
