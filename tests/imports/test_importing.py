"""Ideas from other systems are imported completely, safely and once."""

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from ideas import clock
from ideas.board.models import Idea
from ideas.board.voting import recounting
from ideas.db import db
from ideas.files import sheets
from ideas.files.sheets import WrongSheet
from ideas.imports import inserting, sources
from ideas.imports.inserting import RejectedRow
from ideas.products.models import Product
from tests.conftest import HTMX

COLUMNS = ["id", "title", "description", "cached_votes_up", "created_at", "retired_at"]
ROWS = [
    ["101", "  Anillo verde ciclista ", "<p>Arreglar el <b>firme</b> del anillo.</p>", "321", "08/03/2025", ""],
    ["102", "testsia", "<p>&lt;a onclick=alert(1)&gt;</p>", "0", "09/03/2025", ""],
    ["103", "Sin texto", "", "2", "01/01/2024", ""],
    ["104", "Retirada por su autor", "<p>Ya no.</p>", "1", "02/01/2024", "2024-01-03 20:05:12 +0100"],
    ["105", "<script>alert(1)</script> en el título", "<script>alert(2)</script><p>Hola</p>", "0", "02/01/2024", ""],
]


def file_of(rows: list[list[str]], columns: list[str] = COLUMNS) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([columns, *rows])
    return file.getvalue().encode()


def rows_of(content: bytes) -> list[inserting.ImportedIdea | RejectedRow]:
    preset, sheet = sources.PRESETS["decide-madrid"], sheets.Sheet(sheets.in_memory(content))
    return list(sources.rows(preset, sheet, preset.guess(sheet.columns), {}))


def read(rows: list[list[str]]) -> list[inserting.ImportedIdea]:
    return [one for one in rows_of(file_of(rows)) if isinstance(one, inserting.ImportedIdea)]


def bring_in(rows: list[list[str]] = ROWS) -> int:
    product = db.session.scalars(select(Product).where(Product.key == "erp")).one()
    return inserting.insert_ideas(read(rows), origin="decide-madrid", product=product)


def idea(external_id: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.external_id == external_id)).one()


def test_every_row_becomes_an_idea_with_its_date_and_its_votes() -> None:
    assert bring_in() == 5
    first = idea("101")
    assert (first.title, first.problem, first.language) == (
        "Anillo verde ciclista",
        "Arreglar el **firme** del anillo.",
        "es",
    )
    assert first.published_at.astimezone(clock.SAO_PAULO).strftime("%Y-%m-%d %H:%M") == "2025-03-08 12:00"
    assert (first.inherited_votes, first.total_count, first.people_count, first.root_id) == (321, 321, 0, first.id)


def test_importing_a_file_twice_creates_no_duplicates() -> None:
    assert (bring_in(), bring_in()) == (5, 0)
    assert bring_in([*ROWS, ["106", "Una más", "", "0", "02/01/2024", ""]]) == 1


def test_a_duplicate_row_is_imported_once() -> None:
    assert bring_in([ROWS[0], ROWS[0]]) == 1


def test_inherited_votes_count_in_the_total_and_a_recount_agrees() -> None:
    bring_in()
    assert [drift for chunk in recounting.recount_all(dry_run=True) for drift in chunk] == []


def test_a_retired_idea_is_withdrawn_and_off_the_board(browser) -> None:
    bring_in()
    assert not idea("104").is_listed
    assert "Retirada por su autor" not in browser().get("/?ordem=recentes").text


def test_markup_in_rows_is_shown_as_text(browser) -> None:
    bring_in()
    page = browser().get(f"/ideias/{idea('102').id}-{idea('102').slug}").text
    assert "&lt;a onclick=alert(1)&gt;" in page
    assert "<a onclick" not in page
    page = browser().get(f"/ideias/{idea('105').id}-{idea('105').slug}").text
    assert "<script>alert" not in page
    assert "alert(2)" not in page


def test_imported_ideas_are_found_with_and_without_accents(browser) -> None:
    bring_in()
    for words in ("anillo verde", "anillos verdes", "ANÍLLO"):
        assert "Anillo verde ciclista" in browser().get("/", query_string={"q": words}, headers=HTMX).text


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["x", "Título", "", "0", "01/01/2024", ""], "O id não é um número"),
        (["1", "  ", "", "0", "01/01/2024", ""], "título está vazio"),
        (["1", "T" * 301, "", "0", "01/01/2024", ""], "mais de 300"),
        (["1", "Título", "", "-3", "01/01/2024", ""], "votos"),
        (["1", "Título", "", "0", "31/02/2024", ""], "A data"),
        (["1", "Título", "", "0", "01/01/2024", "ontem"], "retirada"),
        (["1", "Tí\0tulo", "", "0", "01/01/2024", ""], "caracteres"),
        (["1", "Título"], "Os votos não são"),
    ],
)
def test_an_invalid_row_is_refused_with_its_line_and_reason(row: list[str], why: str) -> None:
    (refused,) = rows_of(file_of([row]))
    assert isinstance(refused, RejectedRow)
    assert refused.line == 2
    assert why in str(refused.reason)


def test_a_file_without_required_columns_is_refused() -> None:
    with pytest.raises(WrongSheet) as refused:
        rows_of(file_of([["1", "2"]], ["id", "title"]))
    assert "cached_votes_up" in str(refused.value.facts)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "proposals.csv"
    path.write_bytes(file_of([*ROWS, ["x", "Mala", "", "0", "01/01/2024", ""]]))
    return path


def command(app: Flask, *words: str):
    db.session.commit()
    return app.test_cli_runner().invoke(
        args=["ideas", "import", *words, "--preset", "decide-madrid", "--product", "erp"]
    )


def test_the_command_reports_and_changes_nothing_in_a_dry_run(app: Flask, file: Path) -> None:
    tried = command(app, str(file), "--dry-run")
    assert "would be made: 5; here already: 0; refused: 1" in tried.output
    assert db.session.scalars(select(Idea)).all() == []
    db.session.commit()
    done = command(app, str(file))
    assert "made: 5; here already: 0; refused: 1" in done.output
    assert "made: 0; here already: 5; refused: 1" in command(app, str(file)).output
    report = (Path(app.instance_path) / "import-decide-madrid.csv").read_text(encoding="utf-8")
    assert "7,x,refused,The id is not a number." in report
    assert "5,104,changed," in report


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfei\0d\0;", "accents"),
        (b"id;title\n1;\x81\x8d", "accents"),
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not a CSV"),
        (b"PK\x03\x04 a broken xlsx", "could not be read"),
        (b"only one name\n1\n", "separated by"),
        (b"id|title\n1|2\n", "separated by"),
        (b"a;b\n1;2\n", "Missing columns"),
        (b"id;id\n1;2\n", "same name"),
        (b"id;title\n", "nothing below the row of titles"),
        (b'id;title\n1;"never closed\n2;x\n', "quotes"),
    ],
)
def test_a_wrong_file_gets_a_clear_message(app: Flask, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "wrong.csv"
    path.write_bytes(content)
    answer = command(app, str(path))
    assert answer.exit_code == 1
    assert message in answer.output
    assert "Nothing was changed." in answer.output


def test_an_unknown_product_is_refused_with_the_known_ones(app: Flask, file: Path) -> None:
    db.session.commit()
    answer = app.test_cli_runner().invoke(
        args=["ideas", "import", str(file), "--preset", "decide-madrid", "--product", "nada"]
    )
    assert answer.exit_code == 2
    assert "there are: erp, rh" in answer.output
