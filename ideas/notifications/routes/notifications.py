"""/notificacoes: a person's notifications."""

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
from ideas.notifications.reading import NotificationItem
from ideas.web import best_effort, paging, parsing
from ideas.web.context import person_name
from ideas.web.languages import language, zone
from ideas.web.person import me
from ideas.web.responses import is_htmx

bp = Blueprint("notifications", __name__, url_prefix="/notificacoes")

PAGE_SIZE = 30


@bp.get("")
def index() -> str:
    before = paging.requested_id()
    page = paging.paginate(
        reading.latest(me(), before=before, limit=PAGE_SIZE + 1), PAGE_SIZE, lambda item: (item.id, item.id)
    )
    template = "notifications/_days.html" if is_htmx() else "notifications/index.html"
    return render_template(template, days=_by_day(page.rows), sentence=_sentence, next=page.next, first=before is None,
                           newest=page.rows[0].id if page.rows else None)  # fmt: skip


@bp.get("/<int:number>")
def show(number: int) -> Response:
    """Redirect to the subject, and mark the notification read: a best-effort write of a GET request."""
    item = reading.get(me(), number)
    if item is None:
        abort(404)
    if request.method == "GET" and item.is_unread:
        best_effort.write(reading.mark_read(me().id, number))
    if item.wording is None or item.wording.endpoint is None:
        abort(404)
    return redirect(url_for(item.wording.endpoint, **item.wording.values), code=303)


@bp.post("/lidas")
def update() -> Response:
    """Mark read what the page showed; later notifications stay unread."""
    up_to = parsing.row_id(request.form.get("up_to", ""))
    if up_to is None:
        abort(400)
    reading.mark_all_read(me(), up_to=up_to)
    db.session.commit()
    flash(gettext("Tudo marcado como lido."))
    return redirect(url_for("notifications.index"), code=303)


def _by_day(items: Sequence[NotificationItem]) -> list[tuple[str, list[NotificationItem]]]:
    """Group notifications by day, in the reader's time zone."""
    today = clock.now().astimezone(zone()).date()
    days = groupby(items, key=lambda item: item.at.astimezone(zone()).date())
    return [(_heading(day, today), list(its_items)) for day, its_items in days]


def _heading(day: date, today: date) -> str:
    if day == today:
        return str(gettext("Hoje"))
    return str(gettext("Ontem")) if day == today - timedelta(days=1) else str(format_date(day, "long"))


def _sentence(item: NotificationItem) -> str:
    """Return the notification's sentence in the reader's language."""
    if item.wording is None:
        return str(gettext("Algo que você seguia saiu do ar."))
    facts: dict[str, Any] = wording.facts_in(language(), item.wording, by=_actor_name(item))
    return str(gettext(item.wording.sentence, **facts))


def _actor_name(item: NotificationItem) -> str:
    return person_name(item.by) if item.by else str(gettext("O portal"))
