"""The portal's own list, for any other system: `id` and `titulo` are all it needs (docs/importing.md)."""

from collections.abc import Sequence

from ideas import text
from ideas.board.models import Kind
from ideas.errors import N_
from ideas.imports.inserting import Incoming
from ideas.imports.sources.presets import (
    MOST_LETTERS_OF_AN_ID,
    Cells,
    Column,
    Modules,
    Preset,
    Refusal,
    accepted,
    notes,
    published,
    text_of,
    title_of,
    votes,
)

_KINDS = {"melhoria": Kind.IMPROVEMENT, "mejora": Kind.IMPROVEMENT, "improvement": Kind.IMPROVEMENT,
          "inovacao": Kind.INNOVATION, "innovacion": Kind.INNOVATION, "innovation": Kind.INNOVATION}  # fmt: skip
_LANGUAGES = {"pt-br": "pt-BR", "pt": "pt-BR", "es": "es", "en": "en"}

_COLUMNS = (
    Column("id", N_("Id"), N_("O número ou código da ideia lá de onde vem: importar de novo não a repete."),
           ("id", "numero", "codigo", "number", "code"), required=True),
    Column("title", N_("Título"), N_("Até 300 letras."), ("titulo", "title", "assunto", "subject"), required=True),
    Column("problem", N_("O problema"), N_("Markdown."), ("problema", "descricao", "problem", "description",
                                                         "descripcion")),
    Column("proposal", N_("A proposta"), N_("Markdown."), ("proposta", "propuesta", "proposal")),
    Column("votes", N_("Votos"), N_("Quantos tinha lá: contam como herdados."), ("votos", "votes")),
    Column("date", N_("Data"), N_("Quando foi enviada: 2026-03-31 ou 31/03/2026. Em branco, hoje."),
           ("data", "fecha", "date", "created_at")),
    Column("module", N_("Módulo"), N_("A chave de um módulo do produto."), ("modulo", "module")),
    Column("kind", N_("Tipo"), N_("melhoria ou inovacao."), ("tipo", "kind", "type")),
    Column("language", N_("Idioma"), N_("pt-BR, es ou en. Em branco, pt-BR."), ("idioma", "language", "lang")),
)  # fmt: skip


def _from_list(cells: Cells, modules: Modules) -> Incoming:
    title, problem, proposal = title_of(cells["title"]), _text(cells, "problem"), _text(cells, "proposal")
    return Incoming(
        external_id=_id(cells["id"]),
        title=title,
        problem=problem,
        proposal=proposal,
        language=_language(_cell(cells, "language")),
        inherited=votes(_cell(cells, "votes") or "0"),
        published_at=published(_cell(cells, "date")),
        module_id=_module(_cell(cells, "module"), modules),
        kind=_kind(_cell(cells, "kind")),
        notes=tuple(notes(title != cells["title"], problem is None and proposal is None)),
    )


def _cell(cells: Cells, key: str) -> str:
    return accepted(cells.get(key, "")).strip()


def _id(typed: str) -> str:
    number = accepted(typed).strip()
    if not number:
        raise Refusal(N_("O id está vazio."))
    if len(number) > MOST_LETTERS_OF_AN_ID:
        raise Refusal(N_("O id tem mais de %(most)s letras."), most=MOST_LETTERS_OF_AN_ID)
    if not number.isprintable():
        raise Refusal(N_("O id tem quebras de linha ou letras que não se veem."))
    return number


def _text(cells: Cells, key: str) -> str | None:
    return text_of(text.tidy(accepted(cells.get(key, ""))))


def _language(typed: str) -> str:
    if typed and typed.lower() not in _LANGUAGES:
        raise Refusal(N_("O idioma é pt-BR, es ou en, e não “%(typed)s”."), typed=typed[:20])
    return _LANGUAGES[typed.lower() or "pt"]


def _module(typed: str, modules: Modules) -> int | None:
    if typed and typed not in modules:
        raise Refusal(N_("O produto não tem o módulo “%(typed)s”."), typed=typed[:40])
    return modules[typed] if typed else None


def _kind(typed: str) -> str | None:
    kind = _KINDS.get(text.fold(typed)) if typed else None
    if typed and kind is None:
        raise Refusal(N_("O tipo é melhoria ou inovacao, e não “%(typed)s”."), typed=typed[:20])
    return kind.value if kind else None


PRESET = Preset("csv", N_("Lista em CSV, de qualquer sistema"), _COLUMNS, _from_list)

_EXAMPLES = (
    ("1042", "Exportar o razão contábil para planilha", "Hoje copiamos conta por conta, todo fechamento.",
     "Um botão no relatório.", "37", "31/03/2025", "fiscal", "melhoria", "pt-BR"),
    ("1043", "Avisar antes de o certificado digital vencer", "", "", "12", "02/04/2025", "", "", ""),
)  # fmt: skip


def template() -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    """A file to fill in: the names of its columns, and two rows to replace."""
    return [column.names[0] for column in _COLUMNS], _EXAMPLES
