"""/empresa/pessoas/lote: invite people by a sheet: upload, review, confirm, follow the progress."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.file import FileField
from werkzeug.wrappers import Response

from ideas.companies import batch_inviting, batch_validation
from ideas.companies.batch_models import InvitationBatch
from ideas.companies.batch_validation import COLUMNS, FAULTS
from ideas.companies.routes.scope import company_or_404
from ideas.db import db
from ideas.errors import Refused
from ideas.files import accepting, sheets, workbooks
from ideas.files.sheets import Sheet
from ideas.web import paging, refusals, uploads
from ideas.web.csv_files import csv_file
from ideas.web.forms import Form
from ideas.web.person import me
from ideas.web.responses import is_htmx, see_other

bp = Blueprint("invitation_batches", __name__, url_prefix="/empresa/pessoas/lote")

#: Rows per page, and batches in the list.
PAGE_SIZE, LATEST_SIZE = 50, 10
FAULTY, VALID = "problemas", "pessoas"


class SheetForm(Form):
    """The upload of a sheet."""

    sheet = FileField()


@bp.get("")
def index() -> Response:
    return _index(SheetForm())


@bp.post("")
def create() -> Response:
    form, company = SheetForm(), company_or_404()
    try:
        accepted = uploads.check(form.sheet.data, accepting.SHEET)
        sheet = Sheet(sheets.in_memory(accepted.content), replace(sheets.UPLOAD, rows=batch_validation.MAX_ROWS))
        rows = batch_validation.validate(sheet)
        batch = batch_inviting.create_batch(company, rows, file_name=accepted.name, by=me())
    except Refused as refusal:
        return _refuse(form, refusal)
    db.session.commit()
    return see_other(url_for(".show", number=batch.id))


@bp.get("/<int:number>")
def show(number: int) -> Response:
    batch = _batch_or_404(number)
    template = "companies/_batch_rows.html" if is_htmx() else "companies/batch.html"
    return make_response(render_template(template, **_template_context(batch)))


@bp.get("/<int:number>/andamento")
def progress(number: int) -> Response:
    """Answer the polling fragment with the progress or, when the job has finished, with the whole batch."""
    batch = _batch_or_404(number)
    if not is_htmx():
        return redirect(url_for(".show", number=number), code=303)
    if batch.is_running:
        return make_response(render_template("companies/_batch_progress.html", batch=batch))
    answer = make_response(
        render_template("companies/_batch.html", said=gettext("Convites prontos."), **_template_context(batch))
    )
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "#batch", "outerHTML"
    return answer


@bp.post("/<int:number>/convidar")
def confirm(number: int) -> Response:
    batch_inviting.confirm(_batch_or_404(number), company=company_or_404(), by=me())
    db.session.commit()
    return see_other(url_for(".show", number=number))


@bp.get("/modelo.csv", defaults={"word": "csv"})
@bp.get("/modelo.xlsx", defaults={"word": "xlsx"})
def template(word: str) -> Response:
    """Return the sheet to fill in."""
    titles = [gettext(title) for title, _ in COLUMNS.values()]
    answers = [gettext("sim"), gettext("não")]
    choices = {index: answers for index, column in enumerate(COLUMNS) if column in batch_validation.PERMISSION_COLUMNS}
    return _sheet(gettext("convites-modelo"), word, titles, [], choices)


@bp.get("/<int:number>/problemas.csv", defaults={"word": "csv"})
@bp.get("/<int:number>/problemas.xlsx", defaults={"word": "xlsx"})
def report(number: int, word: str) -> Response:
    """Return every fault of the sheet, as a sheet."""
    batch = _batch_or_404(number)
    titles = [gettext("linha"), gettext("coluna"), gettext("nome"), gettext("e-mail"), gettext("o que está errado"),
              gettext("como corrigir")]  # fmt: skip
    rows = [
        [row.number, _column_label(fault), row.name, row.email, *_fault_texts(fault)]
        for row in batch_inviting.batch_rows(batch, faulty=True)
        for fault in row.faults
    ]
    return _sheet(gettext("convites-problemas"), word, titles, rows)


def _sheet(
    name: str, word: str, titles: list[str], rows: list[Any], choices: dict[int, list[str]] | None = None
) -> Response:
    if word == "csv":
        return csv_file(name, titles, rows)
    answer = make_response(workbooks.as_xlsx(titles, rows, choices=choices))
    answer.content_type = workbooks.XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _batch_or_404(number: int) -> InvitationBatch:
    return batch_inviting.find_batch(number, company_or_404()) or abort(404)


def _template_context(batch: InvitationBatch) -> dict[str, Any]:
    """Return the values for the page of a batch: its faulty rows, or else the valid ones."""
    chosen = request.args.get("ver") or (FAULTY if batch.faulty_count else VALID)
    if chosen not in {FAULTY, VALID}:
        abort(404)
    after = paging.requested_id() or 0
    rows = batch_inviting.batch_rows(batch, faulty=chosen == FAULTY, after=after, limit=PAGE_SIZE + 1)
    page = paging.paginate(rows, PAGE_SIZE, lambda row: (row.number, row.number))
    more = url_for(".show", number=batch.id, ver=chosen, pagina=page.next) if page.next else None
    return {
        "batch": batch,
        "rows": page.rows,
        "chosen": chosen,
        "more_url": more,
        "first": not after,
        "fault_texts": _fault_texts,
        "column_label": _column_label,
    }


def _fault_texts(fault: list[Any]) -> tuple[str, str]:
    """Return what is wrong and how to fix it, in the reader's language."""
    _, key, facts = fault
    wrong, fix = FAULTS[key]
    return gettext(wrong, **facts), gettext(fix)


def _column_label(fault: list[Any]) -> str:
    return gettext(COLUMNS[fault[0]][0]) if fault[0] else ""


def _index(form: SheetForm, status: int = 200) -> Response:
    page = render_template(
        "companies/batches.html",
        form=form,
        accept=accepting.SHEET.accept,
        most=batch_validation.MAX_ROWS,
        batches=batch_inviting.latest_batches(company_or_404(), limit=LATEST_SIZE),
    )
    return make_response(page, status)


def _refuse(form: SheetForm, refusal: Refused) -> Response:
    db.session.rollback()
    if refusal.status == 403:
        raise refusal
    form.sheet.errors = [refusals.message_of(refusal)]
    return _index(form, refusal.status)
