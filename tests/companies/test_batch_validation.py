"""Validation of a sheet of people: the faults of rows, and of the whole file."""

import pytest

from ideas.companies import batch_validation
from ideas.companies.batch_validation import COLUMNS, FAULTS, CpfColumn, RepeatedField, UnknownColumns, WrongColumns
from ideas.companies.models import Permissions
from ideas.files import sheets

TITLES = "nome;e-mail;autoatendimento;consultoria técnica;restringir chamados"


def judge(*lines: str, titles: str = TITLES):
    return batch_validation.validate(sheets.Sheet(sheets.in_memory("\n".join([titles, *lines]).encode())))


def faults(line: str) -> list[tuple[str, str]]:
    return [(fault.column, fault.key) for fault in judge(line)[0].faults]


def test_a_valid_row_has_a_person_and_permissions() -> None:
    row = judge("  Ana  Clara ; ANA@Exemplo.example ;Sim;não;x")[0]
    assert (row.number, row.name, row.email, row.faults) == (2, "Ana Clara", "ana@exemplo.example", [])
    assert row.permissions == Permissions(self_service=True, technical_consulting=False, tickets_restricted=True)
    assert judge("Ana;a@b.example")[0].permissions == Permissions()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (";a@b.example", [("name", "name_missing")]),
        ("x" * 121 + ";a@b.example", [("name", "name_long")]),
        ("123;a@b.example", [("name", "name_odd")]),
        ("=HYPERLINK(1);a@b.example", [("name", "name_odd")]),
        ("a@b.example;a@b.example", [("name", "name_odd")]),
        ("Ana 529.982.247-25;a@b.example", [("name", "cpf")]),
        ("Ana;", [("email", "email_missing")]),
        ("Ana;sem-arroba", [("email", "email_wrong")]),
        ("Ana;a@b", [("email", "email_wrong")]),
        ("Ana;a@b.example, c@d.example", [("email", "email_wrong")]),
        ("Ana;52998224725", [("email", "cpf")]),
        ("Ana;a@b.example;talvez", [("self_service", "answer_unknown")]),
        ("Ana;a@b.example;;529.982.247-25", [("technical_consulting", "cpf")]),
        ("Ana;a@b.example;;;;sobra", [("", "beyond")]),
        ("9;@;ok;ok;ok;sobra", [("name", "name_odd"), ("email", "email_wrong"), ("self_service", "answer_unknown"),
                                ("technical_consulting", "answer_unknown"), ("tickets_restricted", "answer_unknown"), ("", "beyond")]),
    ],
)  # fmt: skip
def test_every_fault_of_a_row_is_reported(line: str, found: list[tuple[str, str]]) -> None:
    assert faults(line) == found


def test_a_duplicate_email_names_the_first_row() -> None:
    rows = judge(
        "Ana;ana@exemplo.example", "", "Outra;ANA@exemplo.example", "Bia;bia@exemplo.example", "Ana;ana@exemplo.example"
    )
    assert [row.number for row in rows] == [2, 4, 5, 6]
    assert [[(fault.key, fault.facts) for fault in row.faults] for row in rows] == [
        [], [("email_twice", {"row": 2})], [], [("email_twice", {"row": 2})],
    ]  # fmt: skip


def test_no_stored_value_contains_a_cpf() -> None:
    rows = judge("Ana 529.982.247-25;52998224725;529.982.247-25;529.982.247-25 ou 52998224725;;111.444.777-35")
    assert "529" not in repr(rows)
    assert "111" not in repr(rows)


@pytest.mark.parametrize(
    ("titles", "fault", "facts"),
    [
        ("nome;fone", WrongColumns, {"missing": "e-mail"}),
        ("coisa", WrongColumns, {"missing": "nome, e-mail"}),
        ("nome;e-mail;cargo;setor", UnknownColumns, {"unknown": "cargo, setor"}),
        ("nome;e-mail;CPF", CpfColumn, {}),
        ("nome;email;E-mail", RepeatedField, {"title": "E-mail"}),
        ("nome e-mail", WrongColumns, {"missing": "nome, e-mail"}),
    ],
)
def test_wrong_columns_are_reported(titles: str, fault: type, facts: dict) -> None:
    with pytest.raises(fault) as refused:
        judge("Ana;a@b.example", titles=titles)
    assert refused.value.facts == facts


@pytest.mark.parametrize(
    "titles", ["Nome; E-MAIL ;Consultoria Tecnica", "name,email,self-service", "Nombre;Correo electrónico"]
)
def test_titles_are_accepted_in_three_languages_and_any_case(titles: str) -> None:
    separator = "," if "," in titles else ";"
    assert judge(separator.join(["Ana", "a@b.example"]), titles=titles)[0].faults == []


def test_every_fault_has_a_text_and_every_column_a_title() -> None:
    assert set(FAULTS) >= {key for line in ("9;@;ok;ok;ok;x", ";") for _, key in faults(line + ";a")}
    for title, words in COLUMNS.values():
        assert batch_validation.text.fold(title) in words
