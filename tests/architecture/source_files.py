"""The files of the code base, each read and parsed once per process."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
IDEAS = ROOT / "ideas"
TEMPLATES = ROOT / "templates"


@cache
def modules() -> tuple[Path, ...]:
    return tuple(path for path in sorted(IDEAS.rglob("*.py")) if "migrations" not in path.parts)


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file's syntax tree."""
    return tuple(ast.walk(ast.parse(source(path))))


def part_of(path: Path) -> str:
    """Return the feature or base module that a file belongs to."""
    return path.relative_to(IDEAS).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """Return (dotted name, whether only under TYPE_CHECKING) of every import in a file."""
    typing_only = {
        id(child)
        for node in nodes(path)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for child in ast.walk(node)
    }
    found: list[tuple[str, bool]] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in typing_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", id(node) in typing_only) for alias in node.names]
    return tuple(found)
