"""Who hears of what happens to a ticket, and in which words. Rights are asked at delivery and at reading.

Events hold facts only, and no word of a message or a note. Notes are told as a thing of their own:
whoever sees a ticket only for its company must not learn that there is one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ideas.accounts.models import Person
from ideas.board.events import InThreeLanguages
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Event
from ideas.tickets.models import Ticket, TicketNote, TicketParticipant

#: The events told to everyone of the ticket, and to who looks after it.
_TO_ALL = ("ticket_replied", "ticket_state_changed", "ticket_linked")


def register() -> None:
    """Make the events known to the outbox. Called by wiring/registries.py."""
    for name in _TO_ALL:
        _kind(name, everyone)
    _kind("ticket_opened", _queue)
    _kind("ticket_participant_added", _named("person_id"))
    _kind("ticket_received", _named("person_id"), kinds.Grouping(_by_whom, several_received))
    _kind("ticket_passed_on", _named("person_id"))
    _kind("ticket_assigned", _named("analyst_id"))
    kinds.register_kind(
        "ticket_noted", recipients=_who_noted, may_see=_may_hear_notes, wording=words, level=kinds.Level.PERSONAL
    )


def _kind(name: str, recipients: Callable[[Event], Iterable[int]], group: kinds.Grouping | None = None) -> None:
    kinds.register_kind(
        name, recipients=recipients, may_see=may_hear, wording=words, level=kinds.Level.PERSONAL, group=group
    )


def everyone(event: Event) -> Iterable[int]:
    """The owner, the participants and the analyst; while nobody looks after it, all analysts of its queue."""
    ticket = db.session.get(Ticket, event.thing_id)
    if ticket is None:
        return []
    people = set(_participants(ticket)) | {ticket.owner_id}
    return people | ({ticket.analyst_id} if ticket.analyst_id else set(_queue(event)))


def _participants(ticket: Ticket) -> Iterable[int]:
    return db.session.scalars(select(TicketParticipant.person_id).where(TicketParticipant.ticket_id == ticket.id))


def _queue(event: Event) -> Iterable[int]:
    """Everyone in whose queue it is; the analyst alone when a follow-up has one already."""
    ticket = db.session.get(Ticket, event.thing_id)
    if ticket is not None and ticket.analyst_id is not None:
        return [ticket.analyst_id]
    return db.session.scalars(_seeing(Ticket.in_queue_of(_PERSON), event.thing_id))


def _who_noted(event: Event) -> Iterable[int]:
    """Who looks after the ticket, and whoever noted something before."""
    noted = db.session.scalars(select(TicketNote.author_id).where(TicketNote.ticket_id == event.thing_id))
    analyst = db.session.scalars(select(Ticket.analyst_id).where(Ticket.id == event.thing_id))
    return {person for person in (*noted, *analyst) if person is not None}


def _named(fact: str) -> Callable[[Event], Iterable[int]]:
    """The one whom the event names."""
    return _NAMED.setdefault(fact, lambda event: [event.data[fact]])


#: The same registration again must be the same function.
_NAMED: dict[str, Callable[[Event], Iterable[int]]] = {}
_PERSON: Any = Person.id


def may_hear(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may see the ticket now."""
    seen = or_(Ticket.seen_as_customer(_PERSON), Ticket.in_queue_of(_PERSON))
    return db.session.scalars(_seeing(seen, event.thing_id).where(Person.id.in_(people)))


def _may_hear_notes(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may read the ticket's notes now."""
    return db.session.scalars(_seeing(Ticket.in_queue_of(_PERSON), event.thing_id).where(Person.id.in_(people)))


def _seeing(seen: ColumnElement[bool], ticket_id: int | None) -> Any:
    asked = select(Person.id).join(Ticket, Ticket.id == ticket_id)
    return asked.where(Person.closed_at.is_(None), seen)


def visible_among(numbers: Iterable[int], person: Person) -> set[int]:
    """The ids of those tickets that the person may see now: the batch twin, for a list of notices."""
    mine = Ticket.visible_to(person).with_only_columns(Ticket.id)
    return set(db.session.scalars(mine.where(Ticket.id.in_(set(numbers)))))


def noted_among(numbers: Iterable[int], person: Person) -> set[int]:
    """The ids of those tickets whose notes the person may read now."""
    mine = select(Ticket.id).where(Ticket.in_queue_of(person.id))
    return set(db.session.scalars(mine.where(Ticket.id.in_(set(numbers)))))


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
#: What a letter adds: what this means, and what to do next.
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
    """What is told, leading to the ticket; to the message, for a reply."""
    data = event.data
    facts: dict[str, Any] = {key: data[key] for key in ("code", "subject", "title", "company") if key in data}
    facts["sign"] = _SIGNS.get(event.name, "ticket")
    if "to_names" in data:
        facts["state"] = InThreeLanguages(data["to_names"])
    values = {"code": data["code"]} | ({"_anchor": f"mensagem-{data['message_id']}"} if "message_id" in data else {})
    more = _COMPANY if "company" in data else _MORE.get(data.get("how") or data.get("to_key") or event.name, "")
    return kinds.Wording(_sentence(event.name, data), facts, "tickets.show", values, more, N_("Abrir o chamado"))


def several_received(events: Sequence[Event]) -> kinds.Wording:
    """What somebody is told who takes over all that another had."""
    codes = ", ".join(event.data["code"] for event in events)
    facts = {"num": len(events), "codes": codes, "sign": "ticket"}
    return kinds.Wording(_SEVERAL_RECEIVED, facts, "tickets.index", more=_WHICH, button=N_("Ver os chamados"))


def _by_whom(event: Event) -> int | None:
    return event.by_id


def _sentence(name: str, data: Mapping[str, Any]) -> str:
    if name == "ticket_linked":
        return _LINKED[data["how"]]
    return _REPLIED_AND_MOVED if name == "ticket_replied" and "to_key" in data else _WORDS[name]
