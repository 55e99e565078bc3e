"""The notifications of status changes and official responses: their recipients and their wording.

Events contain no names of people, so that a closed account leaves no name behind. The name of the actor, as the
reader may see it, fills %(by)s when the wording is shown. The fact `sign` names the icon to show beside it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Follow, Idea, Level, OfficialResponse, StatusChange
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Event

#: Statuses that are results. Reopening an idea, and any official response, are results too.
RESULTS = frozenset({"planned", "in_progress", "delivered", "declined", "already_exists"})

#: (has a target, has a response) -> the sentence about a new status.
_STEPS = {
    (False, False): N_("%(by)s mudou “%(title)s” para %(status)s."),
    (False, True): N_("%(by)s mudou “%(title)s” para %(status)s e respondeu."),
    (True, False): N_("%(by)s mudou “%(title)s” para %(status)s, prevista para %(target)s."),
    (True, True): N_("%(by)s mudou “%(title)s” para %(status)s, prevista para %(target)s, e respondeu."),
}
_DELIVERIES = {
    False: N_("%(by)s mudou “%(title)s” para %(status)s, na release %(target)s."),
    True: N_("%(by)s mudou “%(title)s” para %(status)s, na release %(target)s, e respondeu."),
}
_RETARGETS = {
    (False, False): N_("%(by)s deixou “%(title)s” sem data prevista."),
    (False, True): N_("%(by)s deixou “%(title)s” sem data prevista e respondeu."),
    (True, False): N_("%(by)s mudou a previsão de “%(title)s” para %(target)s."),
    (True, True): N_("%(by)s mudou a previsão de “%(title)s” para %(target)s e respondeu."),
}
_ANSWER = N_("%(by)s respondeu à ideia “%(title)s”.")
_TO_BE_ANSWERED = N_("Se você sabe a resposta, escreva-a em um comentário na página da ideia.")
SEE_IDEA = N_("Ver a ideia")
_BEFORE_A_QUARTER = {"pt-BR": "o ", "es": "el ", "en": "the "}


class TranslatedName:
    """A name that an event stores in all languages; the reader's is chosen when it is shown."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def name_in(self, language: str) -> str:
        """Return the name in that language ("pt-BR", "es" or "en")."""
        return self._names.get(language, self._names["pt-BR"])


class _Target:
    """The release or quarter that an event names. A quarter is formatted in the reader's language."""

    def __init__(self, stored: str | None) -> None:
        self._stored = stored or ""

    def name_in(self, language: str) -> str:
        """Return it as part of a sentence in that language ("pt-BR", "es" or "en")."""
        name = clock.format_quarter(self._stored, language)
        return name if name == self._stored else _BEFORE_A_QUARTER[language] + name


def register() -> None:
    """Register the board's events with the outbox. Called by wiring/registries.py."""
    common: dict[str, Any] = {
        "recipients": recipients,
        "may_see": may_see,
        "wording": wording,
        "level": level,
        "quote": answer,
    }
    kinds.register_kind("idea_status_changed", **common)
    kinds.register_kind("idea_answered", **common)


def level(event: Event) -> kinds.EventLevel:
    """Return whether the event is a result; a question to the author interests everyone who follows all."""
    data = event.data
    if data.get("to_key") == "needs_info":
        return kinds.EventLevel.ALL
    is_result = "response_id" in data or data.get("reopened") or data.get("to_key") in RESULTS
    return kinds.EventLevel.RESULTS if is_result else kinds.EventLevel.ALL


def recipients(event: Event) -> Iterable[int]:
    """Return the followers of the idea's set whose level suffices; of a question, also its authors and commenters."""
    idea = db.session.get(Idea, event.thing_id)
    if idea is None:
        return []
    people = following.recipients(idea, result=level(event) is kinds.EventLevel.RESULTS)
    if event.data.get("to_key") == "needs_info":
        return set(people) | set(db.session.scalars(_authors_and_commenters(idea)))
    return people


def _authors_and_commenters(idea: Idea) -> Any:
    """Select the set's authors and commenters, except those who chose to be notified of nothing."""
    return (
        select(Follow.person_id)
        .join(Idea, Idea.id == Follow.idea_id)
        .where(Idea.root_id == idea.root_id, or_(Follow.author, Follow.commented))
        .where(or_(Follow.level.is_(None), Follow.level != Level.NOTHING))
    )


def may_see(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Return those of these people who may see the idea now; none if the status change was undone meanwhile."""
    if event.thing_id is None or _was_undone(event):
        return []
    return may_see_idea(event.thing_id, people)


def _was_undone(event: Event) -> bool:
    number = event.data.get("change_id")
    change = db.session.get(StatusChange, number) if number is not None else None
    return change is not None and change.undone_at is not None


def may_see_idea(number: int, people: Sequence[int]) -> Iterable[int]:
    """Return those of these people who may see the idea now: all, or only its author while it is out of sight."""
    open_to_all = Idea.visible_to(None).with_only_columns(Idea.id).where(Idea.id == number).exists()
    author = select(Idea.author_id).where(Idea.id == number).scalar_subquery()
    open_accounts = select(Person.id).where(Person.id.in_(people), Person.closed_at.is_(None))
    return db.session.scalars(open_accounts.where(or_(open_to_all, Person.id == author)))


def visible_among(numbers: Iterable[int], person: Person) -> set[int]:
    """Return which of these ideas the person may see now, for a list of notifications."""
    return set(db.session.scalars(Idea.visible_to(person).with_only_columns(Idea.id).where(Idea.id.in_(set(numbers)))))


def wording(event: Event) -> kinds.Wording:
    """Return the sentence about a status change or a response, with a link to the idea."""
    facts = {"title": event.data["title"], "sign": event.data.get("to_key", "reply")}
    if "to_key" in event.data:
        facts |= {"status": TranslatedName(event.data["to_names"]), "target": _Target(event.data["target"])}
    more = _TO_BE_ANSWERED if event.data.get("to_key") == "needs_info" else ""
    return kinds.Wording(_sentence(event.data), facts, "ideas.short", {"number": event.thing_id}, more, SEE_IDEA)


def answer(event: Event) -> str:
    """Return the text of the official response, unless it was undone."""
    number = event.data.get("response_id")
    response = db.session.get(OfficialResponse, number) if number is not None else None
    return response.text if response and response.undone_at is None else ""


def _sentence(data: Mapping[str, Any]) -> str:
    if "to_key" not in data:
        return _ANSWER
    has_target, has_response = bool(data["target"]), "response_id" in data
    if data["to_key"] == "delivered":
        return _DELIVERIES[has_response]
    return (_RETARGETS if data["from_key"] == data["to_key"] else _STEPS)[has_target, has_response]
