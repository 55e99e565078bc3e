"""Rules for templates: partials, forms, and what the content security policy forbids."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.source_files import ROOT, TEMPLATES, modules, source

pytestmark = pytest.mark.engine_independent


STATIC = ROOT / "static"
#: Classes of macros that append a modifier, which their callers pass as an argument.
BUILT = ("avatar--", "choices--")


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


def test_every_class_with_a_rule_is_used() -> None:
    """The specimens do not count: they show what the pages use."""
    pages = [source(path) for path in templates() if path.parent.name not in {"mail", "specimens"}]
    scripts = [path.read_text(encoding="utf-8") for path in (STATIC / "js").rglob("*.js")]
    words = {word for text in [*pages, *scripts] for word in re.findall(r"[\w-]+", _quoted(text))}
    assert {name for name in _classes_with_rules() - words if not name.startswith(BUILT)} == set()


def test_every_class_of_a_template_has_a_rule() -> None:
    known = {*_classes_with_rules(), *BUILT}
    unknown = {
        str(path.relative_to(TEMPLATES)): names
        for path in templates()
        if path.parent.name != "mail"
        if (names := _classes_of(source(path)) - known)
    }
    assert unknown == {}


def _classes_with_rules() -> set[str]:
    sheets = (path.read_text(encoding="utf-8") for path in (STATIC / "css").rglob("*.css"))
    rules = "".join(re.sub(r"/\*.*?\*/|\"[^\"\n]*\"", "", sheet, flags=re.DOTALL) for sheet in sheets)
    return {
        name for selector in re.findall(r"[^{};]+(?=\{)", rules) for name in re.findall(r"\.([a-z][\w-]*)", selector)
    }


def _classes_of(template: str) -> set[str]:
    """The classes of class attributes and of `class_` arguments, also those that a condition chooses."""
    template = re.sub(r"\{#.*?#\}", "", template, flags=re.DOTALL)
    values = re.findall(r"""\bclass(?:_=|=|": )"((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)\"""", template, flags=re.DOTALL)
    chosen = re.findall(r"""\{\{\s*['"]([^'"]*)['"]|\belse ['"]([^'"]*)['"]""", " ".join(values))
    fixed = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", " ".join(values), flags=re.DOTALL)
    return {name for part in [fixed, *(text for pair in chosen for text in pair)] for name in part.split()}


def _quoted(text: str) -> str:
    """What is between quotes, and the classes of the main element, which a block names."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    return " ".join(re.findall(r"\"[^\"]*\"|'[^']*'|\{% block main_class %\}[^{]*", text))
