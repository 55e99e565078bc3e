"""The commands of bin/: their error messages, and that the portal starts and stops cleanly (H13)."""

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

from tests.database import SERVER, Database

ROOT = Path(__file__).parent.parent
TOOLS = ("sh", "dirname", "cat", "cksum", "find", "env")
#: Long, since other tests may keep the machine busy.
TIMEOUT_SECONDS = 120
#: The end of what the portal prints when it has started.
LAST_LINE = "Ctrl-C stops it."


@pytest.fixture
def empty_checkout(tmp_path: Path) -> Path:
    """A checkout without a virtual environment, and a PATH with a few tools but no Python."""
    shutil.copytree(ROOT / "bin", tmp_path / "bin")
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in TOOLS:
        (tools / name).symlink_to(shutil.which(name) or name)
    return tmp_path


def run_portal(checkout: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin" / "portal"],
        env={"PATH": str(checkout / "tools")},
        capture_output=True,
        text=True,
        check=False,
    )


def install_python(checkout: Path, script: str) -> None:
    file = checkout / "tools" / "python3"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_missing_python_names_the_package_to_install(empty_checkout: Path):
    result = run_portal(empty_checkout)
    assert result.returncode == 1
    assert "apt install python3 python3-venv" in result.stderr


def test_old_python_is_refused_with_its_version(empty_checkout: Path):
    install_python(empty_checkout, 'case "$1" in -V) echo Python 3.9.2 ;; *) exit 1 ;; esac')
    result = run_portal(empty_checkout)
    assert result.returncode == 1
    assert "Python 3.11 or newer is required; found Python 3.9.2" in result.stderr


def test_missing_venv_names_the_package_to_install(empty_checkout: Path):
    install_python(empty_checkout, 'case "$2" in *ensurepip*) exit 1 ;; esac')
    result = run_portal(empty_checkout)
    assert result.returncode == 1
    assert "apt install python3-venv" in result.stderr


SIGNAL_AT_ANY_MOMENT = """
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


def test_stop_signal_at_any_moment_does_not_deadlock():
    """A `threading.Event` deadlocks when the signal interrupts the thread that waits for it."""
    subprocess.run([sys.executable, "-c", SIGNAL_AT_ANY_MOMENT], cwd=ROOT, check=True, timeout=TIMEOUT_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Portal:
    """A `bin/portal serve` process with its own database and port."""

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
        self.wait_until(self.responds)

    def responds(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}/saude/viva", timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    def children(self) -> dict[str, int]:
        """Return the process ids of the child processes by name."""
        assert self.running is not None
        below = Path(f"/proc/{self.running.pid}/task/{self.running.pid}/children").read_text().split()
        return {Path(f"/proc/{pid}/comm").read_text().strip(): int(pid) for pid in below}

    def wait_until(self, condition) -> None:
        end = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            assert self.running is not None
            assert self.running.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)

    def stop(self, stop_signal: signal.Signals = signal.SIGTERM) -> int:
        assert self.running is not None
        self.running.send_signal(stop_signal)
        return self.running.wait(timeout=TIMEOUT_SECONDS)


@pytest.fixture
def portal(tmp_path: Path, database: Database) -> Iterator[Portal]:
    """A portal on the tests' PostgreSQL server, or on a new SQLite file."""
    portal = Portal(tmp_path, "test", database.url if SERVER else "")
    yield portal
    if portal.running is not None and portal.running.poll() is None:
        portal.stop()


def test_port_in_use_is_reported_with_the_next_one(portal: Portal):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", portal.port))
        taken.listen()
        command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "serve"]
        result = subprocess.run(command, env=portal.environ, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert f"can't listen on 127.0.0.1, port {portal.port}: Address already in use" in result.stderr
    assert f"PORT={portal.port + 1} bin/run" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_h13_portal_stops_cleanly_and_starts_again(portal: Portal, stop_signal: signal.Signals):
    for _ in range(2):
        portal.start()
        portal.wait_until(lambda: set(portal.children()) == {"portal-web", "portal-worker"})
        children = portal.children().values()
        assert portal.stop(stop_signal) == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in children)
        assert not portal.responds()


@pytest.mark.slow
def test_killed_worker_is_restarted(portal: Portal):
    portal.start()
    portal.wait_until(lambda: "portal-worker" in portal.children())
    killed = portal.children()["portal-worker"]
    os.kill(killed, signal.SIGKILL)
    portal.wait_until(lambda: portal.children().get("portal-worker", killed) != killed)
    assert portal.responds()


@pytest.mark.slow
def test_killed_supervisor_frees_the_port(portal: Portal):
    portal.start()
    assert portal.running is not None
    portal.running.kill()
    portal.running.wait()
    end = time.monotonic() + TIMEOUT_SECONDS
    while portal.responds():
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.mark.slow
def test_demo_accounts_are_printed_on_a_terminal_and_never_logged(tmp_path: Path):
    portal = Portal(tmp_path, "development")
    reader, terminal = pty.openpty()
    portal.start(output=terminal)
    shown = ""
    while LAST_LINE not in shown:
        shown += os.read(reader, 65536).decode()
    assert f"http://localhost:{portal.port}" in shown
    assert "Ana Ribeiro" in shown
    assert "529.982.247-25" in shown
    assert portal.stop() == 0
    assert not re.search(r"529\.?982\.?247", portal.log.read_text())


@pytest.mark.slow
def test_output_redirected_to_a_file_contains_no_cpf(tmp_path: Path):
    portal = Portal(tmp_path, "development")
    shown = tmp_path / "shown.txt"
    with shown.open("wb") as file:
        portal.start(output=file.fileno())
    portal.wait_until(lambda: LAST_LINE in shown.read_text())
    assert portal.stop() == 0
    assert "Ana Ribeiro" in shown.read_text()
    assert "529.982" not in shown.read_text()
