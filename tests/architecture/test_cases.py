"""The cases of docs/reliability.md and the tests that cite their numbers match."""

import re
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, source

pytestmark = pytest.mark.engine_independent


def numbers_in_names(text: str) -> set[str]:
    """Return the cases in test names: "2.3.1" of test_v2_3_1_…, "A01" of test_a01_…."""
    found = set()
    for name in re.findall(r"^\s*def test((?:_v\d+_\d+_\d+|_[a-i]\d\d)+)_", text, re.MULTILINE):
        found |= {number.replace("_", ".") for number in re.findall(r"v(\d+_\d+_\d+)", name)}
        found |= {case.upper() for case in re.findall(r"_([a-i]\d\d)", name)}
    return found


def test_every_case_has_a_test_and_every_cited_case_is_listed() -> None:
    """`test_g10_…` is a goal of docs/performance.md, not a case."""
    table = source(ROOT / "docs" / "reliability.md")
    listed = set(re.findall(r"^\| (\d+\.\d+\.\d+|[A-I]\d\d) \|", table, re.MULTILINE))
    texts = {path: source(path) for folder in ("tests", "ideas", "bench") for path in (ROOT / folder).rglob("*.py")}
    tested = set().union(*(numbers_in_names(text) for path, text in texts.items() if path.name.startswith("test_")))
    cited = set().union(*(re.findall(r"\b[A-I]\d\d\b", text) for path, text in texts.items() if path != Path(__file__)))
    assert len(listed) > 190
    assert listed - tested == set(), "listed, but no test has this number in its name"
    assert (tested | cited) - listed - {"G10"} == set(), "not in docs/reliability.md"
