"""Keep one name for one thing, one home for one rule, and rows read by name. Each guard was seen to fail."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.source_files import IDEAS, modules, nodes, part_of, source

#: Class names that several features share, and why.
SAME_NAME_ON_PURPOSE = {
    "Decision": "the vendor's decision on an idea, and a moderator's on a case: a table",
}
#: Names that are still to be changed in all features but one. Delete a name here when it is unique; add none.
SAME_NAME_NOT_YET: set[str] = set()
#: Files and folders that still read rows by position. Delete a line here when they do not; add none.
BY_POSITION_NOT_YET = {
    "board/voting/recounting.py", "companies/accepting.py", "companies/emails.py", "companies/listing.py",
    "companies/session_holders.py", "moderation/routes", "operations/listing.py", "search/expressions.py",
    "tickets/attaching.py", "tickets/converting.py", "tickets/queues.py",
}  # fmt: skip


def name_of(path: Path) -> str:
    return path.relative_to(IDEAS).as_posix()


def test_no_class_name_stands_for_things_of_several_features() -> None:
    features: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                features[node.name].add(part_of(path))
    shared = {name for name, parts in features.items() if len(parts) > 1}
    assert shared - SAME_NAME_NOT_YET - set(SAME_NAME_ON_PURPOSE) == set()


def test_no_function_is_called_of() -> None:
    found = {
        name_of(path)
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and node.name == "of"
    }
    assert found == set()


def by_position(node: ast.AST) -> bool:
    """Whether this reads the columns of a row by their position: `row[2]`, `row[1:]`, `X(*row)`, `X._make(row)`."""
    match node:
        case ast.Subscript(value=ast.Name(id="row"), slice=ast.Constant(value=int()) | ast.Slice()):
            return True
        case ast.Subscript(value=ast.Subscript(value=ast.Name(id="rows"), slice=ast.Constant())):
            return True
        case ast.Call(func=ast.Attribute(attr="_make")):
            return True
        case ast.Call(args=args) if any(ast.unparse(one) == "*row" for one in args):
            return True
        case ast.For(target=ast.Tuple(elts=elements)) | ast.comprehension(target=ast.Tuple(elts=elements)):
            return any(isinstance(one, ast.Starred) for one in elements)
    return False


@pytest.mark.parametrize(
    "bad", ["row[2]", "row[1:]", "rows[0][1]", "Card(*row)", "Card._make(row)", "for a, *b in x: pass"]
)
def test_reading_by_position_is_found_in(bad: str) -> None:
    assert any(by_position(node) for node in ast.walk(ast.parse(bad)))


def test_rows_are_read_by_name() -> None:
    """Use `ideas/read_models.py`, or the attributes of the row."""
    found = {name_of(path) for path in modules() for node in nodes(path) if by_position(node)}
    wrong = {
        one
        for one in found
        if not any(one == allowed or one.startswith(f"{allowed}/") for allowed in BY_POSITION_NOT_YET)
    }
    assert wrong == set()


#: A condition, and the only files that may write it out.
ONE_HOME = {
    r"withdrawn_at\.is_\(None\), [\w.]*set_aside_at\.is_\(None\)": {"board/models/vote.py"},
    r"set_aside_at\.is_\(None\), [\w.]*withdrawn_at\.is_\(None\)": set(),
    r"hidden_at\.is_\(None\), [\w.]*held_at\.is_\(None\)": {"comments/models.py"},
    r"hidden_at IS NULL": set(),
    r"client_token ==": set(),
    r"\b(postgresql|sqlite)\.insert\b|import insert\b.*dialects|on_conflict_\w+ = ": {"sql.py"},
    r"< \w+\[0\], and_\(|and_\(\w+ == \w+\[0\]": {"sql.py"},
}


@pytest.mark.parametrize("condition", ONE_HOME)
def test_a_shared_condition_has_one_home(condition: str) -> None:
    """An active vote, an idea or comment in sight, a form sent before, an upsert, the range after a cursor."""
    found = {name_of(path) for path in modules() if re.search(condition, source(path))}
    assert found == ONE_HOME[condition]


def test_features_hand_nothing_over_in_flask_g() -> None:
    """Pass a value as an argument, or as the subject of a panel; `web/request_cache.py` computes one per request."""
    wrong = [
        name_of(path)
        for path in modules()
        if part_of(path) not in {"web", "wiring"}
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom) and node.module == "flask" and any(one.name == "g" for one in node.names)
    ]
    assert wrong == []
