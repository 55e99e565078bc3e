"""/painel/importar: operators import ideas from other systems: check, run, stop and resume."""

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, abort, flash, make_response, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.errors import Refused
from ideas.files import accepting, storing
from ideas.files.accepting import MB, UploadRule
from ideas.files.sheets import Row, Sheet, WrongSheet
from ideas.files.storing import BytesMissing
from ideas.imports import running, sources
from ideas.imports.forms import ImportForm, chosen_mapping, mapping_form
from ideas.imports.models import IdeaImport, IdeaImportLine
from ideas.imports.sources import PRESETS
from ideas.modes import Mode, set_mode
from ideas.products import catalogue
from ideas.web import paging, refusals
from ideas.web.csv_files import csv_file
from ideas.web.forms import Form
from ideas.web.languages import language
from ideas.web.person import me
from ideas.web.responses import partial_or_page, see_other

bp = Blueprint("imports", __name__, url_prefix="/painel/importar")

#: Larger files are imported with the command `bin/portal ideas import`.
UPLOAD_RULE = UploadRule(frozenset({"csv"}), 20 * MB)
PAGE_SIZE, PREVIEW_ROWS, REFUSED_SHOWN = 20, 5, 20


@bp.get("")
def index() -> str:
    return _list(ImportForm())


@bp.post("")
def create() -> Response:
    form = ImportForm()
    form.offer(catalogue.open_products(), language())
    if not form.validate():
        return make_response(_list(form), 422)
    product = next(one for one in catalogue.open_products() if one.key == form.product.data)
    try:
        accepted = accepting.accept(form.file.data.stream, form.file.data.filename, UPLOAD_RULE)
        one = running.create(accepted, preset=form.source, origin=form.origin_name, product=product, by=me())
    except Refused as refusal:
        db.session.rollback()
        form.file.errors = [refusals.message_of(refusal)]
        return make_response(_list(form), refusal.status)
    db.session.commit()
    return see_other(url_for(".show", number=one.id))


@bp.get("/modelo.csv")
def template() -> Response:
    return csv_file("ideias-modelo", *sources.template())


@bp.get("/<int:number>")
def show(number: int) -> Response:
    one = import_or_404(number)
    return _show(one, mapping_form(PRESETS[one.preset], one.columns, one.mapping))


@bp.post("/<int:number>/conferir")
def check(number: int) -> Response:
    one = import_or_404(number)
    form = mapping_form(PRESETS[one.preset], one.columns, None)
    if not form.validate():
        return _show(one, form, 422)
    running.check(one, chosen_mapping(form, PRESETS[one.preset]))
    return _started(one)


@bp.post("/<int:number>/importar")
def run(number: int) -> Response:
    one = import_or_404(number)
    running.run(one, by=me())
    return _started(one)


@bp.post("/<int:number>/parar")
def stop(number: int) -> Response:
    one = import_or_404(number)
    running.stop(one)
    db.session.commit()
    flash(gettext("Vai parar assim que terminar as linhas que tem em mãos."))
    return see_other(url_for(".show", number=number))


@bp.get("/<int:number>/relatorio.csv")
def report(number: int) -> Response:
    one = import_or_404(number)
    headings = [gettext("linha"), gettext("id"), gettext("o que houve"), gettext("por quê")]
    return csv_file(f"importacao-{one.id}", headings, _report(one))


def import_or_404(number: int) -> IdeaImport:
    """The import with that id and all that its page shows, or 404."""
    loaded = joinedload(IdeaImport.file), joinedload(IdeaImport.product), joinedload(IdeaImport.by)
    return db.session.get(IdeaImport, number, options=loaded) or abort(404)


def _started(one: IdeaImport) -> Response:
    number = one.id
    db.session.commit()
    return see_other(url_for(".show", number=number))


def _list(form: ImportForm) -> str:
    form.offer(catalogue.open_products(), language())
    before = paging.requested_id()
    loaded = joinedload(IdeaImport.file), joinedload(IdeaImport.product)
    newest = select(IdeaImport).options(*loaded).order_by(IdeaImport.id.desc()).limit(PAGE_SIZE + 1)
    if before is not None:
        newest = newest.where(IdeaImport.id < before)
    page = paging.paginate(db.session.scalars(newest).all(), PAGE_SIZE, lambda one: (one.id, one.id))
    more_url = url_for(".index", pagina=page.next) if page.next else None
    return render_template(
        "imports/index.html",
        imports=page.rows,
        more_url=more_url,
        back_url=url_for(".index") if before else None,
        form=form,
        columns=PRESETS["csv"].columns,
        accept=UPLOAD_RULE.accept,
        max_megabytes=UPLOAD_RULE.max_bytes // MB,
    )


def _show(one: IdeaImport, form: Form, status: int = 200) -> Response:
    context = {
        "import_": one,
        "form": form,
        "refused_rows": _refused_rows(one),
        "notes": _notes(one),
        "rows": _preview(one),
    }
    return partial_or_page("imports/_import.html", "imports/show.html", status=status, **context)


def _preview(one: IdeaImport) -> list[Row]:
    """The file's first rows; empty once the columns can no longer change, or if the file is gone."""
    if not one.can_check:
        return []
    try:
        return list(islice(Sheet(lambda: storing.read_chunks(one.file)).rows(), PREVIEW_ROWS))
    except (WrongSheet, BytesMissing):
        return []


def _refused_rows(one: IdeaImport) -> list[tuple[int, str, str]]:
    """Row number, id and reason of the first refused rows."""
    refused = select(IdeaImportLine).where(IdeaImportLine.import_id == one.id, IdeaImportLine.what == "refused")
    lines = db.session.scalars(refused.order_by(IdeaImportLine.id).limit(REFUSED_SHOWN))
    return [(line.line, line.external_id, _why(line)) for line in lines]


def _notes(one: IdeaImport) -> list[tuple[str, int]]:
    """The kinds of changes made while parsing, with their counts."""
    lines = select(IdeaImportLine.why, func.count()).where(
        IdeaImportLine.import_id == one.id, IdeaImportLine.what == "changed"
    )
    return [(gettext(why), times) for why, times in db.session.execute(lines.group_by(IdeaImportLine.why))]


def _why(line: IdeaImportLine) -> str:
    return str(gettext(line.why, **line.facts))


def _report(one: IdeaImport) -> Iterator[list[object]]:
    """All refused and changed rows in the order of the file, streamed in chunks."""
    words = {"refused": gettext("recusada"), "changed": gettext("alterada")}
    number = one.id
    # The rows are read in chunks, in a new transaction.
    db.session.rollback()
    set_mode(Mode.TRANSACTION)
    lines = select(IdeaImportLine).where(IdeaImportLine.import_id == number).order_by(IdeaImportLine.id)
    for line in db.session.scalars(lines.execution_options(yield_per=500)):
        yield [line.line, line.external_id, words[line.what], _why(line)]
