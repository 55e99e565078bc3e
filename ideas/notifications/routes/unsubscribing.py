"""/notificacoes/sair: the unsubscribe link of every notification email, without signing in.

A GET changes nothing, because mail scanners follow links. The POST needs no CSRF token, because mail programs send
it on one click (RFC 8058); the signature in the address authorises it.
"""

import structlog
from flask import Blueprint, render_template

from ideas.db import db
from ideas.notifications import preferences
from ideas.notifications.forms import MailForm
from ideas.notifications.preferences import Topic
from ideas.web.secret_addresses import secret_address

bp = Blueprint("unsubscribing", __name__, url_prefix="/notificacoes/sair")
log = structlog.get_logger()


@bp.get("/<token>")
@secret_address
def show(token: str) -> str:
    _, topics = preferences.parse_unsubscribe_token(token)
    return _page(token, topics, done=False)


@bp.post("/<token>")
@secret_address
def update(token: str) -> str:
    person_id, topics = preferences.parse_unsubscribe_token(token)
    preferences.unsubscribe(person_id, topics)
    db.session.commit()
    log.info("notifications:mail:unsubscribed", person=person_id)
    return _page(token, topics, done=True)


def _page(token: str, topics: list[Topic], *, done: bool) -> str:
    labels = [getattr(MailForm(), topic.value).label.text for topic in topics]
    return render_template("notifications/unsubscribe.html", token=token, labels=labels, done=done)
