"""Who hears of what happens to an idea, and in which words.

An event holds facts only: names of people stand in none, so that a closed account leaves no name
behind. Whoever shows the words fills %(by)s with the actor's name as the reader may see it; the
fact `sign` names an icon to show beside them.
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

#: Statuses that say what became of an idea; so does reopening, and any official response.
RESULTS = frozenset({"planned", "in_progress", "delivered", "declined", "already_exists"})

#: (has a target, has a response) -> what is said of a new status.
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


class InThreeLanguages:
    """A name that an event carries in the portal's three languages; the reader's is chosen when it is shown."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def name_in(self, language: str) -> str:
        """The name in that language ("pt-BR", "es" or "en")."""
        return self._names.get(language, self._names["pt-BR"])


class _Aim:
    """A release or a quarter that an event names: a quarter is told in the reader's words."""

    def __init__(self, words: str | None) -> None:
        self._words = words or ""

    def name_in(self, language: str) -> str:
        """As that language ("pt-BR", "es" or "en") calls it in a sentence."""
        words = clock.format_quarter(self._words, language)
        return words if words == self._words else _BEFORE_A_QUARTER[language] + words


def register() -> None:
    """Make the board's events known to the outbox. Called by wiring/registries.py."""
    told: dict[str, Any] = {
        "recipients": hearers,
        "may_see": may_hear,
        "wording": words,
        "level": level,
        "quote": answer,
    }
    kinds.register_kind("idea_status_changed", **told)
    kinds.register_kind("idea_answered", **told)


def level(event: Event) -> kinds.EventLevel:
    """Whether the event says what became of the idea."""
    data = event.data
    if data.get("to_key") == "needs_info":
        return kinds.EventLevel.ALL
    is_result = "response_id" in data or data.get("reopened") or data.get("to_key") in RESULTS
    return kinds.EventLevel.RESULTS if is_result else kinds.EventLevel.ALL


def hearers(event: Event) -> Iterable[int]:
    """Those who follow the idea's set strongly enough; a question also reaches author and commenters."""
    idea = db.session.get(Idea, event.thing_id)
    if idea is None:
        return []
    people = following.hearers(idea, result=level(event) is kinds.EventLevel.RESULTS)
    if event.data.get("to_key") == "needs_info":
        return set(people) | set(db.session.scalars(_who_wrote(idea)))
    return people


def _who_wrote(idea: Idea) -> Any:
    """The set's authors and commenters, but those who chose to hear nothing."""
    return (
        select(Follow.person_id)
        .join(Idea, Idea.id == Follow.idea_id)
        .where(Idea.root_id == idea.root_id, or_(Follow.author, Follow.commented))
        .where(or_(Follow.level.is_(None), Follow.level != Level.NOTHING))
    )


def may_hear(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may see the idea now; nobody hears of a step that was taken back meanwhile."""
    if event.thing_id is None or _was_undone(event):
        return []
    return may_see(event.thing_id, people)


def _was_undone(event: Event) -> bool:
    number = event.data.get("change_id")
    change = db.session.get(StatusChange, number) if number is not None else None
    return change is not None and change.undone_at is not None


def may_see(number: int, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may see that idea now: all, or its author alone while it is out of sight."""
    open_to_all = Idea.visible_to(None).with_only_columns(Idea.id).where(Idea.id == number).exists()
    author = select(Idea.author_id).where(Idea.id == number).scalar_subquery()
    standing = select(Person.id).where(Person.id.in_(people), Person.closed_at.is_(None))
    return db.session.scalars(standing.where(or_(open_to_all, Person.id == author)))


def visible_among(numbers: Iterable[int], person: Person) -> set[int]:
    """The ids of those ideas that the person may see now: the batch twin, for a list of notices."""
    return set(db.session.scalars(Idea.visible_to(person).with_only_columns(Idea.id).where(Idea.id.in_(set(numbers)))))


def words(event: Event) -> kinds.Wording:
    """What is told of a step or an answer, leading to the idea."""
    facts = {"title": event.data["title"], "sign": event.data.get("to_key", "reply")}
    if "to_key" in event.data:
        facts |= {"status": InThreeLanguages(event.data["to_names"]), "target": _Aim(event.data["target"])}
    more = _TO_BE_ANSWERED if event.data.get("to_key") == "needs_info" else ""
    return kinds.Wording(_sentence(event.data), facts, "ideas.short", {"number": event.thing_id}, more, SEE_IDEA)


def answer(event: Event) -> str:
    """What the vendor answered, unless it was taken back."""
    number = event.data.get("response_id")
    response = db.session.get(OfficialResponse, number) if number is not None else None
    return response.text if response and response.undone_at is None else ""


def _sentence(data: Mapping[str, Any]) -> str:
    if "to_key" not in data:
        return _ANSWER
    aimed, answered = bool(data["target"]), "response_id" in data
    if data["to_key"] == "delivered":
        return _DELIVERIES[answered]
    return (_RETARGETS if data["from_key"] == data["to_key"] else _STEPS)[aimed, answered]
