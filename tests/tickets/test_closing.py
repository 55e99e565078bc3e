"""Tickets close after seven working days of São Paulo, never early; the job can be killed and run again."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.config import Settings
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.outbox.models import Event
from ideas.tickets import closing, conversing, locking, progressing
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import Ticket, TicketStep
from tests import make

ROOT = Path(__file__).parents[2]
VALIDATION = "awaiting_customer_validation"


def at(day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    """A moment in São Paulo's time."""
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=clock.SAO_PAULO)


def propose(ticket: Ticket, heitor: Person) -> None:
    conversing.reply(ticket, TicketText(text="Atualize."), by=heitor, then=VALIDATION)


#: The date in São Paulo on which the state was set, and the seventh working day after it.
ROWS = {
    "wednesday_18_november_the_20th_is_a_holiday": (date(2026, 11, 18), date(2026, 11, 30)),
    "friday_20_november_itself_a_holiday": (date(2026, 11, 20), date(2026, 12, 1)),
    "wednesday_23_december_over_christmas_and_new_year": (date(2026, 12, 23), date(2027, 1, 5)),
    "wednesday_30_december_over_new_year": (date(2026, 12, 30), date(2027, 1, 11)),
    "thursday_12_february_carnival_days_do_count": (date(2026, 2, 12), date(2026, 2, 23)),
    "wednesday_1_april_over_good_friday": (date(2026, 4, 1), date(2026, 4, 13)),
    "friday_29_may_corpus_christi_does_count": (date(2026, 5, 29), date(2026, 6, 9)),
}


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize(("hour", "minute"), [(0, 0), (23, 59)])
def test_3_5_a_ticket_closes_after_the_end_of_the_seventh_working_day(
    row: str, hour: int, minute: int, ana: Person, heitor: Person
) -> None:
    set_on, seventh = ROWS[row]
    with time_machine.travel(at(set_on, hour, minute), tick=False) as now:
        ticket = make.ticket(owner=ana)
        propose(ticket, heitor)
        assert ticket.stays_until == seventh
        for moment in (at(set_on, 23, 59, 59), at(seventh), at(seventh, 12), at(seventh, 23, 59, 59)):
            now.move_to(moment)
            closing.close_due()
            assert ticket.state_key == VALIDATION, f"closed early, at {moment}"
        now.move_to(at(seventh + timedelta(days=1)))
        closing.close_due()
        assert (ticket.state_key, ticket.closed_at) == ("closed", clock.now())


def test_days_are_those_of_sao_paulo_not_of_utc(ana: Person, heitor: Person) -> None:
    with time_machine.travel(datetime.fromisoformat("2026-11-19T01:30:00+00:00"), tick=False):
        ticket = make.ticket(owner=ana)
        propose(ticket, heitor)
        assert ticket.stays_until == date(2026, 11, 30)


def test_a_confirmed_ticket_closes_the_next_day(ana: Person) -> None:
    with time_machine.travel(at(date(2026, 11, 20), 9), tick=False) as now:
        ticket = make.ticket(owner=ana, state=VALIDATION)
        progressing.change_state(ticket, "resolved", by=ana)
        now.move_to(at(date(2026, 11, 20), 23, 59, 59))
        closing.close_due()
        assert ticket.state_key == "resolved"
        now.move_to(at(date(2026, 11, 21)))
        closing.close_due()
        assert ticket.state_key == "closed"


def test_a_reply_stops_the_waiting_time_and_a_new_proposal_restarts_it(ana: Person, heitor: Person) -> None:
    with time_machine.travel(at(date(2026, 11, 18), 9), tick=False) as now:
        ticket = make.ticket(owner=ana)
        propose(ticket, heitor)
        now.move_to(at(date(2026, 11, 30), 23, 59))
        conversing.reply(ticket, TicketText(text="Não resolveu."), by=ana)
        now.move_to(at(date(2026, 12, 1), 0, 5))
        closing.close_due()
        assert ticket.state_key == "in_progress"
        propose(ticket, heitor)
        assert ticket.stays_until == date(2026, 12, 10)


