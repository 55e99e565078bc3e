"""Who hears of what happens to votes, and in which words: their own people, and operators of a counter that was off."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from ideas.accounts.models import Person, Role, StaffRole
from ideas.board import events
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Event

_SET_ASIDE = N_("Enquanto a sua participação estiver suspensa, os seus votos não contam. Nenhum se perde.")
_RESTORED = N_("A sua suspensão terminou: os seus votos voltaram a contar.")
_ON_BEHALF = N_("%(by)s registrou o seu voto em “%(title)s”, a partir de: %(source)s. Se você não pediu, retire-o.")
_DRIFTED = N_(
    "A conferência da noite achou e corrigiu contagens que não batiam com os votos. Ideias afetadas: %(ideas)s."
)


def register() -> None:
    """Make the events of votes known to the outbox. Called by wiring/registries.py."""
    own: dict[str, Any] = {"recipients": whose, "level": kinds.EventLevel.PERSONAL}
    kinds.register_kind("votes_set_aside", may_see=everyone, wording=words_of_standing, **own)
    kinds.register_kind("votes_restored", may_see=everyone, wording=words_of_standing, **own)
    kinds.register_kind("vote_cast_on_behalf", may_see=events.may_see, wording=words_of_proxy, **own)
    kinds.register_kind("counters_drifted", recipients=operators, may_see=still_operators, wording=words_of_drift)


def whose(event: Event) -> Iterable[int]:
    """The person whose votes they are."""
    return [event.data["person_id"]]


def everyone(event: Event, people: Sequence[int]) -> Iterable[int]:
    """A person's own votes are theirs to know of."""
    return people


def operators(event: Event) -> Iterable[int]:
    """Those who look after the portal."""
    return db.session.scalars(select(StaffRole.person_id).where(StaffRole.role == Role.OPERATOR)).all()


def still_operators(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who are operators now."""
    held = select(StaffRole.person_id).join(Person, Person.id == StaffRole.person_id)
    held = held.where(StaffRole.role == Role.OPERATOR, StaffRole.person_id.in_(people))
    return db.session.scalars(held.where(Person.closed_at.is_(None), Person.locked_at.is_(None))).all()


def words_of_standing(event: Event) -> kinds.Wording:
    """That one's votes don't count for a while, or count again."""
    sentence, sign = (_SET_ASIDE, "lock") if event.name == "votes_set_aside" else (_RESTORED, "up")
    return kinds.Wording(sentence, {"sign": sign}, "mine.index", {"aba": "votadas"}, button=N_("Ver os meus votos"))


def words_of_proxy(event: Event) -> kinds.Wording:
    """That the vendor voted in one's name, from which ticket or talk, and where to take it back."""
    facts = {"title": event.data["title"], "source": event.data["source"], "sign": "up"}
    values = {"number": event.thing_id, "_anchor": "peso"}
    return kinds.Wording(_ON_BEHALF, facts, "ideas.short", values, button=N_("Ver o meu voto"))


def words_of_drift(event: Event) -> kinds.Wording:
    """That counters were off."""
    return kinds.Wording(_DRIFTED, {"ideas": event.data["ideas"], "sign": "warning"}, "ideas.index")
