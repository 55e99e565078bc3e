"""The step of bin/check that looks for known vulnerabilities."""

import subprocess
from pathlib import Path

import pytest

CHECK = Path(__file__).parent.parent / "bin" / "check"

pytestmark = pytest.mark.engine_independent


def run_step(folder: Path, output: str, code: int, ci: str = "") -> tuple[int, str, int]:
    """Run the step with a pip-audit that prints `output`; return its status, its messages and the number of attempts."""
    (folder / "bin").mkdir()
    fake = folder / "bin" / "pip-audit"
    fake.write_text(f"#!/bin/sh\necho run >>{folder}/runs\ncat {folder}/output\nexit {code}\n")
    fake.chmod(0o755)
    (folder / "output").write_text(output)
    text = CHECK.read_text()
    step = text[text.index("no_known_vulnerabilities() {") : text.index("scratch=$(mktemp")]
    script = f'say() {{ echo "$*"; }}\nvenv={folder} scratch={folder}\n{step}\nno_known_vulnerabilities any.txt'
    done = subprocess.run(
        ["sh", "-euc", script], check=False, capture_output=True, text=True, env={"CI": ci, "PATH": "/usr/bin:/bin"}
    )
    return done.returncode, done.stdout, (folder / "runs").read_text().count("run")


def test_no_known_vulnerability_passes(tmp_path: Path) -> None:
    assert run_step(tmp_path, "No known vulnerabilities found", 0) == (0, "", 1)


@pytest.mark.parametrize("output", ["Found 1 known vulnerability in 1 package", "ERROR: a hash is missing"])
def test_a_known_vulnerability_or_another_fault_fails(tmp_path: Path, output: str) -> None:
    assert run_step(tmp_path, output, 1) == (1, output, 1)


@pytest.mark.parametrize(("ci", "attempts"), [("", 1), ("true", 2)])
def test_unreachable_advisories_are_reported_and_pass(tmp_path: Path, ci: str, attempts: int) -> None:
    answer = run_step(tmp_path, "requests.exceptions.ProxyError: Max retries exceeded", 1, ci)
    assert answer == (0, "advisories not checked\n", attempts)
