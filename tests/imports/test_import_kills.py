"""Import ten thousand rows with errors: check and run agree, memory is constant, a killed run imports nothing twice."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from ideas.board.models import Idea
from ideas.board.voting import recounting
from ideas.config import ROOT
from ideas.db import db
from ideas.modes import Mode, set_mode
from tests import cast
from tests.imports.sheets_of_ideas import csv_of, faulty, row

pytestmark = pytest.mark.slow

COUNTS = re.compile(r"made: (\d+); here already: (\d+); refused: (\d+)")


def file_of(rows: int, folder: Path) -> Path:
    """A file in which every fourth row is faulty."""
    path = folder / f"{rows}.csv"
    path.write_bytes(csv_of(faulty(number) if number % 4 == 3 else row(number) for number in range(rows)))
    return path


def start(app: Flask, file: Path, *words: str) -> "subprocess.Popen[str]":
    settings = app.extensions["settings"]
    environ = {
        "PORTAL_ENV": "test", "INSTANCE_PATH": str(settings.instance_path), "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key, "CPF_KEY": cast.CPF_RING, "LOG_LEVEL": "error",
    }  # fmt: skip
    command = [sys.executable, "-m", "flask", "--app", "wsgi.py", "ideas", "import", str(file), "--preset", "csv",
               "--product", "erp", "--origin", "forum", *words]  # fmt: skip
    return subprocess.Popen(command, cwd=ROOT, env=os.environ | environ, stdout=subprocess.PIPE, text=True)


def outcome(app: Flask, file: Path, *words: str) -> tuple[int, ...]:
    """The numbers of rows made, already imported and refused."""
    output, _ = start(app, file, *words).communicate(timeout=600)
    return tuple(map(int, COUNTS.search(output.replace("would be made", "made")).groups()))  # type: ignore[union-attr]


def ideas() -> int:
    made = db.session.scalar(select(func.count()).select_from(Idea)) or 0
    db.session.rollback()
    return made


def test_a_killed_import_of_ten_thousand_rows_resumes_without_duplicates(app: Flask, tmp_path: Path) -> None:
    db.session.commit()
    # The test only reads: the command is the writer.
    set_mode(Mode.TRANSACTION)
    small, large = file_of(1_000, tmp_path), file_of(10_000, tmp_path)
    outcome(app, small, "--dry-run")
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    made, known, refused = outcome(app, large, "--dry-run")
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1.15 * memory, "memory grows with the file"
    assert (made + known + refused, known, ideas()) == (10_000, 0, 0)
    running = start(app, large)
    while ideas() < made // 2:
        assert running.poll() is None, "it ended before it could be killed"
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    half = ideas()
    assert made // 2 <= half < made
    assert outcome(app, large) == (made - half, half, refused)
    assert ideas() == made
    assert outcome(app, large) == (0, made, refused)
    assert [drift for chunk in recounting.recount_all(dry_run=True) for drift in chunk] == []
