"""The portal's own CSV of ideas: what fits, what does not, and what is wrong with a file as a whole."""

import csv
import io

import pytest
from sqlalchemy import select

from ideas.board.models import Idea
from ideas.db import db
from ideas.files import sheets
from ideas.files.sheets import NotASheet, Sheet, WrongSheet
from ideas.imports import inserting, running, sources
from ideas.imports.inserting import Incoming, Unfit
from ideas.products.models import Product
from ideas.web import csv_files
from tests.imports.sheets_of_ideas import COLUMNS, FAULTS, csv_of, row

CSV = sources.PRESETS["csv"]


def erp() -> Product:
    return db.session.scalars(select(Product).where(Product.key == "erp")).one()


def rows_of(content: bytes) -> list[Incoming | Unfit]:
    sheet = sheets.Sheet(sheets.in_memory(content))
    return list(sources.rows(CSV, sheet, CSV.guess(sheet.columns), running.modules_of(erp().id)))


def test_a_row_becomes_an_idea_with_all_that_its_columns_say() -> None:
    inserting.take(rows_of(csv_of([row("A-1", proposta="Um botão.")])), origin="forum", product=erp())
    made = db.session.scalars(select(Idea)).one()
    assert (made.title, made.problem, made.proposal) == ("Exportar o razão", "Hoje copiamos à mão.", "Um botão.")
    assert (made.origin, made.external_id, made.kind, made.language) == ("forum", "A-1", "improvement", "pt-BR")
    assert (made.inherited_votes, made.total_count, made.people_count) == (3, 3, 0)
    assert made.module_id == running.modules_of(erp().id)["fiscal"]


@pytest.mark.parametrize("separator", list(";,\t"))
def test_an_id_and_a_title_are_enough_whatever_stands_between_cells(separator: str) -> None:
    (one,) = rows_of(csv_of([["7", "Só o título, e mais nada; nem tab"]], ["ID", "Título"], separator))
    assert isinstance(one, Incoming)
    assert (one.external_id, one.title, one.problem) == ("7", "Só o título, e mais nada; nem tab", None)


@pytest.mark.parametrize("fault", FAULTS)
def test_a_row_that_does_not_fit_is_refused_with_its_number_and_reason(fault: str) -> None:
    cells, why = FAULTS[fault]
    good, refused = rows_of(csv_of([row(1), row(2, **cells)]))
    assert isinstance(good, Incoming)
    assert isinstance(refused, Unfit)
    assert refused.line == 3
    assert why in str(refused.reason)


def test_an_id_that_stands_twice_is_refused_the_second_time_and_blank_rows_are_nothing() -> None:
    first, second = rows_of(csv_of([row(1), ["", " "], [], row(1)]))
    assert isinstance(first, Incoming)
    assert isinstance(second, Unfit)
    assert second.line == 5


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_pieces_may_cut_letters_and_lines(encoding: str) -> None:
    content = csv_of([row(number, titulo="Ação é ótima ão") for number in range(50)]).decode().encode(encoding)
    pieces = [content[place : place + 7] for place in range(0, len(content), 7)]
    assert list(Sheet(lambda: pieces).rows()) == list(Sheet(sheets.in_memory(content)).rows())
    assert sheets.survey(lambda: pieces) == (COLUMNS, 50)
    assert next(Sheet(lambda: pieces).rows()).cells[1] == "Ação é ótima ão"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", sheets.NoRows),
        (b"\xff\xfei\0d\0;\0x", sheets.UnknownEncoding),
        (b"id;titulo\n1;\x81\x8d\n", sheets.UnknownEncoding),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), NotASheet),
        (b"%PDF-1.7 and more", NotASheet),
        (b"PK\x03\x04 a broken spreadsheet", WrongSheet),
        (b"id|titulo\n1|x\n", sheets.NoColumns),
        (b"id;titulo;id\n1;x;2\n", sheets.DuplicateColumn),
        (b"id;titulo\n;\n", sheets.NoRows),
        (b'id;titulo\n1;"x\n2;y\n', sheets.BrokenRow),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(content: bytes, fault: type[WrongSheet]) -> None:
    with pytest.raises(fault):
        sheets.survey(sheets.in_memory(content))


def test_the_template_fits_what_it_is_a_template_of() -> None:
    content = "".join(csv_files.lines(*sources.template())).encode()
    assert [type(one) for one in rows_of(content)] == [Incoming, Incoming]
    assert next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")) == COLUMNS


def test_a_try_finds_what_the_run_does_and_leaves_nothing(bruno) -> None:
    rows = rows_of(csv_of([row(1), row(2), row(3, data="ontem"), row(4, titulo=" T  ")]))
    inserting.take(rows[:1], origin="forum", product=erp())
    tried = inserting.take(rows, origin="forum", product=erp(), dry_run=True)
    assert db.session.query(Idea).count() == 1
    assert tried == inserting.take(rows, origin="forum", product=erp())
    assert (tried.made, tried.known, tried.refused, tried.changed) == (2, 1, 1, 1)
