"""`bin/portal setup` on an empty production database, with prompts at a terminal or with flags."""

import base64
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from ideas.config import read
from tests.architecture.source_files import ROOT
from tests.database import SERVER, Database

CPF = "153.509.460-56"
PASSWORD = "girafa lendo jornal"
FLAGS = ["--name", "Rita Alves", "--email", "Rita@Casa.example", "--portal-vendor", "Casa Sistemas",
         "--product", "ERP", "--product", "Folha de Pagamento", "--mail-from", "ideias@casa.example"]  # fmt: skip
SECRETS = f"cpf={CPF}\npassword={PASSWORD}\n"


@pytest.fixture
def empty(tmp_path: Path, database: Database) -> Iterator[dict[str, str]]:
    """The environment of a production portal with its keys and an empty database."""
    url, name = f"sqlite:///{tmp_path / 'portal.db'}", f"{database.name}_setup"
    if SERVER:
        database.execute_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
        url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("MAIL_", "PORTAL_"))}
    yield clean | {
        "PORTAL_ENV": "production", "PORTAL_URL": "https://ideias.casa.example", "DATABASE_URL": url,
        "INSTANCE_PATH": str(tmp_path), "SECRET_KEY": "k2J9-xT4v_Qp7Lm1Zs8Rb3Nw6Yc5Hd0Gf",
        "CPF_KEY": "k1:" + base64.b64encode(bytes(range(32))).decode(), "LOG_LEVEL": "warning",
    }  # fmt: skip
    if SERVER:
        database.execute_on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


COMMAND = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "setup"]


def set_up(environ: dict[str, str], *flags: str, secrets: str = SECRETS) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, "--secrets-stdin", *flags]
    return subprocess.run(command, env=environ, input=secrets, capture_output=True, text=True, check=False, cwd=ROOT)


def rows(environ: dict[str, str], statement: str) -> list[tuple[object, ...]]:
    engine = create_engine(environ["DATABASE_URL"])
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(statement))]
    engine.dispose()
    return found


def test_v6_3_2_setup_creates_the_operator_in_its_flags_and_is_idempotent(empty):
    done = set_up(empty, *FLAGS)
    assert done.returncode == 0, done.stderr
    assert "test mail to rita@casa.example" in done.stdout
    assert rows(empty, "SELECT name, email FROM person JOIN staff_role ON person_id = id WHERE role = 'operator'") == [
        ("Rita Alves", "rita@casa.example")
    ]
    assert rows(empty, "SELECT count(*) FROM person") == [(1,)], "and no other account"
    assert rows(empty, "SELECT key, name_en FROM product ORDER BY id") == [("erp", "ERP"), ("folha-de-pagamento", "Folha de Pagamento")]  # fmt: skip
    assert len(list((Path(empty["INSTANCE_PATH"]) / "mail").glob("*.eml"))) == 1
    actions = rows(empty, "SELECT deed FROM audit_entry ORDER BY id")
    assert actions == [("roles_changed",), ("product_made",), ("product_made",)]
    settings = Path(empty["INSTANCE_PATH"]) / "portal.env"
    assert settings.stat().st_mode & 0o777 == 0o600
    assert "PORTAL_VENDOR=Casa Sistemas" in settings.read_text()
    again = set_up(empty, *FLAGS)
    assert again.returncode == 0
    assert "as before" in again.stdout
    assert rows(empty, "SELECT deed FROM audit_entry ORDER BY id") == actions
    everything = done.stdout + done.stderr + again.stdout + again.stderr
    assert PASSWORD not in everything
    assert "153.509" not in everything


@pytest.mark.slow
@pytest.mark.parametrize(
    ("flags", "secrets", "message"),
    [
        ([], "", "nobody to ask for cpf"),
        ([], "cpf=153.509.460-57\npassword=x\n", "Este CPF não é válido"),
        (["--name", "Rita", "--email", "rita"], SECRETS, "não parece completo"),
        (FLAGS, f"cpf={CPF}\npassword=12345678\n", "mais usadas"),
        ([*FLAGS, "--mail-port", "smtp"], SECRETS, "porta"),
    ],
)
def test_missing_or_invalid_flags_are_reported(empty, flags, secrets, message):
    refused = set_up(empty, *flags, secrets=secrets)
    assert refused.returncode == 1
    assert message in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "153.509" not in refused.stderr


@pytest.mark.slow
def test_a_failing_mail_server_is_explained_and_setup_completes(empty):
    refused = set_up(empty, *FLAGS, "--mail-server", "127.0.0.1", "--mail-port", "1")
    assert refused.returncode == 1
    assert "is set up" in refused.stdout
    assert "não aceita conexões na porta 1" in refused.stderr
    assert rows(empty, "SELECT count(*) FROM person") == [(1,)]
    mended = set_up(empty, "--mail-server", "")
    assert mended.returncode == 0, mended.stderr


@pytest.mark.slow
def test_the_terminal_prompts_again_after_an_invalid_value(empty):
    ours, theirs = pty.openpty()
    terminal = Terminal(ours)
    running = subprocess.Popen(COMMAND, env=empty, stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT)
    for question, answer in [
        ("First operator's CPF", "153.509.460-57"),
        ("não é válido", ""),
        ("First operator's CPF", CPF),
        ("Name", "Rita Alves"),
        ("E-mail", "rita@casa.example"),
        ("Password", PASSWORD),
        ("Repeat", PASSWORD),
        ("A product's name", "ERP"),
        ("A product's name", ""),
        ("Vendor's name", "Casa Sistemas"),
        ("Portal's name", ""),
        ("SMTP server", ""),
    ]:
        terminal.read_until(question)
        if question != "não é válido":
            os.write(ours, (answer + "\n").encode())
    terminal.read_until("test mail to rita@casa.example")
    assert PASSWORD not in terminal.seen
    assert running.wait(timeout=60) == 0
    assert rows(empty, "SELECT key FROM product") == [("erp",)]


class Terminal:
    """A terminal's output, read until given words; each read waits at most a minute."""

    def __init__(self, end: int) -> None:
        self.end = end
        self.seen = ""
        self.position = 0

    def read_until(self, words: str) -> None:
        until = time.monotonic() + 60
        while (found := self.seen.find(words, self.position)) < 0:
            ready, _, _ = select.select([self.end], [], [], max(0.0, until - time.monotonic()))
            assert ready, f"{words!r} was not shown: {self.seen}"
            self.seen += os.read(self.end, 65536).decode(errors="replace")
        self.position = found + len(words)


def test_the_environment_overrides_stored_settings(tmp_path, monkeypatch):
    (tmp_path / "portal.env").write_text(
        "PORTAL_VENDOR=Da Gaveta\nPORTAL_NAME=Ideias = ação\n# nada\nOUTRA=1\n", encoding="utf-8"
    )
    for name in ("PORTAL_NAME", "PORTAL_VENDOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INSTANCE_PATH", str(tmp_path))
    assert (read().portal_vendor, read().portal_name) == ("Da Gaveta", "Ideias = ação")
    monkeypatch.setenv("PORTAL_VENDOR", "Do Ambiente")
    assert read().portal_vendor == "Do Ambiente"
