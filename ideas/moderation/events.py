"""Recipients and texts of notifications about decisions. None of them names who reported (F09)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select

from ideas.accounts.models import Person, Role, StaffRole
from ideas.db import db
from ideas.errors import N_
from ideas.moderation.models import APPEAL_PERIOD, AppealOutcome, Case, Decision, DecisionOutcome, Report
from ideas.notifications import reading
from ideas.outbox import kinds
from ideas.outbox.kinds import EventLevel, Wording
from ideas.outbox.models import Event

#: outcome -> sentences for the author: about one text, about several.
AUTHOR_SENTENCES = {
    DecisionOutcome.REMINDER: (
        N_("A moderação deixou um lembrete sobre um texto seu."),
        N_("A moderação deixou um lembrete sobre %(many)s textos seus."),
    ),
    DecisionOutcome.HIDE: (
        N_("A moderação ocultou um texto seu."),
        N_("A moderação ocultou %(many)s textos seus."),
    ),
    DecisionOutcome.WARNING: (
        N_("A moderação registrou uma advertência sobre um texto seu."),
        N_("A moderação registrou uma advertência sobre %(many)s textos seus."),
    ),
    DecisionOutcome.SUSPENSION: (
        N_("A moderação suspendeu sua participação por causa de um texto seu."),
        N_("A moderação suspendeu sua participação por causa de %(many)s textos seus."),
    ),
    DecisionOutcome.BAN: (
        N_("A moderação encerrou sua participação por causa de um texto seu."),
        N_("A moderação encerrou sua participação por causa de %(many)s textos seus."),
    ),
}
_DETAILS_UNTIL = N_(
    "A suspensão vale até %(until)s. Na decisão estão a regra, o motivo e como recorrer, em até %(days)s dias."
)
_DETAILS = N_("Na decisão estão a regra, o motivo e como recorrer, em até %(days)s dias.")
NOTHING_WRONG = N_("A moderação avaliou sua denúncia e não viu quebra do código de conduta.")
ACTION_TAKEN = N_("A moderação avaliou sua denúncia e agiu. Obrigado por avisar.")
_APPEALED = N_("Alguém recorreu de uma decisão de moderação.")
_BURST = N_(
    "%(people)s pessoas novas votaram em “%(title)s” em %(minutes)s min. Nada foi retirado: veja o que se sabe."
)
_ANSWERS = {
    AppealOutcome.UPHELD: N_("Seu recurso foi respondido: a decisão foi mantida."),
    AppealOutcome.REVERSED: N_("Seu recurso foi aceito: a decisão foi revertida."),
}


def register() -> None:
    """Register the events with the outbox. Called by wiring/registries.py."""
    personal: dict[str, Any] = {"level": EventLevel.PERSONAL}
    kinds.register_kind("words_judged", recipients=_person_in_event, may_see=_if_in_force, wording=_judged, **personal)
    kinds.register_kind(
        "report_answered", recipients=_reporters, may_see=_if_case_closed, wording=_answered, **personal
    )
    kinds.register_kind(
        "decision_appealed", recipients=_other_moderators, may_see=_still_moderators, wording=_appealed, **personal
    )
    kinds.register_kind(
        "appeal_answered", recipients=_person_in_event, may_see=_all_recipients, wording=_appeal_answered, **personal
    )
    kinds.register_kind("votes_burst", recipients=_moderators, may_see=_still_moderators, wording=_burst)
    reading.register_visibility("decision", decisions_among)
    reading.register_visibility("vote_burst", bursts_among)
    reading.register_visibility("moderation_case", cases_among)


def sentence_for_author(outcome: DecisionOutcome, many: int) -> str:
    """The sentence for the author of that many texts, with the placeholder `many`."""
    one, several = AUTHOR_SENTENCES[outcome]
    return one if many == 1 else several


def sentence_for_reporters(outcome: DecisionOutcome) -> str:
    """The sentence for those who reported."""
    return NOTHING_WRONG if outcome is DecisionOutcome.NOTHING else ACTION_TAKEN


def decisions_among(ids: Iterable[int], person: Person) -> set[int]:
    """Those of these decisions that are about this person: one statement."""
    visible = select(Decision.id).where(Decision.id.in_(set(ids)), Decision.subject_id == person.id)
    return set(db.session.scalars(visible))


def cases_among(ids: Iterable[int], person: Person) -> set[int]:
    """Those of these cases that the person may know about: one statement.

    Closed ones that they reported; for a moderator all, except those about their own texts.
    """
    moderates = exists().where(StaffRole.person_id == person.id, StaffRole.role == Role.MODERATOR)
    reported = exists().where(Report.case_id == Case.id, Report.reporter_id == person.id)
    visible = or_(
        and_(moderates, Case.subject_id.is_distinct_from(person.id)), and_(reported, Case.closed_at.is_not(None))
    )
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(set(ids)), visible)))


def _person_in_event(event: Event) -> Iterable[int]:
    return [event.data["person_id"]]


def _if_in_force(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Notify nobody if the decision was undone before delivery."""
    decision = db.session.get(Decision, event.thing_id)
    return people if decision is not None and decision.in_force else []


