"""Object to a merge, because the ideas are not the same. The products' managers are notified and may undo it."""

from collections.abc import Sequence

from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.board.merging import previewing
from ideas.board.models import Follow, Idea, Merge, MergeObjection
from ideas.db import db
from ideas.errors import N_, NotAllowed, Refused
from ideas.outbox import recording

MAX_REASON_LENGTH = 500


class NoReason(Refused):
    message = N_("Diga em uma frase o que a sua ideia tem de diferente.")
    status = 422


class NotConcerned(NotAllowed):
    message = N_("Só quem escreveu, apoiou ou segue a ideia pode dizer que ela não é a mesma.")


class SeparatedAlready(Refused):
    message = N_("Estas ideias já foram separadas.")


def object_to(idea: Idea, reason: str, *, by: Person) -> MergeObjection:
    """Store and report why the duplicate is another idea. A person's second objection returns the first.

    Raises NoReason, NotConcerned, SeparatedAlready.
    """
    if not reason:
        raise NoReason
    if not concerns(idea, by):
        raise NotConcerned
    merge = db.session.scalar(select(Merge).where(Merge.duplicate_id == idea.id, Merge.undone_at.is_(None)))
    if merge is None:
        raise SeparatedAlready
    if (first := db.session.get(MergeObjection, (merge.id, by.id))) is not None:
        return first
    objection = MergeObjection(merge_id=merge.id, person_id=by.id, reason=reason[:MAX_REASON_LENGTH])
    db.session.add(objection)
    root = db.session.get_one(Idea, idea.root_id)
    facts = {"number": idea.id, "title": idea.title, "into": root.id, "into_title": root.title}
    recording.record("merge_objected", thing="merge", thing_id=merge.id, by=by.id, **facts)
    return objection


def concerns(idea: Idea, person: Person) -> bool:
    """Whether the person wrote, supports or follows the duplicate, or an idea merged into it."""
    branch = select(previewing.branch(idea.id).c.id)
    follows = select(Follow.person_id).where(Follow.person_id == person.id, Follow.idea_id.in_(branch))
    return db.session.scalar(select(follows.exists())) or False


def objections_to(merge_ids: Sequence[int]) -> list[tuple[MergeObjection, Person]]:
    """Return the objections to these merges with their authors, oldest first: one statement."""
    rows = select(MergeObjection, Person).join(Person, Person.id == MergeObjection.person_id)
    found = db.session.execute(rows.where(MergeObjection.merge_id.in_(merge_ids)).order_by(MergeObjection.at))
    return [(objection, person) for objection, person in found]
