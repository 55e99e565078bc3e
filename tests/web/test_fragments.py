"""Kept pieces of pages: nothing in one knows who reads, and what a reader has of their own is filled in each time."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from ideas.web.fragments import fragment

pytestmark = pytest.mark.engine_independent

TEMPLATES = Path(__file__).parents[2] / "templates"
#: What asks who reads, or in which zone; and what the clock changes under a kept piece.
READERS_OWN = re.compile(
    r"\|(ago|day|moment|when|person_name|photo|byline)\b"
    r"|\b(csrf_token|has_role|is_staff|is_curator|manages|with_query|panels|menu)\("
    r"|\b(me|company|my_companies|administrator|unread_count|current_path)\b(?!=)"
)
#: A form that is filled in where it is kept, and asks for itself where it stands alone.
OWN_OR_GIVEN = "token if token is defined else csrf_token()"
#: Their templates are named by the code that asks for them.
NAMED_BY_CODE = {"comments/_comment.html", "board/_step.html", "board/_card.html", "board/_visitors_card.html"}


def kept_templates() -> set[str]:
    """Every template that is made as a fragment."""
    asked = re.compile(r'fragment\("([^"]+)"')
    return {name for path in TEMPLATES.rglob("*.html") for name in asked.findall(path.read_text())} | NAMED_BY_CODE


def sources(name: str, seen: set[str]) -> Iterator[tuple[str, str]]:
    """The template's expressions, with those of what it brings in."""
    if name in seen:
        return
    seen.add(name)
    text = re.sub(r"\{#.*?#\}", "", (TEMPLATES / name).read_text(), flags=re.DOTALL)
    yield name, " ".join(re.findall(r"\{[{%].*?[%}]\}", text, flags=re.DOTALL))
    for brought in re.findall(r'\{% (?:include|from|extends) "([^"]+)"', text):
        yield from sources(brought, seen)


@pytest.mark.parametrize("name", sorted(kept_templates()))
def test_a_kept_piece_asks_nothing_about_who_reads_it(name: str) -> None:
    strings = re.compile(r'"[^"]*"|\'[^\']*\'|\.\w+')
    wrong = [
        f"{where}: {found[0]}"
        for where, text in sources(name, set())
        for found in READERS_OWN.finditer(strings.sub('""', text.replace(OWN_OR_GIVEN, "")))
    ]
    assert wrong == []


def test_what_is_the_reader_s_own_is_filled_in_each_time_and_escaped(app: Flask) -> None:
    with app.test_request_context("/"):
        made = [fragment("_shell/_footer.html", own={"back": back}, foot=(), theme="") for back in ("/a", "/b?x=<i>")]
    assert 'value="/a"' in made[0]
    assert 'value="/b?x=&lt;i&gt;"' in made[1]
    assert "\x02" not in made[0] + made[1]