def _all_recipients(event: Event, people: Sequence[int]) -> Iterable[int]:
    return people


def _judged(event: Event) -> Wording:
    sentence = sentence_for_author(DecisionOutcome(event.data["outcome"]), event.data["many"])
    facts: dict[str, object] = {"many": event.data["many"], "days": APPEAL_PERIOD.days, "sign": "shield"}
    more, until = _DETAILS, event.data.get("until")
    if until is not None:
        more, facts["until"] = _DETAILS_UNTIL, datetime.fromisoformat(until)
    return Wording(sentence, facts, "decisions.show", {"number": event.thing_id}, more, N_("Ver a decisão"))


def _reporters(event: Event) -> Iterable[int]:
    return db.session.scalars(select(Report.reporter_id).where(Report.case_id == event.thing_id))


def _if_case_closed(event: Event, people: Sequence[int]) -> Iterable[int]:
    case = db.session.get(Case, event.thing_id)
    return people if case is not None and not case.is_open else []


def _answered(event: Event) -> Wording:
    sentence = sentence_for_reporters(DecisionOutcome(event.data["outcome"]))
    return Wording(sentence, {"sign": "shield"}, "reports.index", button=N_("Ver as minhas denúncias"))


def _moderators(event: Event) -> Iterable[int]:
    return db.session.scalars(select(StaffRole.person_id).where(StaffRole.role == Role.MODERATOR))


def _other_moderators(event: Event) -> Iterable[int]:
    """All moderators, except the one who appealed."""
    case = db.session.get(Case, event.thing_id)
    return set(_moderators(event)) - {case.subject_id if case is not None else None}


def _still_moderators(event: Event, people: Sequence[int]) -> Iterable[int]:
    return set(_moderators(event)) & set(people)


def _appealed(event: Event) -> Wording:
    more = N_("Quem tomou a decisão não responde ao recurso: outra pessoa da moderação responde.")
    return Wording(_APPEALED, {"sign": "shield"}, "cases.show", {"number": event.thing_id}, more, N_("Abrir o caso"))


def _appeal_answered(event: Event) -> Wording:
    sentence = _ANSWERS[AppealOutcome(event.data["outcome"])]
    values = {"number": event.thing_id}
    return Wording(sentence, {"sign": "shield"}, "decisions.show", values, button=N_("Ver a resposta"))


def _burst(event: Event) -> Wording:
    facts = {key: event.data[key] for key in ("people", "title", "minutes")} | {"sign": "people"}
    return Wording(_BURST, facts, "bursts.index", button=N_("Ver os votos"))


def bursts_among(ids: Iterable[int], person: Person) -> set[int]:
    """Those of these bursts that the person may know about: all for a moderator, none for others."""
    is_moderator = exists().where(StaffRole.person_id == person.id, StaffRole.role == Role.MODERATOR)
    return set(ids) if db.session.scalar(select(is_moderator)) else set()
