"""Recipients and texts of notifications about tickets. Rights are checked at delivery and when they are read.

Events hold facts only, never the text of a message or a note. Notes are a thing of their own: people
of the company must not learn that a note exists.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ideas.accounts.models import Person
from ideas.board.events import TranslatedName
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Event
from ideas.tickets.models import Ticket, TicketNote, TicketParticipant

#: Events for everyone on the ticket, the analyst included.
_FOR_EVERYONE = ("ticket_replied", "ticket_state_changed", "ticket_linked")


def register() -> None:
    """Register the events with the outbox. Called by wiring/registries.py."""
    for name in _FOR_EVERYONE:
        _kind(name, ticket_recipients)
    _kind("ticket_opened", _queue_recipients)
    _kind("ticket_participant_added", _person_in("person_id"))
    _kind("ticket_received", _person_in("person_id"), kinds.Grouping(_actor, several_received))
    _kind("ticket_passed_on", _person_in("person_id"))
    _kind("ticket_assigned", _person_in("analyst_id"))
    kinds.register_kind(
        "ticket_noted",
        recipients=_note_recipients,
        may_see=_may_see_notes,
        wording=words,
        level=kinds.EventLevel.PERSONAL,
    )


def _kind(name: str, recipients: Callable[[Event], Iterable[int]], group: kinds.Grouping | None = None) -> None:
    kinds.register_kind(
        name, recipients=recipients, may_see=may_see, wording=words, level=kinds.EventLevel.PERSONAL, group=group
    )


def ticket_recipients(event: Event) -> Iterable[int]:
    """The owner, the participants and the analyst; without an analyst, all analysts of its queue."""
    ticket = db.session.get(Ticket, event.thing_id)
    if ticket is None:
        return []
    people = set(_participants(ticket)) | {ticket.owner_id}
    return people | ({ticket.analyst_id} if ticket.analyst_id else set(_queue_recipients(event)))


def _participants(ticket: Ticket) -> Iterable[int]:
    return db.session.scalars(select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == ticket.id))


def _queue_recipients(event: Event) -> Iterable[int]:
    """All analysts of its queue; only its analyst if it has one, as a follow-up does."""
    ticket = db.session.get(Ticket, event.thing_id)
    if ticket is not None and ticket.analyst_id is not None:
        return [ticket.analyst_id]
    return db.session.scalars(_people_who(Ticket.in_queue_of(_PERSON), event.thing_id))


def _note_recipients(event: Event) -> Iterable[int]:
    """The ticket's analyst, and the authors of its notes."""
    noted = db.session.scalars(select(TicketNote.author_id).where(TicketNote.ticket_id == event.thing_id))
    analyst = db.session.scalars(select(Ticket.analyst_id).where(Ticket.id == event.thing_id))
    return {person for person in (*noted, *analyst) if person is not None}


def _person_in(fact: str) -> Callable[[Event], Iterable[int]]:
    """The person in that fact of the event."""
    return _PERSON_IN.setdefault(fact, lambda event: [event.data[fact]])


#: Registering again must pass the same function.
_PERSON_IN: dict[str, Callable[[Event], Iterable[int]]] = {}
_PERSON: Any = Person.id


