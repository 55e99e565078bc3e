"""The law of the house, read from the code itself (docs/architecture.md). Each guard was seen to fail."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect

from ideas.audit.actions import ACTIONS
from ideas.cli import translations
from ideas.config import Settings
from ideas.db import Base
from ideas.rights import ROUTES

pytestmark = pytest.mark.engine_independent

ROOT = Path(__file__).parent.parent
IDEAS = ROOT / "ideas"
TEMPLATES = ROOT / "templates"

#: The ground, from the bottom up: each part may import those listed before it.
GROUND = ("errors", "text", "clock", "config", "rights", "read_models", "modes", "sqlite", "db", "sql", "statements",
          "logs", "jobs", "audit", "search", "files", "outbox", "web", "drafts")  # fmt: skip
#: The diagram of docs/architecture.md: who may import whom, beside the ground.
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
#: Wire everything; nobody imports them.
WIRES = {"app", "wiring", "cli", "demo", "tables", "migrations"}

BANNED = {"utils", "helpers", "common", "misc", "services", "service", "managers", "manager", "base", "core"}
EDGES = {"forms", "routes", "feeds", "cli"}


@cache
def modules() -> tuple[Path, ...]:
    return tuple(path for path in sorted(IDEAS.rglob("*.py")) if "migrations" not in path.parts)


@cache
def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax tree: each file is parsed once per process."""
    return tuple(ast.walk(ast.parse(source(path))))


def part_of(path: Path) -> str:
    """The feature (or ground module) that a file belongs to."""
    return path.relative_to(IDEAS).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> tuple[tuple[str, bool], ...]:
    """(dotted name, whether only for type checking) of everything a file imports, wherever it does."""
    typing_only = {
        id(inner)
        for node in nodes(path)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for inner in ast.walk(node)
    }
    found: list[tuple[str, bool]] = []
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found += [(alias.name, id(node) in typing_only) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", id(node) in typing_only) for alias in node.names]
    return tuple(found)


def is_edge(path: Path) -> bool:
    names = {part.removesuffix(".py") for part in path.relative_to(IDEAS).parts}
    return bool(names & EDGES) or part_of(path) in WIRES | {"web", "logs"} or path.stem.endswith("_form")


def test_features_import_only_what_stands_below_them() -> None:
    wrong = []
    for path in modules():
        part = part_of(path)
        if part in WIRES or part == "__init__":
            continue
        below = set(GROUND[: GROUND.index(part)]) if part in GROUND else MAY_IMPORT.get(part, set()) | set(GROUND)
        for name, typing_only in imports(path):
            other = name.split(".")[1] if name.startswith("ideas.") else None
            if other is None or other == part or other in below or (typing_only and part == "web"):
                continue
            wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert wrong == []


def test_the_ground_and_features_are_all_in_the_diagram() -> None:
    known = set(GROUND) | set(MAY_IMPORT) | WIRES | {"__init__", "translations"}
    assert {part_of(path) for path in modules()} <= known


def test_only_edges_know_the_web() -> None:
    web = re.compile(r"(flask(?!_sqlalchemy)|wtforms|werkzeug|ideas\.web)\b")
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules()
        if not is_edge(path) and path.name not in {"jobs.py", "db.py", "statements.py"}
        for name, typing_only in imports(path)
        if web.match(name) and not typing_only
    ]
    assert wrong == []


#: What a statement or a shared part of one is.
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


def test_no_feature_imports_in_a_circle_within_itself() -> None:
    arrows: dict[str, set[str]] = {}
    for path in modules():
        here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        arrows[here] = set()
        for name, typing_only in imports(path):
            # Across features the other test decides; inside one, a circle of types is a circle too.
            if not name.startswith("ideas.") or (typing_only and name.split(".")[1] != part_of(path)):
                continue
            for target in (name, name.rpartition(".")[0]):
                if (ROOT / Path(*target.split("."))).with_suffix(".py").exists():
                    arrows[here].add(target)
                    break
    circles = [f"{a} <-> {b}" for a in arrows for b in _reachable(arrows, a) if a in _reachable(arrows, b) and a <= b]
    assert circles == []


