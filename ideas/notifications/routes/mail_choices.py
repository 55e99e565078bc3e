"""/notificacoes/preferencias: which notifications are emailed, and when."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.notifications import preferences
from ideas.notifications.forms import MailForm
from ideas.outbox import mailing
from ideas.web.person import me

bp = Blueprint("mail_choices", __name__, url_prefix="/notificacoes/preferencias")


@bp.get("")
def edit() -> Response:
    return _page(MailForm.from_preferences(preferences.load(me().id)))


@bp.post("")
def update() -> Response:
    form = MailForm()
    if not form.validate():
        return _page(form, status=422)
    preferences.save(me(), form.preferences())
    db.session.commit()
    flash(gettext("Preferências salvas."))
    return redirect(url_for(".edit"), code=303)


def _page(form: MailForm, *, status: int = 200) -> Response:
    refused = mailing.refused_at(me().email)
    return make_response(render_template("notifications/mail_choices.html", form=form, refused=refused), status)
