"""A CSV file that a spreadsheet opens and never runs."""

import csv
import io

import pytest
from flask import Flask

from ideas.web.csv_files import csv_file

pytestmark = pytest.mark.engine_independent


def test_a_cell_may_hold_quotes_semicolons_and_lines(app: Flask) -> None:
    rows = [["a;b", 'diz "x"', "duas\nlinhas", None, 7, -1.5]]
    with app.test_request_context():
        answer = csv_file("nome", ["um", "=dois"], rows)
        body = answer.get_data(as_text=True)
    assert body.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(body[1:]), delimiter=";")) == [
        ["um", "'=dois"], ["a;b", 'diz "x"', "duas\nlinhas", "", "7", "-1.5"],
    ]  # fmt: skip
    assert answer.headers["Content-Disposition"] == 'attachment; filename="nome.csv"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_encoded_words_and_escapes_stay_as_they_are(app: Flask) -> None:
    texts = ["=?utf-8?q?=0d=0a?=", "a;=?UTF-8?B?DQo=?=", "x_x000D_y", "&#10;%0a\\n"]
    with app.test_request_context():
        body = csv_file("nome", ["um"], [[text] for text in texts]).get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(body[1:]), delimiter=";"))
    assert rows == [["um"], ["'" + texts[0]], *([text] for text in texts[1:])]


def test_rows_are_read_as_they_are_sent(app: Flask) -> None:
    read = []

    def rows():
        for number in range(1000):
            read.append(number)
            yield [number]

    with app.test_request_context():
        parts = iter(csv_file("nome", ["n"], rows()).response)
        next(parts)
        assert len(read) < 300
        assert sum(part.count("\r\n") for part in map(str, parts)) > 700
