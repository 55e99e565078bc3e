"""The commands of bin/: what they say when something is missing, and that they start and stop cleanly (H13)."""

import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import SERVER, Stage

ROOT = Path(__file__).parent.parent
TOOLS = ("sh", "dirname", "cat", "cksum", "find", "env")
#: Generous: the machine may be busy with other tests.
SOON = 120
LAST_WORDS = "Ctrl-C stops it."


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with no environment yet, and a PATH with a few tools and no Python."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def portal_in(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin" / "portal"],
        env={"PATH": str(checkout / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )


def python_that(checkout: Path, script: str) -> None:
    file = checkout / "tools" / "python3"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_without_python_the_missing_package_is_named(bare: Path):
    answer = portal_in(bare)
    assert answer.returncode == 1
    assert "apt install python3 python3-venv" in answer.stderr


def test_an_old_python_is_named(bare: Path):
    python_that(bare, 'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    answer = portal_in(bare)
    assert answer.returncode == 1
    assert "3.11 or newer is needed; this is Python 3.9.2" in answer.stderr


def test_without_venv_the_missing_package_is_named(bare: Path):
    python_that(bare, 'case "$2" in *ensurepip*) exit 1 ;; esac')
    answer = portal_in(bare)
    assert answer.returncode == 1
    assert "apt install python3-venv" in answer.stderr


TOLD_AT_ANY_MOMENT = """
import os, random, signal, time
from ideas.cli.shutdown import Stop

Stop().listen()
me = os.getpid()
child = os.fork()
if child == 0:
    while os.getppid() == me:
        os.kill(me, signal.SIGTERM)
        time.sleep(random.random() / 2_000)
    os._exit(0)
assert any([Stop().listen().wait(0.0003) for _ in range(3_000)])
os.kill(child, signal.SIGKILL)
os.waitpid(child, 0)
"""


def test_a_process_may_be_told_to_stop_at_any_moment():
    """Whatever the thread is doing that the signal interrupts: an Event made it wait for itself."""
    subprocess.run([sys.executable, "-c", TOLD_AT_ANY_MOMENT], cwd=ROOT, check=True, timeout=SOON)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """`bin/portal serve` as a process, with a database and a port of its own."""

    def __init__(self, folder: Path, env: str, database_url: str = "") -> None:
        self.port = free_port()
        self.environ = os.environ | {
            "PORTAL_ENV": env, "INSTANCE_PATH": str(folder), "PORT": str(self.port), "WEB_PROCESSES": "1",
            "DATABASE_URL": database_url, "LOG_LEVEL": "info", "COLUMNS": "200",
        }  # fmt: skip
        self.log = folder / "log.txt"
        self.running: subprocess.Popen[bytes] | None = None

    def start(self, output: int = subprocess.DEVNULL) -> None:
        command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "serve"]
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(command, env=self.environ, stdout=output, stderr=log)
        self.wait_until(self.answers)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/saude/viva", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def children(self) -> dict[str, int]:
        """What runs below it, by name, with the process ids."""
        assert self.running is not None
        below = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()
        return {Path(f"/proc/{pid}/comm").read_text().strip(): int(pid) for pid in below}

    def wait_until(self, question) -> None:
        end = time.monotonic() + SOON
        while not question():
            assert self.running is not None
            assert self.running.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.running is not None
        self.running.send_signal(how)
        return self.running.wait(timeout=SOON)


@pytest.fixture
def portal(tmp_path: Path, stage: Stage) -> Iterator[Portal]:
    """A portal on the server that the tests run on, or on a file that isn't there yet."""
    portal = Portal(tmp_path, "test", stage.url if SERVER else "")
    yield portal
    if portal.running is not None and portal.running.poll() is None:
        portal.stop()


def test_a_taken_port_is_said_clearly(portal: Portal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", portal.port))
        taken.listen()
        command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "serve"]
        answer = subprocess.run(command, env=portal.environ, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert f"can't listen on 127.0.0.1, port {portal.port}: Address already in use" in answer.stderr
    assert f"PORT={portal.port + 1} bin/run" in answer.stderr


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_h13_the_portal_starts_and_stops_cleanly_and_starts_again(portal: Portal, how: signal.Signals):
    for _ in range(2):
        portal.start()
        portal.wait_until(lambda: set(portal.children()) == {"portal-web", "portal-worker"})
        left = portal.children().values()
        assert portal.stop(how) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in left)
        assert not portal.answers()


@pytest.mark.slow
def test_a_worker_that_dies_is_started_again(portal: Portal):
    portal.start()
    portal.wait_until(lambda: "portal-worker" in portal.children())
    dead = portal.children()["portal-worker"]
    os.kill(dead, signal.SIGKILL)
    portal.wait_until(lambda: portal.children().get("portal-worker", dead) != dead)
    assert portal.answers()


@pytest.mark.slow
def test_a_supervisor_killed_leaves_nothing_on_the_port(portal: Portal):
    portal.start()
    assert portal.running is not None
    portal.running.kill()
    portal.running.wait()
    end = time.monotonic() + SOON
    while portal.answers():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
def test_the_demo_people_are_shown_on_a_terminal_and_never_logged(tmp_path: Path):
    portal = Portal(tmp_path, "development")
    ours, theirs = pty.openpty()
    portal.start(output=theirs)
    shown = ""
    while LAST_WORDS not in shown:
        shown += os.read(ours, 65536).decode()
    assert f"http://localhost:{portal.port}" in shown
    assert "Ana Ribeiro" in shown
    assert "529.982.247-25" in shown
    assert portal.stop() == 0
    assert not re.search(r"529\.?982\.?247", portal.log.read_text())


@pytest.mark.slow
def test_what_is_shown_in_a_file_holds_no_cpf(tmp_path: Path):
    portal = Portal(tmp_path, "development")
    shown = tmp_path / "shown.txt"
    with shown.open("wb") as file:
        portal.start(output=file.fileno())
    portal.wait_until(lambda: LAST_WORDS in shown.read_text())
    assert portal.stop() == 0
    assert "Ana Ribeiro" in shown.read_text()
    assert "529.982" not in shown.read_text()