def _reachable(arrows: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    todo = list(arrows.get(start, ()))
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += arrows.get(name, ())
    return seen


def test_module_names_say_what_they_hold() -> None:
    assert [str(path) for path in modules() if path.stem in BANNED] == []


def test_every_models_file_is_known_to_the_migrations() -> None:
    known = source(IDEAS / "tables.py")
    features = {path.relative_to(IDEAS).parts[0] for path in modules() if "models" in path.with_suffix("").parts}
    missing = [feature for feature in sorted(features) if f"from ideas.{feature} import models" not in known]
    assert missing == []


def test_a_features_first_page_is_an_index_of_its_modules() -> None:
    """What every feature has, or a module's own name says, is not repeated: models, forms, routes, feeds."""
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


def test_migrations_import_no_model() -> None:
    for path in (IDEAS / "migrations" / "versions").glob("*.py"):
        assert not re.search(r"^\s*(from|import) ideas\b", source(path), re.MULTILINE), path.name


def test_a_migrations_name_fits_its_column() -> None:
    """PostgreSQL refuses more than the 32 characters of alembic_version."""
    names = [path.stem for path in (IDEAS / "migrations" / "versions").glob("*.py")]
    assert [name for name in names if len(name) > 32] == []


def test_every_audit_action_has_a_label() -> None:
    literal = re.compile(r'action="([a-z_]+)"|_(?:note|log)\("([a-z_]+)"')
    found = (match for path in modules() for match in literal.finditer(source(path)))
    assert sorted({match[1] or match[2] for match in found} - set(ACTIONS)) == [], "not in ideas/audit/actions.py"


def test_v16_2_1_events_in_the_log_are_named_source_subject_action() -> None:
    written = re.compile(r'\blog\.(?:debug|info|warning|error|exception)\(\s*f?"([^"]*)"')
    names = [name for path in modules() for name in written.findall(source(path))]
    assert len(names) > 20
    assert [name for name in names if not re.fullmatch("[a-z_]+(:[a-z_]+){2}", name)] == []


def test_v11_5_1_chance_comes_from_the_system_s_own_source() -> None:
    """`random` is for pauses, and for the demo's community, which is the same every time."""
    plain = [str(path.relative_to(IDEAS)) for path in modules()
             if part_of(path) != "demo" and any(name.split(".")[0] in {"random", "numpy", "uuid"} for name, _ in imports(path))]  # fmt: skip
    assert plain == ["sqlite.py"]


def test_v6_4_6_nobody_types_a_password_but_their_own() -> None:
    """Where one may be typed: signing in, by a link of one's own, and by who gives the current one."""
    found = {
        node.name
        for path in modules()
        for node in nodes(path)
        if isinstance(node, ast.ClassDef) and "PasswordField(" in ast.unparse(node)
    }
    assert found == {"SignInForm", "NewPasswordForm", "PasswordChangeForm", "EmailChangeForm", "FirstAccessForm"}


def test_no_relationship_loads_by_itself(app: Flask) -> None:
    relationships = [rel for mapper in Base.registry.mappers for rel in inspect(mapper.class_).relationships]
    assert [str(rel) for rel in relationships if rel.lazy != "raise"] == []


# --- templates ---------------------------------------------------------------------------------


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def test_partials_say_what_they_expect() -> None:
    silent = [
        str(path.relative_to(TEMPLATES))
        for path in templates()
        if path.name.startswith("_") and not source(path).startswith("{# expects:")
    ]
    assert silent == []


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
def test_templates_hold_nothing_that_the_page_may_not(bad: str) -> None:
    """A letter is no page: mail programs know only the styles that stand on the element itself."""
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


# --- addresses ---------------------------------------------------------------------------------


def test_every_route_is_declared_and_every_declaration_has_its_route(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert endpoints - set(ROUTES) == set(), "not in ideas/rights.py"
    assert set(ROUTES) - endpoints == set(), "declared, but gone"


def test_addresses_are_kebab_case(app: Flask) -> None:
    kebab = re.compile(r"(/\.well-known)?(/[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?|/(<[^>]+>[-.]?)+[a-z]*)*/?")
    assert [rule.rule for rule in app.url_map.iter_rules() if not kebab.fullmatch(rule.rule)] == []


# --- promises ----------------------------------------------------------------------------------


def numbers_in_names(text: str) -> set[str]:
    """The promises that tests check: "2.3.1" of test_v2_3_1_…, "A01" of test_a01_…."""
    found = set()
    for name in re.findall(r"^\s*def test((?:_v\d+_\d+_\d+|_[a-i]\d\d)+)_", text, re.MULTILINE):
        found |= {number.replace("_", ".") for number in re.findall(r"v(\d+_\d+_\d+)", name)}
        found |= {case.upper() for case in re.findall(r"_([a-i]\d\d)", name)}
    return found


def test_every_promise_has_a_test_and_every_cited_number_is_listed() -> None:
    """`test_g10_…` is a goal of docs/performance.md, not a case."""
    words = source(ROOT / "docs" / "reliability.md")
    promised = set(re.findall(r"^\| (\d+\.\d+\.\d+|[A-I]\d\d) \|", words, re.MULTILINE))
    texts = {path: source(path) for folder in ("tests", "ideas", "bench") for path in (ROOT / folder).rglob("*.py")}
    tested = set().union(*(numbers_in_names(text) for path, text in texts.items() if path.name.startswith("test_")))
    cited = set().union(*(re.findall(r"\b[A-I]\d\d\b", text) for path, text in texts.items() if path != Path(__file__)))
    assert len(promised) > 190
    assert promised - tested == set(), "promised, but no test has this number in its name"
    assert (tested | cited) - promised - {"G10"} == set(), "not in docs/reliability.md"


# --- settings and languages --------------------------------------------------------------------


def test_the_readme_lists_every_setting() -> None:
    readme = source(ROOT / "README.md")
    rows = set(re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE))
    assert rows == {name.upper() for name in Settings.__dataclass_fields__}


def test_every_text_exists_in_three_languages() -> None:
    """Each sentence that the code or a template marks is translated, not fuzzy, in es and en."""
    from babel.messages.pofile import read_po

    found = (message.id for message in translations.marked() if message.id)
    marked = {id if isinstance(id, str) else id[0] for id in found}
    for language in ("es", "en"):
        with (IDEAS / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
            catalogue = read_po(file)
        have = {
            message.id[0] if isinstance(message.id, tuple) else message.id
            for message in catalogue
            if message.id
            and not message.fuzzy
            and all([message.string] if isinstance(message.string, str) else message.string)
        }
        assert sorted(marked - have) == [], f"missing in {language}"
