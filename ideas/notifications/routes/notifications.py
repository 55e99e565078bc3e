"""/notificacoes: what happened to what one follows."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response

from ideas import clock
from ideas.db import db
from ideas.notifications import reading, wording
from ideas.notifications.reading import Notice
from ideas.web import best_effort, paging, parsing
from ideas.web.context import person_name
from ideas.web.languages import language, zone
from ideas.web.person import me
from ideas.web.responses import is_htmx

bp = Blueprint("notifications", __name__, url_prefix="/notificacoes")

PAGE = 30


@bp.get("")
def index() -> str:
    before = paging.number_asked()
    page = paging.cut(reading.latest(me(), before=before, limit=PAGE + 1), PAGE, lambda notice: (notice.id, notice.id))
    template = "notifications/_days.html" if is_htmx() else "notifications/index.html"
    return render_template(template, days=_by_day(page.rows), sentence=_sentence, next=page.next, first=before is None,
                           newest=page.rows[0].id if page.rows else None)  # fmt: skip


@bp.get("/<int:number>")
def show(number: int) -> Response:
    """Mark a notice read and go where it leads: one of the few things that a GET writes."""
    notice = reading.notice_of(me(), number)
    if notice is None:
        abort(404)
    if request.method == "GET" and notice.is_unread:
        best_effort.write(reading.read_now(me().id, number))
    if notice.words is None or notice.words.endpoint is None:
        abort(404)
    return redirect(url_for(notice.words.endpoint, **notice.words.values), code=303)


@bp.post("/lidas")
def update() -> Response:
    """Mark read what the person had before their eyes: what came since stays new."""
    up_to = parsing.number(request.form.get("up_to", ""))
    if up_to is None:
        abort(400)
    reading.mark_all_read(me(), up_to=up_to)
    db.session.commit()
    flash(gettext("Tudo marcado como lido."))
    return redirect(url_for("notifications.index"), code=303)


def _by_day(notices: Sequence[Notice]) -> list[tuple[str, list[Notice]]]:
    """The notices under the days they came on, as the reader's calendar has them."""
    today = clock.now().astimezone(zone()).date()
    days = groupby(notices, key=lambda notice: notice.at.astimezone(zone()).date())
    return [(_day(day, today), list(some)) for day, some in days]


def _day(day: date, today: date) -> str:
    if day == today:
        return str(gettext("Hoje"))
    return str(gettext("Ontem")) if day == today - timedelta(days=1) else str(format_date(day, "long"))


def _sentence(notice: Notice) -> str:
    """What the notice says, in its reader's language."""
    if notice.words is None:
        return str(gettext("Algo que você seguia saiu do ar."))
    facts: dict[str, Any] = wording.facts_in(language(), notice.words, by=_who(notice))
    return str(gettext(notice.words.sentence, **facts))


def _who(notice: Notice) -> str:
    return person_name(notice.by) if notice.by else str(gettext("O portal"))
