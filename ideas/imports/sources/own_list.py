"""The portal's own CSV format, for any other system. Only `id` and `titulo` are required (docs/importing.md)."""

from collections.abc import Sequence

from ideas import text
from ideas.board.models import Kind
from ideas.errors import N_
from ideas.imports.inserting import ImportedIdea
from ideas.imports.sources.presets import (
    MAX_ID_LENGTH,
    Cells,
    Modules,
    Preset,
    PresetColumn,
    RowRejected,
    check_characters,
    notes,
    parse_date,
    parse_text,
    parse_title,
    parse_votes,
)

_KINDS = {"melhoria": Kind.IMPROVEMENT, "mejora": Kind.IMPROVEMENT, "improvement": Kind.IMPROVEMENT,
          "inovacao": Kind.INNOVATION, "innovacion": Kind.INNOVATION, "innovation": Kind.INNOVATION}  # fmt: skip
_LANGUAGES = {"pt-br": "pt-BR", "pt": "pt-BR", "es": "es", "en": "en"}

_COLUMNS = (
    PresetColumn(
        "id",
        N_("Id"),
        N_("O número ou código da ideia lá de onde vem: importar de novo não a repete."),
        ("id", "numero", "codigo", "number", "code"),
        required=True,
    ),
    PresetColumn(
        "title", N_("Título"), N_("Até 300 letras."), ("titulo", "title", "assunto", "subject"), required=True
    ),
    PresetColumn(
        "problem", N_("O problema"), N_("Markdown."), ("problema", "descricao", "problem", "description", "descripcion")
    ),
    PresetColumn("proposal", N_("A proposta"), N_("Markdown."), ("proposta", "propuesta", "proposal")),
    PresetColumn("votes", N_("Votos"), N_("Quantos tinha lá: contam como herdados."), ("votos", "votes")),
    PresetColumn(
        "date",
        N_("Data"),
        N_("Quando foi enviada: 2026-03-31 ou 31/03/2026, com ou sem hora. Em branco, hoje."),
        ("data", "fecha", "date", "created_at"),
    ),
    PresetColumn("module", N_("Módulo"), N_("A chave de um módulo do produto."), ("modulo", "module")),
    PresetColumn("kind", N_("Tipo"), N_("melhoria ou inovacao."), ("tipo", "kind", "type")),
    PresetColumn("language", N_("Idioma"), N_("pt-BR, es ou en. Em branco, pt-BR."), ("idioma", "language", "lang")),
)


def _from_list(cells: Cells, modules: Modules) -> ImportedIdea:
    title, problem, proposal = parse_title(cells["title"]), _text(cells, "problem"), _text(cells, "proposal")
    return ImportedIdea(
        external_id=_id(cells["id"]),
        title=title,
        problem=problem,
        proposal=proposal,
        language=_language(_cell(cells, "language")),
        inherited=parse_votes(_cell(cells, "votes") or "0"),
        published_at=parse_date(_cell(cells, "date")),
        module_id=_module(_cell(cells, "module"), modules),
        kind=_kind(_cell(cells, "kind")),
        notes=tuple(notes(title != cells["title"], problem is None and proposal is None)),
    )


def _cell(cells: Cells, key: str) -> str:
    return check_characters(cells.get(key, "")).strip()


def _id(value: str) -> str:
    number = check_characters(value).strip()
    if not number:
        raise RowRejected(N_("O id está vazio."))
    if len(number) > MAX_ID_LENGTH:
        raise RowRejected(N_("O id tem mais de %(most)s letras."), most=MAX_ID_LENGTH)
    if not number.isprintable():
        raise RowRejected(N_("O id tem quebras de linha ou letras que não se veem."))
    return number


def _text(cells: Cells, key: str) -> str | None:
    return parse_text(text.tidy(check_characters(cells.get(key, ""))))


def _language(value: str) -> str:
    if value and value.lower() not in _LANGUAGES:
        raise RowRejected(N_("O idioma é pt-BR, es ou en, e não “%(typed)s”."), typed=value[:20])
    return _LANGUAGES[value.lower() or "pt"]


def _module(value: str, modules: Modules) -> int | None:
    if value and value not in modules:
        raise RowRejected(N_("O produto não tem o módulo “%(typed)s”."), typed=value[:40])
    return modules[value] if value else None


def _kind(value: str) -> str | None:
    kind = _KINDS.get(text.fold(value)) if value else None
    if value and kind is None:
        raise RowRejected(N_("O tipo é melhoria ou inovacao, e não “%(typed)s”."), typed=value[:20])
    return kind.value if kind else None


PRESET = Preset("csv", N_("Lista em CSV, de qualquer sistema"), _COLUMNS, _from_list)

_EXAMPLES = (
    ("1042", "Exportar o razão contábil para planilha", "Hoje copiamos conta por conta, todo fechamento.",
     "Um botão no relatório.", "37", "31/03/2025", "fiscal", "melhoria", "pt-BR"),
    ("1043", "Avisar antes de o certificado digital vencer", "", "", "12", "02/04/2025", "", "", ""),
)  # fmt: skip


def template() -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """A template file: the names of the columns, and two example rows."""
    return [column.names[0] for column in _COLUMNS], _EXAMPLES
