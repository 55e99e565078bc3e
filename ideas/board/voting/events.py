"""The notifications about votes, for the voters, and about counters that differed, for operators."""

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
    """Register the events of votes with the outbox. Called by wiring/registries.py."""
    own: dict[str, Any] = {"recipients": voter, "level": kinds.EventLevel.PERSONAL}
    kinds.register_kind("votes_set_aside", may_see=everyone, wording=set_aside_wording, **own)
    kinds.register_kind("votes_restored", may_see=everyone, wording=set_aside_wording, **own)
    kinds.register_kind("vote_cast_on_behalf", may_see=events.may_see, wording=proxy_wording, **own)
    kinds.register_kind("counters_drifted", recipients=operators, may_see=still_operators, wording=drift_wording)


def voter(event: Event) -> Iterable[int]:
    """Return the owner of the votes."""
    return [event.data["person_id"]]


def everyone(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Filter nobody: everyone may know about their own votes."""
    return people


def operators(event: Event) -> Iterable[int]:
    """Return the operators."""
    return db.session.scalars(select(StaffRole.person_id).where(StaffRole.role == Role.OPERATOR)).all()


def still_operators(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Return those of these people who are operators now."""
    held = select(StaffRole.person_id).join(Person, Person.id == StaffRole.person_id)
    held = held.where(StaffRole.role == Role.OPERATOR, StaffRole.person_id.in_(people))
    return db.session.scalars(held.where(Person.closed_at.is_(None), Person.locked_at.is_(None))).all()


def set_aside_wording(event: Event) -> kinds.Wording:
    """Say that the reader's votes do not count for a while, or count again."""
    sentence, sign = (_SET_ASIDE, "lock") if event.name == "votes_set_aside" else (_RESTORED, "up")
    return kinds.Wording(sentence, {"sign": sign}, "mine.index", {"aba": "votadas"}, button=N_("Ver os meus votos"))


def proxy_wording(event: Event) -> kinds.Wording:
    """Say that staff voted on the reader's behalf, with the source they gave, and link to the vote."""
    facts = {"title": event.data["title"], "source": event.data["source"], "sign": "up"}
    values = {"number": event.thing_id, "_anchor": "peso"}
    return kinds.Wording(_ON_BEHALF, facts, "ideas.short", values, button=N_("Ver o meu voto"))


def drift_wording(event: Event) -> kinds.Wording:
    """Say how many ideas had counters that differed from their votes."""
    return kinds.Wording(_DRIFTED, {"ideas": event.data["ideas"], "sign": "warning"}, "ideas.index")
