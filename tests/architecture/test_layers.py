"""The layers and modules of docs/architecture.md, checked against the source code."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from ideas.audit.actions import ACTIONS
from ideas.db import Base
from tests.architecture.source_files import IDEAS, ROOT, imports, modules, nodes, part_of, source

pytestmark = pytest.mark.engine_independent

#: The base modules, lowest first: each may import those listed before it.
BASE = ("errors", "text", "clock", "networks", "config", "rights", "read_models", "modes", "sqlite", "db", "sql", "statements",
        "logs", "jobs", "audit", "search", "files", "outbox", "web", "drafts")  # fmt: skip
#: The diagram of docs/architecture.md: the features that each feature may import, besides the base.
MAY_IMPORT: dict[str, set[str]] = {
    "products": set(),
    "accounts": {"products"},
    "companies": {"accounts", "products"},
    "notifications": {"companies", "accounts", "products"},
    "conduct": {"companies", "accounts", "products"},
    "knowledge": {"companies", "accounts", "products"},
    "board": {"notifications", "conduct", "knowledge", "companies", "accounts", "products"},
}
MAY_IMPORT["comments"] = {"board"} | MAY_IMPORT["board"]
for sibling in ("moderation", "triage", "releases", "tickets", "imports", "oidc"):
    MAY_IMPORT[sibling] = {"comments"} | MAY_IMPORT["comments"]
for composer in ("pages", "privacy", "operations", "api"):
    MAY_IMPORT[composer] = {"moderation", "triage", "releases", "tickets", "imports", "oidc"} | MAY_IMPORT["tickets"]
#: Import everything; no feature imports them.
WIRING = {"app", "wiring", "cli", "demo", "tables", "migrations"}

BANNED = {"utils", "helpers", "common", "misc", "services", "service", "managers", "manager", "base", "core"}
EDGES = {"forms", "routes", "feeds", "cli"}


def is_edge(path: Path) -> bool:
    names = {part.removesuffix(".py") for part in path.relative_to(IDEAS).parts}
    return bool(names & EDGES) or part_of(path) in WIRING | {"web", "logs"} or path.stem.endswith("_form")


def test_features_import_only_lower_layers() -> None:
    wrong = []
    for path in modules():
        part = part_of(path)
        if part in WIRING or part == "__init__":
            continue
        below = set(BASE[: BASE.index(part)]) if part in BASE else MAY_IMPORT.get(part, set()) | set(BASE)
        for name, typing_only in imports(path):
            other = name.split(".")[1] if name.startswith("ideas.") else None
            if other is None or other == part or other in below or (typing_only and part == "web"):
                continue
            wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_every_module_is_in_the_diagram() -> None:
    known = set(BASE) | set(MAY_IMPORT) | WIRING | {"__init__", "translations"}
    assert {part_of(path) for path in modules()} <= known


def test_only_edges_import_the_web_framework() -> None:
    web = re.compile(r"(flask(?!_sqlalchemy)|wtforms|werkzeug|ideas\.web)\b")
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules()
        if not is_edge(path) and path.name not in {"jobs.py", "db.py", "statements.py"}
        for name, typing_only in imports(path)
        if web.match(name) and not typing_only
    ]
    assert wrong == []


#: Types of statements and of their parts.
SQL = re.compile(r"\b(Select|CompoundSelect|Update|Insert|Delete|Executable|Subquery|CTE|TableClause|aliased|Alias)\b")


def test_statements_and_aliases_are_cached_by_statement_alone() -> None:
    """Other caches let several threads fill one alias at once (ideas/statements.py)."""
    wrong = []
    for path in modules():
        tree = ast.parse(source(path))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                cached = any(
                    re.search(r"\b(cache|lru_cache|cached_property)\b", ast.unparse(one)) for one in node.decorator_list
                )
                if cached and (
                    SQL.search(ast.unparse(node.returns or node))
                    or re.search(r"\b(select|aliased)\(", ast.unparse(node))
                ):
                    wrong.append(f"{path.relative_to(ROOT)}: {node.name}")
        wrong += [
            f"{path.relative_to(ROOT)}: {ast.unparse(node)[:60]}"
            for node in tree.body
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
            and re.search(r"\baliased\(|\.(alias|subquery|cte)\(", ast.unparse(node.value))
        ]
    assert wrong == []


def test_activities_never_commit() -> None:
    """Edges commit; the worker's, the search's and the importers' own transactions are named here."""
    own_transactions = {
        "jobs.py",
        "outbox/delivery.py",
        "outbox/mailing.py",
        "board/voting/setting_aside.py",
        "companies/batch_inviting.py",
        "board/voting/reconciling.py",
        "imports/running.py",
        "tickets/closing.py",
    }
    wrong = [
        str(path.relative_to(IDEAS))
        for path in modules()
        if not is_edge(path)
        and str(path.relative_to(IDEAS)) not in own_transactions
        and re.search(r"\.commit\(\)", source(path))
    ]
    assert wrong == []


