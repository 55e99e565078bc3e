"""Votes by several processes at once, and processes killed in mid-load: nothing drifts, nothing acknowledged is lost."""

from pathlib import Path

import pytest
from flask import Flask

from bench import votes
from tests.conftest import SERVER

pytestmark = pytest.mark.slow


@pytest.fixture
def environ(app: Flask, tmp_path: Path) -> dict[str, str]:
    """What a process needs to live on the test's own database."""
    return {
        "PORTAL_ENV": "test", "INSTANCE_PATH": str(tmp_path), "LOG_LEVEL": "error",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
    }  # fmt: skip


def test_d04_ten_thousand_operations_by_four_processes_drift_nothing(environ: dict[str, str], tmp_path: Path) -> None:
    plan = votes.prepare(processes=4)
    found = votes.run(tmp_path, environ, plan, operations=10_000, kills=0, seed=4)
    assert (found["operations"], found["in_the_middle"]) == (10_000, 0)
    assert (found["drift"], found["lost"], found["half_done"]) == (0, 0, 0)
    # SQLite's writers may wait in vain on a machine that does much else; PostgreSQL's never do.
    assert found["busy"] <= (0 if SERVER else 100)


def test_twenty_kills_in_mid_load_lose_no_acknowledged_vote(environ: dict[str, str], tmp_path: Path) -> None:
    plan = votes.prepare(processes=2)
    found = votes.run(tmp_path, environ, plan, operations=100_000, kills=20, seed=20)
    # A kill that met nobody at work would prove nothing.
    assert found["in_the_middle"] >= 20
    assert (found["drift"], found["lost"], found["half_done"]) == (0, 0, 0)


def test_a_vote_that_went_missing_would_be_noticed(environ: dict[str, str], tmp_path: Path) -> None:
    votes.prepare(processes=1)
    assert votes.lost([[("cast", 1, 1, "done")]]) == 1
    assert votes.lost([[("cast", 1, 1, "")]]) == 0
    assert votes.lost([[("cast", 1, 1, "no"), ("withdraw", 1, 1, "done")]]) == 0
