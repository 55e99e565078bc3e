"""/painel/correio: what could not be told or mailed; without a mail server, what would have been mailed."""

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
from ideas.outbox.models import Event, Letter

bp = Blueprint("mailbox", __name__, url_prefix="/painel/correio")
letters = Blueprint("letters", __name__, url_prefix="/painel/correio/cartas")
overdue = Blueprint("overdue", __name__, url_prefix="/painel/correio/avisos")
log = structlog.get_logger()

SHOWN = 100
_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")


class Mail(NamedTuple):
    """A mail of the folder as the page shows it."""

    name: str
    subject: str
    to: str
    at: datetime
    text: str


@bp.get("")
def index() -> str:
    waiting = db.session.scalar(select(func.count()).where(Letter.next_try_at.is_not(None), Letter.tries > 0))
    given_up = (
        select(Letter, Event.name).join(Event, Event.id == Letter.event_id).where(Letter.given_up_at.is_not(None))
    )
    return render_template(
        "outbox/index.html",
        server=_settings().mail_server,
        mails=[_shown(path.stem, _read(path)) for path in _newest()],
        waiting=waiting,
        overdue=delivery.overdue(SHOWN),
        given_up=db.session.execute(given_up.order_by(Letter.id.desc()).limit(SHOWN)).all(),
    )


@letters.post("/<int:number>/tentar")
def update(number: int) -> Response:
    """Send a letter that was given up once more."""
    letter = db.session.get(Letter, number, with_for_update=True)
    if letter is None or letter.given_up_at is None:
        abort(404)
    mailing.try_again(letter)
    db.session.commit()
    log.info("mail:letter:tried_again", letter=number)
    flash(gettext("A carta será enviada de novo agora."))
    return redirect(url_for("mailbox.index"), code=303)


@overdue.post("/<int:number>/tentar")
def tell_again(number: int) -> Response:
    """Tell of an event once more that should have been told long ago."""
    event = db.session.get(Event, number)
    if event is None or event.delivered_at is not None:
        abort(404)
    delivery.try_again(event)
    db.session.commit()
    log.info("outbox:event:tried_again", event_id=number)
    flash(gettext("O aviso será dado agora, se o worker estiver rodando."))
    return redirect(url_for("mailbox.index"), code=303)


@bp.get("/<name>")
def show(name: str) -> str:
    return render_template("outbox/show.html", mail=_shown(name, _found(name)))


@bp.get("/<name>/carta")
def page(name: str) -> Response:
    """The letter's HTML as a mail program would show it: in a sandbox, with its own styles alone."""
    part = _found(name).get_body(("html",))
    answer = make_response(part.get_content() if part else "")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups"
    return answer


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _folder() -> Path:
    return _settings().instance_path / transports.FOLDER


def _newest() -> list[Path]:
    return sorted((path for path in _folder().glob("*.eml") if _NAME.fullmatch(path.stem)), reverse=True)[:SHOWN]


def _found(name: str) -> EmailMessage:
    path = _folder() / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        abort(404)
    return _read(path)


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=default)


def _shown(name: str, mail: EmailMessage) -> Mail:
    part = mail.get_body(("plain",))
    return Mail(name, str(mail["Subject"]), str(mail["To"]), mail["Date"].datetime, part.get_content() if part else "")
