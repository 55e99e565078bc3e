"""Validate a sheet of people: list every fault of every row, with what is wrong and how to fix it.

Nothing is looked up: a valid row is reported as "será convidada" whether or not the person has an account, is a member
or was invited already. So a sheet reveals nothing about people.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ideas import text
from ideas.accounts import email_addresses, naming
from ideas.accounts.documents import looks_like_cpf, mask_cpfs
from ideas.companies.models import Permissions
from ideas.errors import N_
from ideas.files.sheets import Row, Sheet, WrongSheet

#: Rows per sheet.
MAX_ROWS = 5000
#: Further columns, and further characters of a cell, are ignored.
_MAX_COLUMNS, _MAX_CELL_LENGTH = 50, 1000
MAX_NAME_LENGTH = 120
_MAX_SHOWN_LENGTH = 40


class WrongColumns(WrongSheet):
    """Required columns are missing."""

    message = N_("Faltam colunas na primeira linha: %(missing)s. Copie os dados para o modelo e envie de novo.")


class UnknownColumns(WrongSheet):
    """There are unknown columns. They are refused, because a typo in a title would silently drop a permission."""

    message = N_("Há colunas que o portal não conhece: %(unknown)s. Apague-as, ou use os títulos do modelo.")


class RepeatedField(WrongSheet):
    """Two columns have the same title."""

    message = N_("Duas colunas têm o mesmo título: %(title)s. Apague uma delas.")


class CpfColumn(WrongSheet):
    """There is a column of CPFs. People enter their own CPF at first access."""

    message = N_("Apague a coluna de CPF: cada pessoa digita o próprio CPF quando aceita o convite.")


#: column -> (its title in the template, all accepted titles)
COLUMNS = {
    "name": (N_("nome"), {"nome", "name", "nombre", "nome completo"}),
    "email": (N_("e-mail"), {"e-mail", "email", "correo", "correo electronico"}),
    "self_service": (
        N_("autoatendimento"),
        {"autoatendimento", "acesso ao autoatendimento", "autoservicio", "self-service"},
    ),
    "technical_consulting": (
        N_("consultoria técnica"),
        {"consultoria tecnica", "consultoria", "technical consulting"},
    ),
    "tickets_restricted": (
        N_("restringir chamados"),
        {"restringir chamados", "restringir acesso aos chamados", "restringir tickets", "restrict tickets"},
    ),
}
REQUIRED_COLUMNS = ("name", "email")
PERMISSION_COLUMNS = tuple(asdict(Permissions()))
_YES = {"sim", "s", "x", "1", "si", "yes", "y", "true", "verdadeiro", "verdadero"}
_NO = {"", "nao", "n", "0", "no", "false", "falso", "-"}

#: fault -> (what is wrong, how to fix it)
FAULTS = {
    "name_missing": (N_("Falta o nome."), N_("Escreva o nome completo da pessoa.")),
    "name_long": (N_("O nome passa de 120 caracteres."), N_("Encurte-o.")),
    "name_odd": (N_("Isto não parece um nome: “%(typed)s”."), N_("Escreva o nome com letras, sem sinais.")),
    "cpf": (N_("Há um CPF aqui."), N_("Apague-o: a pessoa digita o próprio CPF quando aceita o convite.")),
    "email_missing": (N_("Falta o e-mail."), N_("Escreva o e-mail da própria pessoa.")),
    "email_wrong": (N_("“%(typed)s” não é um e-mail completo."), N_("Confira, por exemplo: nome@empresa.com.br.")),
    "email_twice": (N_("Este e-mail já está na linha %(row)s."), N_("Deixe a pessoa em uma linha só.")),
    "answer_unknown": (N_("“%(typed)s” não é sim nem não."), N_("Escreva sim ou não, ou deixe em branco (não).")),
    "beyond": (N_("Há algo depois da última coluna: “%(typed)s”."), N_("Apague o que está sem título.")),
}  # fmt: skip


@dataclass(frozen=True)
class RowFault:
    """One fault of a row; `column` is a key of COLUMNS, or "" for a cell after the last column."""

    column: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ValidatedRow:
    """A row: the person to invite, and its faults."""

    number: int
    name: str
    email: str
    permissions: Permissions
    faults: list[RowFault]


def validate(sheet: Sheet) -> list[ValidatedRow]:
    """Check every row of the sheet.

    Raises WrongColumns, UnknownColumns, TwiceTheColumn, HoldsCpfs, and what the sheet raises.
    """
    titles = _clean_cells(sheet.titles)
    while titles and not titles[-1]:
        titles.pop()
    positions = _column_positions(titles)
    seen: dict[str, int] = {}
    return [
        _validate_row(Row(row.number, _clean_cells(row.cells)), positions, len(titles), seen) for row in sheet.rows()
    ]


def _clean_cells(cells: list[str]) -> list[str]:
    return [text.clean(cell[:_MAX_CELL_LENGTH]) for cell in cells[:_MAX_COLUMNS]]


def _column_positions(titles: list[str]) -> dict[str, int]:
    """Return column -> index in a row."""
    known = {word: column for column, (_, words) in COLUMNS.items() for word in words}
    positions: dict[str, int] = {}
    unknown = []
    for position, title in enumerate(titles):
        word = " ".join(text.fold(title).split())
        if word == "cpf":
            raise CpfColumn
        if word in known and known[word] in positions:
            raise RepeatedField(title=title)
        if word in known:
            positions[known[word]] = position
        else:
            unknown.append(_for_display(title) or f"({position + 1})")
    missing = [COLUMNS[column][0] for column in REQUIRED_COLUMNS if column not in positions]
    if missing:
        raise WrongColumns(missing=", ".join(missing))
    if unknown:
        raise UnknownColumns(unknown=", ".join(unknown[:5]))
    return positions


def _validate_row(row: Row, positions: Mapping[str, int], width: int, seen: dict[str, int]) -> ValidatedRow:
    cells = {column: row.cells[position] if position < len(row.cells) else "" for column, position in positions.items()}
    name, email = " ".join(cells["name"].split()), email_addresses.normalize(cells["email"])
    granted = {column: cells.get(column, "") for column in PERMISSION_COLUMNS}
    faults = [*_name_faults(name), *_email_faults(email, row.number, seen), *_permission_faults(granted)]
    faults += [RowFault("", "beyond", {"typed": _for_display(cell)}) for cell in row.cells[width:] if cell][:1]
    permissions = Permissions(**{column: text.fold(word) in _YES for column, word in granted.items()})
    return ValidatedRow(
        row.number,
        mask_cpfs(name)[:MAX_NAME_LENGTH],
        mask_cpfs(email)[: email_addresses.MAX_LENGTH],
        permissions,
        faults,
    )


def _name_faults(name: str) -> list[RowFault]:
    if not name:
        return [RowFault("name", "name_missing")]
    if looks_like_cpf(name):
        return [RowFault("name", "cpf")]
    if len(name) > MAX_NAME_LENGTH:
        return [RowFault("name", "name_long")]
    # The first character must be a letter, so no name is a spreadsheet formula.
    odd = not name[0].isalpha() or "@" in name or not naming.is_allowed(name)
    return [RowFault("name", "name_odd", {"typed": _for_display(name)})] if odd else []


def _email_faults(email: str, number: int, seen: dict[str, int]) -> list[RowFault]:
    if not email:
        return [RowFault("email", "email_missing")]
    if looks_like_cpf(email):
        return [RowFault("email", "cpf")]
    if not email_addresses.is_address(email):
        return [RowFault("email", "email_wrong", {"typed": _for_display(email)})]
    first = seen.setdefault(email, number)
    return [RowFault("email", "email_twice", {"row": first})] if first != number else []


def _permission_faults(granted: Mapping[str, str]) -> list[RowFault]:
    return [
        RowFault(column, "cpf")
        if looks_like_cpf(word)
        else RowFault(column, "answer_unknown", {"typed": _for_display(word)})
        for column, word in granted.items()
        if text.fold(word) not in _YES | _NO
    ]


def _for_display(cell: str) -> str:
    """Return the cell as it may be shown and stored: truncated, with CPFs masked."""
    masked = mask_cpfs(cell)
    return masked if len(masked) <= _MAX_SHOWN_LENGTH else masked[: _MAX_SHOWN_LENGTH - 1] + "…"
