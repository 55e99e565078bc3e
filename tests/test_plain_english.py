"""Keep docstrings, comments, test names and docs free of words that hide the mechanism they mean."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.engine_independent

ROOT = Path(__file__).parent.parent

#: A pattern and what to write instead.
BANNED = {
    r"anew": "again",
    r"who(?:ever|m|mever)": "who, or name the person: the reader, the recipient, the requester",
    r"mend(?:s|ed|ing)?": "fix, repair",
    r"deeds?": "operation, action, write",
    r"nobody's": "without an owner, not a user's",
    r"of which": "two sentences",
    r"slips? of the pen": "typo",
    r"go(?:es|ne)? on from": "continues, follows",
    r"comes to": "equals, reaches",
    r"thought well": "healthy, reset",
    r"of now": "current",
    r"dear(?:er|est)?": "expensive, slow",
    r"parted": "split, separated",
}
BANNED_RE = re.compile(rf"\b(?:{'|'.join(BANNED)})\b".replace(" ", r"\s+"), re.IGNORECASE)

#: Files that may use a banned word, and why.
EXCEPTIONS = {
    "tests/test_plain_english.py": "the list itself",
}

FOLDERS = ("ideas", "tests", "bench", "templates", "static/js", "static/css", "docs", "bin", ".ci")
SUFFIXES = {".py", ".html", ".xml", ".txt", ".js", ".css", ".toml", ".md", ""}
FILES = ("README.md", "CONTRIBUTING.md", "pyproject.toml", "wsgi.py")
CODE_IN_MARKDOWN = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def files() -> Iterator[tuple[str, Path]]:
    """Each file that holds prose, by its path from the root of the repository."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    for path in paths + [ROOT / name for name in FILES]:
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in SUFFIXES and "vendor" not in path.parts and name not in EXCEPTIONS:
            yield name, path


def prose(name: str, text: str) -> Iterator[str]:
    """Yield the parts of a file that people read: comments, docstrings and test names, or all of a page."""
    if name.endswith(".py"):
        yield from _prose_of_python(text)
    elif name.endswith((".html", ".xml", ".txt")):
        yield from re.findall(r"\{#.*?#\}", text, re.DOTALL)
    elif name.endswith((".js", ".css")):
        yield from re.findall(r"/\*.*?\*/|(?<!:)//[^\n]*", text, re.DOTALL)
    elif name.endswith(".toml"):
        yield from re.findall(r"#[^\n]*", text)
    else:
        yield text


def _prose_of_python(text: str) -> Iterator[str]:
    block: list[str] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            block.append(token.string.lstrip("#: "))
        elif token.type not in {tokenize.NL, tokenize.NEWLINE}:
            yield " ".join(block)
            block = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield ast.get_docstring(node) or ""
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node.name.replace("_s_", "'s ").replace("_", " ")


def banned_words(name: str, text: str) -> list[str]:
    # Most files are clean, and parsing is slow: parse only those with a banned word somewhere.
    if not BANNED_RE.search(text.translate(str.maketrans("_#:", "   "))):
        return []
    pieces = (CODE_IN_MARKDOWN.sub("", piece) for piece in prose(name, text))
    return [
        f"{name}: {match.group()!r} in {piece[max(0, match.start() - 30) : match.end() + 30]!r}"
        for piece in pieces
        for match in BANNED_RE.finditer(piece)
    ]


def test_prose_uses_no_banned_word() -> None:
    """The message names the word; `BANNED` says what to write instead."""
    assert [word for name, path in files() for word in banned_words(name, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", '"""Made\nanew."""'),
        ("a.py", "x = 1\n# A deed\n# of a person."),
        ("a.py", "x = 1  # the one of\n# which is known"),
        ("a.py", "def test_a_deed_is_whole():\n    pass"),
        ("a.html", "{# expects: whoever asks #}<p>"),
        ("a.js", "/* Dear to ask. */"),
        ("a.js", "let a = 1; // mended"),
        ("a.toml", "a = 1 # of now"),
        ("a.md", "What it comes to."),
        ("run", "# Nobody's file."),
    ],
)
def test_a_banned_word_is_found_in(name: str, text: str) -> None:
    assert len(banned_words(name, text)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", 'deed = "deeds"'),
        ("a.py", '"""The column `deed` of the audit log. We recommend it."""'),
        ("a.html", "<p>deed</p>"),
        ("a.js", 'const address = "https://x/deed"'),
        ("a.md", "```\nmend\n```"),
    ],
)
def test_code_is_not_prose(name: str, text: str) -> None:
    assert banned_words(name, text) == []