def may_see(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may see the ticket."""
    condition = or_(Ticket.seen_as_customer(_PERSON), Ticket.in_queue_of(_PERSON))
    return db.session.scalars(_people_who(condition, event.thing_id).where(Person.id.in_(people)))


def _may_see_notes(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may read the ticket's notes."""
    return db.session.scalars(_people_who(Ticket.in_queue_of(_PERSON), event.thing_id).where(Person.id.in_(people)))


def _people_who(condition: ColumnElement[bool], ticket_id: int | None) -> Any:
    people = select(Person.id).join(Ticket, Ticket.id == ticket_id)
    return people.where(Person.closed_at.is_(None), condition)


def visible_among(ticket_ids: Iterable[int], person: Person) -> set[int]:
    """Those of these tickets that the person may see, for a list of notifications: one statement."""
    theirs = Ticket.visible_to(person).with_only_columns(Ticket.id)
    return set(db.session.scalars(theirs.where(Ticket.id.in_(set(ticket_ids)))))


def notes_visible_among(ticket_ids: Iterable[int], person: Person) -> set[int]:
    """Those of these tickets whose notes the person may read: one statement."""
    theirs = select(Ticket.id).where(Ticket.in_queue_of(person.id))
    return set(db.session.scalars(theirs.where(Ticket.id.in_(set(ticket_ids)))))


_WORDS = {
    "ticket_opened": N_("%(by)s abriu o chamado %(code)s: “%(subject)s”."),
    "ticket_replied": N_("%(by)s respondeu no chamado %(code)s: “%(subject)s”."),
    "ticket_state_changed": N_("O chamado %(code)s, “%(subject)s”, passou para %(state)s."),
    "ticket_participant_added": N_("%(by)s incluiu você no chamado %(code)s: “%(subject)s”."),
    "ticket_received": N_("%(by)s passou a você o chamado %(code)s: “%(subject)s”."),
    "ticket_passed_on": N_("%(by)s passou a outra pessoa o chamado %(code)s: “%(subject)s”."),
    "ticket_assigned": N_("%(by)s deixou com você o chamado %(code)s: “%(subject)s”."),
    "ticket_noted": N_("%(by)s escreveu uma nota interna no chamado %(code)s: “%(subject)s”."),
}
_REPLIED_AND_MOVED = N_("%(by)s respondeu no chamado %(code)s, “%(subject)s”, que passou para %(state)s.")
_LINKED = {
    "idea": N_("%(by)s fez do chamado %(code)s uma ideia: “%(title)s”."),
    "vote": N_("%(by)s registrou, a partir do chamado %(code)s, o voto do proprietário dele na ideia “%(title)s”."),
}
_SEVERAL_RECEIVED = N_("%(by)s passou a você %(num)s chamados.")
_WHICH = N_("São estes: %(codes)s.")
_NOW_YOURS = N_("Agora é você quem acompanha o atendimento e diz se a solução serviu.")
#: What an email adds: what it means, and what to do next.
_MORE = {
    "ticket_received": _NOW_YOURS,
    "ticket_passed_on": N_("Você continua participando do chamado."),
    "idea": N_("A ideia fica em nome do proprietário do chamado, e todos os clientes podem votar nela."),
    "vote": N_("O voto é do proprietário do chamado, que pode retirá-lo na página da ideia."),
    "awaiting_customer_validation": N_(
        "Se a solução serviu, confirme na página do chamado; se não, responda. "
        "Sem resposta no prazo que está lá, ele é fechado."
    ),
    "closed": N_("Um chamado fechado não reabre. Se ficou alguma dúvida, abra um acompanhamento na página dele."),
}
_COMPANY = N_("Empresa: %(company)s.")
_SIGNS = {"ticket_replied": "reply", "ticket_participant_added": "people", "ticket_linked": "link"}


def words(event: Event) -> kinds.Wording:
    """The notification, with a link to the ticket, or to the message for a reply."""
    data = event.data
    facts: dict[str, Any] = {key: data[key] for key in ("code", "subject", "title", "company") if key in data}
    facts["sign"] = _SIGNS.get(event.name, "ticket")
    if "to_names" in data:
        facts["state"] = TranslatedName(data["to_names"])
    values = {"code": data["code"]} | ({"_anchor": f"mensagem-{data['message_id']}"} if "message_id" in data else {})
    more = _COMPANY if "company" in data else _MORE.get(data.get("how") or data.get("to_key") or event.name, "")
    return kinds.Wording(_sentence(event.name, data), facts, "tickets.show", values, more, N_("Abrir o chamado"))


def several_received(events: Sequence[Event]) -> kinds.Wording:
    """The notification for a new owner of several tickets."""
    codes = ", ".join(event.data["code"] for event in events)
    facts = {"num": len(events), "codes": codes, "sign": "ticket"}
    return kinds.Wording(_SEVERAL_RECEIVED, facts, "tickets.index", more=_WHICH, button=N_("Ver os chamados"))


def _actor(event: Event) -> int | None:
    return event.by_id


def _sentence(name: str, data: Mapping[str, Any]) -> str:
    if name == "ticket_linked":
        return _LINKED[data["how"]]
    return _REPLIED_AND_MOVED if name == "ticket_replied" and "to_key" in data else _WORDS[name]
