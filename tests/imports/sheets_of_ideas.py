"""CSV files for the import tests: valid rows, and rows with every kind of error."""

import csv
import io
from collections.abc import Iterable

COLUMNS = ["id", "titulo", "problema", "proposta", "votos", "data", "modulo", "tipo", "idioma"]
GOOD = ["", "Exportar o razão", "Hoje copiamos à mão.", "", "3", "31/03/2025", "fiscal", "melhoria", "pt-BR"]

#: Error -> the cells that differ, and words of the reason.
FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "no id": ({"id": " "}, "id está vazio"),
    "long id": ({"id": "x" * 81}, "mais de 80"),
    "broken id": ({"id": "1\n2"}, "quebras de linha"),
    "no title": ({"titulo": " \u200b "}, "título está vazio"),
    "long title": ({"titulo": "T" * 301}, "mais de 300"),
    "nul": ({"titulo": "um\0dois"}, "caracteres"),
    "long text": ({"problema": "x" * 20_001}, "mais de 20000"),
    "votes": ({"votos": "-1"}, "votos"),
    "votes in words": ({"votos": "muitos"}, "votos"),
    "date": ({"data": "31/02/2025"}, "A data não está"),
    "american date": ({"data": "03/31/2025"}, "A data não está"),
    "mixed date": ({"data": "2025/03-31"}, "A data não está"),
    "date with another word": ({"data": "2025-03-31 ontem"}, "A data não está"),
    "hour": ({"data": "31/03/2025 25:00"}, "A data não está"),
    "future": ({"data": "2999-01-01"}, "futuro"),
    "module": ({"modulo": "nada"}, "não tem o módulo"),
    "kind": ({"tipo": "urgente"}, "O tipo é"),
    "language": ({"idioma": "fr"}, "O idioma é"),
}


def row(number: int | str, **cells: str) -> list[str]:
    """A valid row with the given cells changed."""
    return [str(number) if name == "id" and "id" not in cells else cells.get(name, value)
            for name, value in zip(COLUMNS, GOOD, strict=True)]  # fmt: skip


def csv_of(rows: Iterable[list[str]], columns: list[str] = COLUMNS, separator: str = ";") -> bytes:
    """The rows as a CSV file."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerow(columns)
    writer.writerows(rows)
    return file.getvalue().encode()


def faulty(number: int) -> list[str]:
    """The faulty row for that number: the errors in turn, with long rows and duplicates."""
    wrong = [*FAULTS, "long", "again"]
    which = wrong[number % len(wrong)]
    if which == "long":
        return [*row(number), "a mais"]
    if which == "again":
        return row(0)
    return row(number, **FAULTS[which][0])