def test_imports_have_no_cycle() -> None:
    graph: dict[str, set[str]] = {}
    for path in modules():
        here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        graph[here] = set()
        for name, typing_only in imports(path):
            # Across features the other test decides; inside one, a circle of types is a circle too.
            if not name.startswith("ideas.") or (typing_only and name.split(".")[1] != part_of(path)):
                continue
            for target in (name, name.rpartition(".")[0]):
                if (ROOT / Path(*target.split("."))).with_suffix(".py").exists():
                    graph[here].add(target)
                    break
    cycles = [f"{a} <-> {b}" for a in graph for b in _reachable(graph, a) if a in _reachable(graph, b) and a <= b]
    assert cycles == []


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(graph.get(start, ()))
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += graph.get(name, ())
    return seen


def test_no_module_has_a_generic_name() -> None:
    assert [str(path) for path in modules() if path.stem in BANNED] == []


def test_migrations_see_the_models_of_every_feature() -> None:
    known = source(IDEAS / "tables.py")
    features = {path.relative_to(IDEAS).parts[0] for path in modules() if "models" in path.with_suffix("").parts}
    missing = [feature for feature in sorted(features) if f"from ideas.{feature} import models" not in known]
    assert missing == []


def test_package_docstrings_list_their_modules() -> None:
    """Modules that every feature has need no line: models, forms, routes, feeds."""
    wrong = []
    for index in IDEAS.rglob("__init__.py"):
        if index.parent.name in {"routes", "models", "versions"} or index.parent == IDEAS:
            continue
        here = {path.stem for path in index.parent.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
        said = ast.get_docstring(ast.parse(source(index))) or ""
        plain = {"__init__", "models", "forms", "routes", "feeds"} | {name for name in here if name.endswith("_form")}
        wrong += [
            f"{index.parent.relative_to(IDEAS)}/{name}" for name in here - plain if not re.search(rf"\b{name}\b", said)
        ]
        if index.parent.name not in {"search"}:
            listed = re.findall(r"^([a-z_]+)  +\S", said.partition("\n\n")[2], re.MULTILINE)
            wrong += [f"{index.parent.name}/{name} is gone" for name in listed if name not in here]
    assert wrong == []


def test_migrations_import_no_application_code() -> None:
    for path in (IDEAS / "migrations" / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) ideas\b", source(path), re.MULTILINE), path.name


def test_migration_names_fit_in_alembics_column() -> None:
    """PostgreSQL refuses more than the 32 characters of alembic_version."""
    names = [path.stem for path in (IDEAS / "migrations" / "versions").glob("*.py")]
    assert [name for name in names if len(name) > 32] == []


def test_every_audit_action_has_a_label() -> None:
    literal = re.compile(r'action="([a-z_]+)"|_(?:note|log)\("([a-z_]+)"')
    found = (match for path in modules() for match in literal.finditer(source(path)))
    assert sorted({match[1] or match[2] for match in found} - set(ACTIONS)) == [], "not in ideas/audit/actions.py"


def test_v16_2_1_log_events_are_named_source_subject_action() -> None:
    written = re.compile(r'\blog\.(?:debug|info|warning|error|exception)\(\s*f?"([^"]*)"')
    names = [name for path in modules() for name in written.findall(source(path))]
    assert len(names) > 20
    assert [name for name in names if not re.fullmatch("[a-z_]+(:[a-z_]+){2}", name)] == []


def test_v11_5_1_secrets_come_from_the_operating_system() -> None:
    """`random` is for pauses, and for the demo's community, which is the same every time."""
    plain = [str(path.relative_to(IDEAS)) for path in modules()
             if part_of(path) != "demo" and any(name.split(".")[0] in {"random", "numpy", "uuid"} for name, _ in imports(path))]  # fmt: skip
    assert plain == ["sqlite.py"]


def test_v6_4_6_people_enter_only_their_own_password() -> None:
    """Password fields are allowed for signing in, in a personal link, and to confirm who is signed in."""
    found = {
        node.name
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and "PasswordField(" in ast.unparse(node)
    }
    assert found == {
        "SignInForm", "NewPasswordForm", "PasswordChangeForm", "EmailChangeForm", "FirstAccessForm", "FreshPasswordForm"
    }  # fmt: skip


def test_relationships_never_load_implicitly(app: Flask) -> None:
    relationships = [rel for mapper in Base.registry.mappers for rel in inspect(mapper.class_).relationships]
    assert [str(rel) for rel in relationships if rel.lazy != "raise"] == []
