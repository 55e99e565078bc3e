"""Votes by several processes, some of them killed: no counter drifts, no acknowledged vote is lost."""

from pathlib import Path

import pytest
from flask import Flask

from bench import votes
from tests.conftest import SERVER

pytestmark = pytest.mark.slow


@pytest.fixture
def environ(app: Flask, tmp_path: Path) -> dict[str, str]:
    """The environment of a process that uses the test's database."""
    return {
        "PORTAL_ENV": "test", "INSTANCE_PATH": str(tmp_path), "LOG_LEVEL": "error",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }  # fmt: skip


def test_d04_ten_thousand_operations_by_four_processes_cause_no_drift(environ: dict[str, str], tmp_path: Path) -> None:
    plan = votes.prepare(processes=4)
    found = votes.run(tmp_path, environ, plan, operations=10_000, kills=0, seed=4)
    assert (found["operations"], found["in_the_middle"]) == (10_000, 0)
    assert (found["drift"], found["lost"], found["half_done"]) == (0, 0, 0)
    # On a busy machine SQLite's writers may time out; PostgreSQL's do not.
    assert found["busy"] <= (0 if SERVER else 100)


def test_killing_processes_under_load_loses_no_acknowledged_vote(environ: dict[str, str], tmp_path: Path) -> None:
    plan = votes.prepare(processes=2)
    found = votes.run(tmp_path, environ, plan, operations=100_000, kills=20, seed=20)
    # Killing idle processes would prove nothing.
    assert found["in_the_middle"] >= 20
    assert (found["drift"], found["lost"], found["half_done"]) == (0, 0, 0)


def test_the_load_check_detects_a_missing_vote(environ: dict[str, str], tmp_path: Path) -> None:
    votes.prepare(processes=1)
    assert votes.lost([[("cast", 1, 1, "done")]]) == 1
    assert votes.lost([[("cast", 1, 1, "")]]) == 0
    assert votes.lost([[("cast", 1, 1, "no"), ("withdraw", 1, 1, "done")]]) == 0
