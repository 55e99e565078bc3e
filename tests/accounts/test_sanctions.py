"""Suspending and locking people, by function and by command."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from ideas import clock
from ideas.accounts import sanctions, staff
from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.db import db


def test_a_suspension_ends_by_itself(ana: Person) -> None:
    sanctions.suspend(ana, until=clock.now() + timedelta(days=2))
    assert ana.is_suspended
    with time_machine.travel(clock.now() + timedelta(days=2, seconds=1)):
        assert not ana.is_suspended


def test_a_ban_has_no_end_until_the_person_is_restored(ana: Person) -> None:
    sanctions.suspend(ana, until=None)
    with time_machine.travel(clock.now() + timedelta(days=4000)):
        assert ana.is_suspended
    sanctions.restore(ana)
    assert not ana.is_suspended


def test_the_end_of_a_suspension_must_be_in_the_future(ana: Person) -> None:
    with pytest.raises(sanctions.EndsInThePast):
        sanctions.suspend(ana, until=clock.now())
    assert not ana.is_suspended


def test_commands_suspend_and_restore(app: Flask, ana: Person) -> None:
    email = ana.email
    db.session.commit()
    command = app.test_cli_runner()
    done = command.invoke(args=["people", "suspend", " ANA@exemplo.example", "--until", "2999-12-31"])
    assert (done.exit_code, done.output) == (0, "ana@exemplo.example: suspended until 2999-12-31 23:59\n")
    listed = command.invoke(args=["people", "list"]).output
    assert "Ana Ribeiro" in listed
    assert listed.count("suspended until") == 2, "João is, too"
    assert command.invoke(args=["people", "restore", email]).exit_code == 0
    db.session.expire_all()
    assert not ana.is_suspended


def test_commands_lock_and_assign_roles(app: Flask, ana: Person) -> None:
    db.session.commit()
    command = app.test_cli_runner()
    done = command.invoke(args=["people", "lock", "ana@exemplo.example", "--why", "Celular roubado"])
    assert (done.exit_code, done.output) == (0, "ana@exemplo.example: locked\n")
    db.session.expire_all()
    assert not ana.can_sign_in
    assert command.invoke(args=["people", "unlock", "ana@exemplo.example"]).exit_code == 0
    args = ["people", "roles", "ana@exemplo.example", "product_manager", "--product", "erp"]
    assert command.invoke(args=args).exit_code == 0
    assert len(staff.products_of(ana)) == 1
    unknown = command.invoke(args=[*args[:-1], "nada"])
    assert (unknown.exit_code, unknown.output) == (1, "Error: there is no product nada\n")
    last = command.invoke(args=["people", "roles", "iris@exemplo.example"])
    assert last.exit_code == 1
    assert "ao menos uma pessoa que o opere" in last.output
    assert [entry.by_id for entry in db.session.scalars(select(AuditEntry))] == [None] * 3


def test_commands_report_an_unknown_person_or_a_past_end(app: Flask) -> None:
    command = app.test_cli_runner()
    nobody = command.invoke(args=["people", "suspend", "x@y.example"])
    assert (nobody.exit_code, nobody.output) == (1, "Error: nobody has the e-mail x@y.example\n")
    past = command.invoke(args=["people", "suspend", "ana@exemplo.example", "--until", "2020-01-01"])
    assert past.exit_code == 1
    assert "futuro" in past.output