@pytest.mark.parametrize("state", ["open", "in_progress", "awaiting_customer"])
def test_tickets_in_other_states_never_close(state: str, ana: Person) -> None:
    ticket = make.ticket(owner=ana, state=state)
    with time_machine.travel(clock.now() + timedelta(days=4000)):
        closing.close_due()
    assert ticket.state_key == state


def make_due(size: int, ana: Person) -> None:
    yesterday = clock.date_in_sao_paulo(clock.now()) - timedelta(days=1)
    for number in range(size):
        make.ticket(owner=ana, state=VALIDATION if number % 2 else "resolved", stays_until=yesterday)
    db.session.commit()


def count_closed() -> tuple[int, int, int]:
    """The numbers of closed tickets, of closing steps and of events about a state."""
    tickets = db.session.scalar(select(func.count()).select_from(Ticket).where(Ticket.closed_at.is_not(None)))
    steps = db.session.scalar(select(func.count()).select_from(TicketStep).where(TicketStep.to_key == "closed"))
    events = db.session.scalar(select(func.count()).select_from(Event).where(Event.name == "ticket_state_changed"))
    db.session.commit()
    return tickets or 0, steps or 0, events or 0


def test_an_interrupted_job_run_again_closes_each_ticket_once(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    make_due(9, ana)
    calls = iter(range(100))
    close = closing._close

    def interrupt_after_the_fifth(ticket_id: int, today: date) -> None:
        close(ticket_id, today)
        if next(calls) == 4:
            raise KeyboardInterrupt

    monkeypatch.setattr(closing, "_close", interrupt_after_the_fifth)
    with pytest.raises(KeyboardInterrupt):
        closing.close_due()
    db.session.rollback()
    assert count_closed() == (4, 4, 4)
    closing.close_due()
    closing.close_due()
    assert count_closed() == (9, 9, 9)


def test_a_reply_before_the_lock_keeps_the_ticket_open(ana: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """The customer replies after the job has found the ticket and before it locks the row."""
    make_due(1, ana)
    take = locking.take

    def after_a_reply(ticket: Ticket) -> Ticket:
        monkeypatch.setattr(locking, "take", take)
        conversing.reply(ticket, TicketText(text="Espere."), by=ana)
        return take(ticket)

    monkeypatch.setattr(locking, "take", after_a_reply)
    closing.close_due()
    assert count_closed() == (0, 0, 0)


def test_h12_concurrent_jobs_close_each_ticket_once(ana: Person, at_once) -> None:
    make_due(8, ana)
    assert at_once(3, lambda _: closing.close_due()) == [None] * 3
    assert count_closed() == (8, 8, 8)


@pytest.mark.slow
def test_a_job_killed_by_sigkill_and_run_again_closes_each_ticket_once(app: Flask, ana: Person) -> None:
    make_due(120, ana)
    set_mode(Mode.TRANSACTION)
    settings: Settings = app.extensions["settings"]
    given = ("portal_env", "instance_path", "database_url", "secret_key", "cpf_key")
    environ = os.environ | {name.upper(): str(getattr(settings, name)) for name in given} | {"LOG_LEVEL": "error"}
    work = (
        "from ideas.app import create_app; from ideas.tickets import closing, progressing; import time\n"
        "record = progressing.record\n"
        "progressing.record = lambda *a, **k: (time.sleep(0.02), record(*a, **k))\n"
        "with create_app().app_context(): closing.close_due()"
    )
    for target in (20, 60):
        job = subprocess.Popen([sys.executable, "-c", work], cwd=ROOT, env=environ)
        end = time.monotonic() + 60
        while count_closed()[0] < target:
            assert time.monotonic() < end
            time.sleep(0.02)
        job.send_signal(signal.SIGKILL)
        job.wait()
        done = count_closed()
        assert done[0] == done[1] == done[2] < 120
    subprocess.run([sys.executable, "-c", work], cwd=ROOT, env=environ, check=True, timeout=60)
    assert count_closed() == (120, 120, 120)
