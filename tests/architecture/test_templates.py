"""Rules for templates: partials, forms, and what the content security policy forbids."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, TEMPLATES, modules, source

pytestmark = pytest.mark.engine_independent


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_partials_declare_what_they_expect() -> None:
    undeclared = [
        str(path.relative_to(TEMPLATES))
        for path in templates()
        if path.name.startswith("_") and not source(path).startswith("{# expects:")
    ]
    assert undeclared == []


def test_every_panel_has_a_slot_and_every_slot_has_a_panel() -> None:
    """A panel whose slot no template has is never shown; a slot that nothing fills is a typo."""

    def names(pattern: str, paths: Iterable[Path]) -> set[str]:
        return {name for path in paths for name in re.findall(pattern, source(path))}

    registered = names(r'panels\.add\(\s*"([^"]+)"', modules())
    slots = names(r'\bpanels\(\s*"([^"]+)"', templates()) | names(r'panels\.render\(\s*"([^"]+)"', modules())
    counted = names(r'panels\.count\("([^"]+)"', (ROOT / "tests").rglob("*.py"))
    assert registered == slots
    assert counted <= slots


def test_no_line_of_a_template_exceeds_120_columns() -> None:
    """Except in emails: white space in their markup is part of the message."""
    long = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in templates()
        if path.parent.name != "mail"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []


@pytest.mark.parametrize(
    "bad",
    [
        r"\|\s*safe\b",
        r"autoescape\s+false",
        r"\bstyle=",
        r"\son[a-z]+=\"",
        r"<style\b",
        r"<script(?![^>]*\bsrc=)",
        r"\bhx-(?!on)(?<!data-hx-)[a-z]+=",
        r"\.query\b|db\.session|\.execute\(",
        r"hx-on",
    ],
)
def test_templates_contain_nothing_that_the_policy_forbids(bad: str) -> None:
    """Emails may have style attributes: some mail clients ignore style sheets."""
    pattern = re.compile(bad)
    found = [
        f"{path.relative_to(TEMPLATES)}: {match.group()}"
        for path in templates()
        if not ("style" in bad and path.parent.name == "mail")
        if (match := pattern.search(re.sub(r"\{#.*?#\}", "", source(path), flags=re.DOTALL)))
    ]
    assert found == []


def test_every_form_that_writes_works_without_javascript() -> None:
    wrong = []
    for path in templates():
        for form in re.findall(r"<form\b[^>]*>", source(path)):
            if "data-hx-post" in form and ('method="post"' not in form or "action=" not in form):
                wrong.append(f"{path.relative_to(TEMPLATES)}: {form}")
    assert wrong == []
