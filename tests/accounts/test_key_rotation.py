"""Key rotation: everyone is found before, during and after, and a killed rotation loses nothing."""

import base64
import os
import signal
import subprocess
import sys
import time

import pytest
from flask import Flask
from sqlalchemy import select

from ideas.accounts import identifying, key_rotation
from ideas.accounts.documents import Cpf, KeyRing
from ideas.accounts.models import IdentityDocument, Person
from ideas.db import db
from tests.architecture.source_files import ROOT
from tests.cast import CPF_RING, CPFS

NEWER = "t2:" + base64.b64encode(b"f" * 32).decode()
SECRET = "a-secret-for-tests-only-0123456789"


@pytest.fixture
def both(app: Flask):
    """A key ring with a newer key before that of the test data."""
    before = identifying.ring()
    identifying.configure(KeyRing.parse(f"{NEWER},{CPF_RING}"), SECRET)
    yield
    identifying.configure(before, SECRET)


def found() -> set[str | None]:
    people = (identifying.person_by_cpf(Cpf.parse(cpf)) for cpf in CPFS.values())
    return {person.email for person in people if person}


def test_people_are_found_during_the_rotation_and_then_with_the_new_key_only(both, monkeypatch):
    monkeypatch.setattr(key_rotation, "CHUNK_SIZE", 4)
    everyone = {f"{key}@exemplo.example" for key in CPFS}
    step = key_rotation.rotate_chunk()
    assert step.renewed == 4
    assert key_rotation.count_by_key() == {"t1": 6, "t2": 4}
    assert found() == everyone
    while step.last is not None:
        step = key_rotation.rotate_chunk(after=step.last)
    identifying.configure(KeyRing.parse(NEWER), SECRET)
    assert found() == everyone
    assert identifying.cpf_of(db.session.get_one(Person, 1)) == Cpf.parse(CPFS["ana"])


def test_rotation_is_idempotent(app, both):
    run = app.test_cli_runner().invoke
    assert "renewed under t2: 10" in run(args=["keys", "rotate"]).output
    before = db.session.scalars(select(IdentityDocument.sealed).order_by(IdentityDocument.id)).all()
    db.session.commit()
    assert "renewed under t2: 0" in run(args=["keys", "rotate"]).output
    assert db.session.scalars(select(IdentityDocument.sealed).order_by(IdentityDocument.id)).all() == before
    assert run(args=["keys", "list"]).output == "t2: 10  (first on the ring)\n"


def test_a_row_that_cannot_be_decrypted_is_reported_and_left(app, both, bruno):
    row = db.session.query(IdentityDocument).filter_by(person_id=bruno.id).one()
    row.sealed = "t1:" + base64.b64encode(b"x" * 40).decode()
    db.session.commit()
    answer = app.test_cli_runner().invoke(args=["keys", "rotate"])
    assert answer.exit_code == 1
    assert "renewed under t2: 9" in answer.output
    assert f"people {bruno.id}" in answer.output
    db.session.expire_all()
    assert row.key_id == "t1"


@pytest.mark.slow
def test_a_killed_rotation_continues_where_it_stopped(database, both):
    """A real process is killed with -9 between chunks; the next run renews the rest."""
    slowly = (
        "import time; from ideas.app import create_app; from ideas.accounts import key_rotation; from ideas.db import db\n"
        "from ideas.modes import Mode, in_mode\n"
        "key_rotation.CHUNK_SIZE = 1\n"
        "with create_app().app_context(), in_mode(Mode.WRITE):\n"
        "    last = 0\n"
        "    while (step := key_rotation.rotate_chunk(after=last)).last is not None:\n"
        "        db.session.commit(); last = step.last; time.sleep(0.2)\n"
    )
    environ = os.environ | {"PORTAL_ENV": "test", "DATABASE_URL": database.url, "CPF_KEY": f"{NEWER},{CPF_RING}",
                            "INSTANCE_PATH": str(database.folder)}  # fmt: skip
    db.session.commit()
    running = subprocess.Popen([sys.executable, "-c", slowly], env=environ, cwd=ROOT)
    end = time.monotonic() + 60
    while not key_rotation.count_by_key()["t2"]:
        assert time.monotonic() < end
        db.session.rollback()
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    db.session.rollback()
    done = key_rotation.count_by_key()["t2"]
    assert 0 < done < 10
    assert len(found()) == 10
    assert key_rotation.rotate_chunk().renewed == 10 - done
    assert key_rotation.count_by_key() == {"t2": 10}
