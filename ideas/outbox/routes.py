"""/painel/correio: events and emails that could not be delivered; without a mail server, the emails in the folder."""

import re
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

import structlog
from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from ideas.config import Settings
from ideas.db import db
from ideas.outbox import delivery, mailing, transports
from ideas.outbox.models import Event, QueuedEmail

bp = Blueprint("mailbox", __name__, url_prefix="/painel/correio")
queued_emails = Blueprint("queued_emails", __name__, url_prefix="/painel/correio/cartas")
overdue_events = Blueprint("overdue_events", __name__, url_prefix="/painel/correio/avisos")
log = structlog.get_logger()

MAX_ROWS = 100
_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


class StoredEmail(NamedTuple):
    """An email in the folder, for display."""

    name: str
    subject: str
    to: str
    at: datetime
    text: str


@bp.get("")
def index() -> str:
    waiting = db.session.scalar(select(func.count()).where(QueuedEmail.next_try_at.is_not(None), QueuedEmail.tries > 0))
    given_up = (
        select(QueuedEmail, Event.name)
        .join(Event, Event.id == QueuedEmail.event_id)
        .where(QueuedEmail.given_up_at.is_not(None))
    )
    return render_template(
        "outbox/index.html",
        server=_settings().mail_server,
        emails=[_present(path.stem, _read(path)) for path in _newest_files()],
        waiting=waiting,
        overdue=delivery.overdue(MAX_ROWS),
        given_up=db.session.execute(given_up.order_by(QueuedEmail.id.desc()).limit(MAX_ROWS)).all(),
    )


@queued_emails.post("/<int:number>/tentar")
def retry_email(number: int) -> Response:
    """Retry an email that was given up."""
    queued = db.session.get(QueuedEmail, number, with_for_update=True)
    if queued is None or queued.given_up_at is None:
        abort(404)
    mailing.retry(queued)
    db.session.commit()
    log.info("mail:email:retried", email=number)
    flash(gettext("A carta será enviada de novo agora."))
    return redirect(url_for("mailbox.index"), code=303)


@overdue_events.post("/<int:number>/tentar")
def retry_event(number: int) -> Response:
    """Retry the delivery of an overdue event."""
    event = db.session.get(Event, number)
    if event is None or event.delivered_at is not None:
        abort(404)
    delivery.retry(event)
    db.session.commit()
    log.info("outbox:event:retried", event_id=number)
    flash(gettext("O aviso será dado agora, se o worker estiver rodando."))
    return redirect(url_for("mailbox.index"), code=303)


@bp.get("/<name>")
def show(name: str) -> str:
    return render_template("outbox/show.html", email=_present(name, _load_or_404(name)))


@bp.get("/<name>/carta")
def page(name: str) -> Response:
    """Show the email's HTML in a sandbox that allows only its own styles."""
    part = _load_or_404(name).get_body(("html",))
    response = make_response(part.get_content() if part else "")
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"
    return response


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _folder() -> Path:
    return _settings().instance_path / transports.FOLDER


def _newest_files() -> list[Path]:
    return sorted((path for path in _folder().glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)[:MAX_ROWS]


def _load_or_404(name: str) -> EmailMessage:
    path = _folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return _read(path)


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _present(name: str, mail: EmailMessage) -> StoredEmail:
    part = mail.get_body(("plain",))
    text = part.get_content() if part else ""
    return StoredEmail(name, str(mail["Subject"]), str(mail["To"]), mail["Date"].datetime, text)
