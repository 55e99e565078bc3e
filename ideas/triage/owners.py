"""The manager responsible for an idea."""

from collections.abc import Sequence

from sqlalchemy import select

from ideas.accounts.models import Person, ProductManager, Role, StaffRole
from ideas.board.models import Idea
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.triage.models import IdeaOwner


class NotAManager(Refused):
    """The person does not manage the idea's product."""

    message = N_("Esta pessoa não responde por este produto. Escolha outra.")
    status = 422


def assign(idea: Idea, owner: Person | None) -> None:
    """Set the idea's owner, or remove it for None. Raises NotAManager."""
    row = db.session.get(IdeaOwner, idea.id, with_for_update={"key_share": True})
    if owner is None:
        if row is not None:
            db.session.delete(row)
        return
    if owner not in managers_of(idea.product_id):
        raise NotAManager
    if row is None:
        db.session.add(IdeaOwner(idea_id=idea.id, owner_id=owner.id))
    else:
        row.owner_id = owner.id


def managers_of(product_id: int) -> Sequence[Person]:
    """The managers of a product, by name."""
    query = (
        select(Person)
        .join(ProductManager, ProductManager.person_id == Person.id)
        .join(StaffRole, (StaffRole.person_id == Person.id) & (StaffRole.role == Role.PRODUCT_MANAGER))
        .where(ProductManager.product_id == product_id, Person.closed_at.is_(None))
    )
    return db.session.scalars(query.order_by(Person.name, Person.id)).all()


def owner_of(idea: Idea) -> Person | None:
    """The idea's owner, or None."""
    owner = select(Person).join(IdeaOwner, IdeaOwner.owner_id == Person.id).where(IdeaOwner.idea_id == idea.id)
    return db.session.scalar(owner)
