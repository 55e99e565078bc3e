"""A sheet of people, judged row by row: every fault of every row, each with what is wrong and how to mend it.

Whether somebody exists, belongs to the company or was invited already is not asked: a row without a
fault answers "será convidada", so that a sheet tells its sender nothing about people.
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

#: Rows in one sheet.
MOST = 5000
#: Columns and characters of a cell that are looked at; the rest is ignored.
_MAX_COLUMNS, _MAX_CELL_LENGTH = 50, 1000
LONGEST_NAME = 120
_SHOWN = 40


class WrongColumns(WrongSheet):
    """Columns that have to be there are not."""

    message = N_("Faltam colunas na primeira linha: %(missing)s. Copie os dados para o modelo e envie de novo.")


class UnknownColumns(WrongSheet):
    """Columns that mean nothing here: a slip in a title must not lose a permission in silence."""

    message = N_("Há colunas que o portal não conhece: %(unknown)s. Apague-as, ou use os títulos do modelo.")


class TwiceTheColumn(WrongSheet):
    """Two columns of one title."""

    message = N_("Duas colunas têm o mesmo título: %(title)s. Apague uma delas.")


class HoldsCpfs(WrongSheet):
    """People type their own CPF, at first access."""

    message = N_("Apague a coluna de CPF: cada pessoa digita o próprio CPF quando aceita o convite.")


#: column -> (its title in the template, other titles that are understood)
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
NEEDED = ("name", "email")
GRANTS = tuple(asdict(Permissions()))
_YES = {"sim", "s", "x", "1", "si", "yes", "y", "true", "verdadeiro", "verdadero"}
_NO = {"", "nao", "n", "0", "no", "false", "falso", "-"}

#: fault -> (what is wrong, how to mend it)
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
class Fault:
    """One thing that is wrong in a row; `column` is a key of COLUMNS, or "" beyond them."""

    column: str
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """A row: a person to invite, or what is wrong."""

    number: int
    name: str
    email: str
    permissions: Permissions
    faults: list[Fault]


def judge(sheet: Sheet) -> list[Judged]:
    """Check every row of the sheet.

    Raises WrongColumns, UnknownColumns, TwiceTheColumn, HoldsCpfs, and what the sheet raises.
    """
    titles = _tidy(sheet.titles)
    while titles and not titles[-1]:
        titles.pop()
    places = _places(titles)
    seen: dict[str, int] = {}
    return [_judged(Row(row.number, _tidy(row.cells)), places, len(titles), seen) for row in sheet.rows()]


def _tidy(cells: list[str]) -> list[str]:
    return [text.clean(cell[:_MAX_CELL_LENGTH]) for cell in cells[:_MAX_COLUMNS]]


def _places(titles: list[str]) -> dict[str, int]:
    """column -> its place in a row."""
    known = {word: column for column, (_, words) in COLUMNS.items() for word in words}
    places: dict[str, int] = {}
    unknown = []
    for place, title in enumerate(titles):
        word = " ".join(text.fold(title).split())
        if word == "cpf":
            raise HoldsCpfs
        if word in known and known[word] in places:
            raise TwiceTheColumn(title=title)
        if word in known:
            places[known[word]] = place
        else:
            unknown.append(_shown(title) or f"({place + 1})")
    missing = [COLUMNS[column][0] for column in NEEDED if column not in places]
    if missing:
        raise WrongColumns(missing=", ".join(missing))
    if unknown:
        raise UnknownColumns(unknown=", ".join(unknown[:5]))
    return places


def _judged(row: Row, places: Mapping[str, int], width: int, seen: dict[str, int]) -> Judged:
    cells = {column: row.cells[place] if place < len(row.cells) else "" for column, place in places.items()}
    name, email = " ".join(cells["name"].split()), email_addresses.folded(cells["email"])
    granted = {column: cells.get(column, "") for column in GRANTS}
    faults = [*_of_name(name), *_of_email(email, row.number, seen), *_of_answers(granted)]
    faults += [Fault("", "beyond", {"typed": _shown(cell)}) for cell in row.cells[width:] if cell][:1]
    permissions = Permissions(**{column: text.fold(word) in _YES for column, word in granted.items()})
    return Judged(
        row.number, mask_cpfs(name)[:LONGEST_NAME], mask_cpfs(email)[: email_addresses.LONGEST], permissions, faults
    )


def _of_name(name: str) -> list[Fault]:
    if not name:
        return [Fault("name", "name_missing")]
    if looks_like_cpf(name):
        return [Fault("name", "cpf")]
    if len(name) > LONGEST_NAME:
        return [Fault("name", "name_long")]
    # What begins like a formula is no name either, and is never handed on to somebody's spreadsheet.
    odd = not name[0].isalpha() or "@" in name or not naming.is_ones_own(name)
    return [Fault("name", "name_odd", {"typed": _shown(name)})] if odd else []


def _of_email(email: str, number: int, seen: dict[str, int]) -> list[Fault]:
    if not email:
        return [Fault("email", "email_missing")]
    if looks_like_cpf(email):
        return [Fault("email", "cpf")]
    if not email_addresses.is_address(email):
        return [Fault("email", "email_wrong", {"typed": _shown(email)})]
    first = seen.setdefault(email, number)
    return [Fault("email", "email_twice", {"row": first})] if first != number else []


def _of_answers(granted: Mapping[str, str]) -> list[Fault]:
    return [
        Fault(column, "cpf") if looks_like_cpf(word) else Fault(column, "answer_unknown", {"typed": _shown(word)})
        for column, word in granted.items()
        if text.fold(word) not in _YES | _NO
    ]


def _shown(typed: str) -> str:
    """What was typed, as it may be shown and kept: short, without CPFs."""
    kept = mask_cpfs(typed)
    return kept if len(kept) <= _SHOWN else kept[: _SHOWN - 1] + "…"
