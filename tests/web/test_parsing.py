"""Numbers and words that come in an address or a field, outside of any form object."""

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter, ValidationError

from ideas.accounts.models import Person
from ideas.db import LARGEST_ID
from ideas.web import parsing
from tests import make


@pytest.mark.parametrize(("word", "number"), [("7", 7), ("2147483647", LARGEST_ID), ("2147483648", None), ("-1", None),
                                              ("", None), ("1.0", None), ("²", None), ("٣", None), ("9" * 5000, None)])  # fmt: skip
def test_a_rows_number_is_digits_that_both_databases_can_be_asked_for(word: str, number: int | None) -> None:
    assert parsing.row_id(word) == number


def test_a_line_is_cut_tidied_and_without_what_no_text_may_hold() -> None:
    assert parsing.line(" nota\0 \n fiscal eletrônica", 15) == "nota fiscal"


def test_no_address_takes_a_number_that_no_row_has(app: Flask) -> None:
    numbers = [kind for rule in app.url_map.iter_rules() for kind in rule._converters.values()
               if isinstance(kind, IntegerConverter)]  # fmt: skip
    assert len(numbers) > 50
    for kind in numbers:
        assert kind.to_python(str(LARGEST_ID)) == LARGEST_ID
        with pytest.raises(ValidationError):
            kind.to_python(str(LARGEST_ID + 1))


def test_numbers_as_long_as_a_page_are_no_fault(browser, elisa: Person, bruno: Person) -> None:
    """Python itself refuses to read a number of more than 4,300 digits."""
    idea = make.idea()
    chosen = browser(elisa).post("/triagem/lote", data={"idea": ["9" * 5000, str(idea.id)]})
    assert (chosen.status_code, idea.title in chosen.text) == (200, True)
    sent = {
        "title": "Exportar o razão para planilha",
        "problem": "Hoje copiamos.",
        "product": "erp",
        "kind": "improvement",
    }
    answer = browser(bruno).post("/ideias/nova", data={**sent, "seen": "9" * 5000})
    assert answer.status_code in {200, 303}
