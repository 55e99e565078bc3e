"""Tickets in every state with their threads, participants and queues."""

from datetime import datetime, timedelta
from typing import Any

from ideas import clock
from ideas.db import db
from ideas.demo import material
from ideas.demo.catalogue import Catalogue
from ideas.demo.community import Community
from ideas.demo.material import Calendar
from ideas.tickets import progressing, queues
from ideas.tickets.models import (
    StepKind,
    Ticket,
    TicketMessage,
    TicketNote,
    TicketParticipant,
    TicketState,
    TicketStep,
    TicketYear,
)

LANGUAGE = "pt-BR"


def fill(calendar: Calendar, catalogue: Catalogue, community: Community) -> None:
    """Create the tickets, the oldest first, with codes of their years, and the analysts' queues."""
    told = material.read("tickets")
    for key in told["analysts"]:
        queues.set_queues(community.signing_in[key].person, queues.all_queues(), by=community.signing_in["iris"].person)
    states = {state.key: state for state in db.session.query(TicketState)}
    made: dict[str, Ticket] = {}
    for facts in sorted(told["tickets"], key=lambda one: -one["days"]):
        ticket = _ticket(facts, calendar, catalogue, community, made)
        _people(ticket, facts, community)
        for line in facts["lines"]:
            _line(ticket, line, states, calendar, community)
        made[facts["subject"]] = ticket
    db.session.flush()


def _ticket(
    facts: dict[str, Any], calendar: Calendar, catalogue: Catalogue, community: Community, made: dict[str, Ticket]
) -> Ticket:
    owner, at = community.signing_in[facts["owner"]], _ago(calendar, facts["days"])
    before = made.get(facts.get("follows", ""))
    assert owner.company is not None
    product = facts.get("product")
    ticket = Ticket(
        code=_code(at),
        company_id=owner.company.id,
        owner_id=owner.person.id,
        opened_by_id=owner.person.id,
        type_key=facts["type"],
        subject=facts["subject"],
        description=facts["description"],
        language=LANGUAGE,
        product_id=catalogue.products[product].id if product else None,
        module_id=catalogue.modules[product, facts["module"]].id if product else None,
        opened_at=at,
        updated_at=at,
        follow_up_of_id=before.id if before else None,
        root_id=before.root_id if before else None,
        analyst_id=before.analyst_id if before else None,
    )
    db.session.add(ticket)
    db.session.flush()
    ticket.root_id = ticket.root_id or ticket.id
    db.session.flush()
    return ticket


def _people(ticket: Ticket, facts: dict[str, Any], community: Community) -> None:
    for key in facts.get("participants", ()):
        person_id = community.signing_in[key].person.id
        db.session.add(
            TicketParticipant(
                ticket_id=ticket.id,
                person_id=person_id,
                company_id=ticket.company_id,
                added_by_id=ticket.owner_id,
                added_at=ticket.opened_at,
            )
        )
        db.session.add(
            TicketStep(
                ticket_id=ticket.id,
                what=StepKind.PARTICIPANT_ADDED,
                by_id=ticket.owner_id,
                person_id=person_id,
                at=ticket.opened_at + timedelta(seconds=30),
            )
        )


def _line(
    ticket: Ticket, line: dict[str, Any], states: dict[str, TicketState], calendar: Calendar, community: Community
) -> None:
    """Create a message, a note or a silent step, and return the state it led to."""
    at = _ago(calendar, line["days"])
    by = community.signing_in[line["by"]].person if "by" in line else None
    if "note" in line:
        assert by is not None
        db.session.add(TicketNote(ticket_id=ticket.id, author_id=by.id, text=line["note"], language=LANGUAGE, at=at))
        return
    is_vendors = by is not None and by.id == community.signing_in["heitor"].person.id
    if by is not None and "text" in line:
        db.session.add(
            TicketMessage(
                ticket_id=ticket.id, author_id=by.id, text=line["text"], language=LANGUAGE, is_vendors=is_vendors, at=at
            )
        )
    if by is not None and is_vendors and ticket.analyst_id is None:
        ticket.analyst_id = by.id
        db.session.add(TicketStep(ticket_id=ticket.id, what=StepKind.ANALYST, by_id=by.id, person_id=by.id, at=at))
    _move(ticket, states[line["to"]], by.id if by else None, at)


def _move(ticket: Ticket, state: TicketState, by_id: int | None, at: datetime) -> None:
    ticket.updated_at = at
    if state.key == ticket.state_key:
        return
    step = TicketStep(
        ticket_id=ticket.id, what=StepKind.STATE, by_id=by_id, from_key=ticket.state_key, to_key=state.key
    )
    step.at = at + timedelta(seconds=1)
    db.session.add(step)
    ticket.state_key = state.key
    ticket.stays_until = progressing.last_day(clock.date_in_sao_paulo(at), state.working_days)
    ticket.closed_at = at if state.key == progressing.CLOSED else None
    db.session.flush()


def _ago(calendar: Calendar, days: float) -> datetime:
    return min(calendar.now - timedelta(days=days), calendar.now)


def _code(at: datetime) -> str:
    year = clock.date_in_sao_paulo(at).year
    counter = db.session.get(TicketYear, year)
    if counter is None:
        counter = TicketYear(year=year, last=0)
        db.session.add(counter)
    counter.last += 1
    return f"{year}-{counter.last:06d}"
