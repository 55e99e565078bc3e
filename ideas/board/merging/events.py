"""The notifications of merges, separations and objections: their recipients and their wording."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from ideas.accounts.models import Person, ProductManager, StaffRole
from ideas.board import events as board_events
from ideas.board import following
from ideas.board.merging import previewing
from ideas.board.models import Idea, Merge, MergeObjection
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Delivery, Event

_MERGED = N_("%(by)s reuniu “%(title)s” a “%(into_title)s”: o que as duas receberam conta junto.")
_UNMERGED = N_("%(by)s separou “%(title)s” de “%(into_title)s”: ela volta a contar sozinha.")
_OBJECTED = N_("%(by)s diz que “%(title)s” não é a mesma ideia que “%(into_title)s”.")
_SEVERAL_MERGED = N_("%(by)s reuniu %(num)s ideias a “%(into_title)s”: o que todas receberam conta junto.")
_WHICH = N_("São estas: %(titles)s.")
_NOT_THE_SAME = N_("Se não é a mesma ideia, diga na página dela o que a sua tem de diferente.")
_TO_JUDGE = N_("Na página da ideia está o que foi dito, e ali elas podem ser separadas.")


def register() -> None:
    """Register the events of merges with the outbox. Called by wiring/registries.py."""
    results = kinds.EventLevel.RESULTS
    together = kinds.Grouping(_into, several_merged)
    kinds.register_kind(
        "idea_merged", recipients=followers, may_see=may_see, wording=merged, level=results, group=together
    )
    kinds.register_kind(
        "idea_unmerged", recipients=recipients_of_merge, may_see=board_events.may_see, wording=unmerged, level=results
    )
    to_managers: dict[str, Any] = {"recipients": managers, "level": kinds.EventLevel.PERSONAL, "quote": objection_text}
    kinds.register_kind("merge_objected", may_see=may_see, wording=objected, **to_managers)


def followers(event: Event) -> Iterable[int]:
    """Return the duplicate's author, voters and followers, except those who chose to be notified of nothing."""
    merge = _merge_of(event)
    return following.recipients_in_branch(merge.duplicate_id, previewing.branch(merge.duplicate_id)) if merge else []


def recipients_of_merge(event: Event) -> Iterable[int]:
    """Return the people who were notified of the merge. One undone at once was delivered to nobody."""
    of_merge = Event.name == "idea_merged", Event.thing == "merge", Event.thing_id == event.data["merge_id"]
    keys = select(Delivery.recipient_key).join(Event, Event.id == Delivery.event_id).where(*of_merge).distinct()
    return [int(key) for key in db.session.scalars(keys) if key.isdigit()]


def managers(event: Event) -> Iterable[int]:
    """Return the managers of both ideas' products."""
    merge = _merge_of(event)
    if merge is None:
        return []
    products = select(Idea.product_id).where(Idea.id.in_([merge.duplicate_id, event.data["into"]]))
    holds = StaffRole.person_id == ProductManager.person_id, StaffRole.role == "product_manager"
    people = select(ProductManager.person_id).join(StaffRole, holds[0] & holds[1])
    return set(db.session.scalars(people.where(ProductManager.product_id.in_(products))))


def may_see(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Return those of these people who may see the merged set now; none once the merge was undone."""
    merge = _merge_of(event)
    root = db.session.scalar(select(Idea.root_id).where(Idea.id == merge.duplicate_id)) if merge else None
    return board_events.may_see_idea(root, people) if root is not None else []


def visible_among(numbers: Iterable[int], person: Person) -> set[int]:
    """Return which of these merges are active and visible to the person, for a list of notifications."""
    return set(db.session.scalars(_visible(person).where(Merge.id.in_(set(numbers)))))


def merged(event: Event) -> kinds.Wording:
    """Link to the duplicate's address, which redirects to the merged set with a form to object."""
    return _wording(_MERGED, event, event.data["number"], _NOT_THE_SAME)


def several_merged(events: Sequence[Event]) -> kinds.Wording:
    """Link to the idea into which all of them were merged."""
    titles = ", ".join(f"“{event.data['title']}”" for event in events)
    into = events[0].data
    facts = {"num": len(events), "titles": titles, "into_title": into["into_title"], "sign": "merge"}
    values = {"number": into["into"]}
    return kinds.Wording(_SEVERAL_MERGED, facts, "ideas.short", values, _WHICH, board_events.SEE_IDEA)


def _into(event: Event) -> tuple[int | None, int]:
    return event.by_id, event.data["into"]


def objection_text(event: Event) -> str:
    """Return the objector's reason."""
    objection = db.session.get(MergeObjection, (event.thing_id, event.by_id))
    return objection.reason if objection else ""


def unmerged(event: Event) -> kinds.Wording:
    """Link to the idea that counts by itself again."""
    return _wording(_UNMERGED, event, event.thing_id)


def objected(event: Event) -> kinds.Wording:
    """Link to the merged set, whose page shows the objection and can undo the merge."""
    return _wording(_OBJECTED, event, event.data["number"], _TO_JUDGE)


def _wording(sentence: str, event: Event, number: Any, more: str = "") -> kinds.Wording:
    facts = {"title": event.data["title"], "into_title": event.data["into_title"], "sign": "merge"}
    return kinds.Wording(sentence, facts, "ideas.short", {"number": number}, more, board_events.SEE_IDEA)


def _merge_of(event: Event) -> Merge | None:
    """Return the event's merge unless it was undone."""
    return db.session.scalar(select(Merge).where(Merge.id == event.thing_id, Merge.undone_at.is_(None)))


def _visible(person: Person) -> Select[int]:
    duplicate, root = aliased(Idea), aliased(Idea)
    visible = or_(root.author_id == person.id, root.in_sight)
    merges = select(Merge.id).join(duplicate, duplicate.id == Merge.duplicate_id)
    return merges.join(root, root.id == duplicate.root_id).where(Merge.undone_at.is_(None), visible)
