"""/perfil: what a person says of themselves, and their photo."""

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext, refresh
from werkzeug.wrappers import Response

from ideas.accounts import identifying, profiles
from ideas.accounts.profile_form import PhotoForm, ProfileForm
from ideas.db import db
from ideas.errors import Refused
from ideas.files import accepting, storing
from ideas.web import languages, refusals, uploads
from ideas.web.person import me

bp = Blueprint("profile", __name__, url_prefix="/perfil")


@bp.get("")
def edit() -> Response:
    return _page()


@bp.post("")
def update() -> Response:
    form = ProfileForm.of(me())
    if not form.validate():
        return _page(form, status=422)
    profiles.describe(me(), form.description())
    db.session.commit()
    # The word that says so is in the language just chosen.
    languages.choose_again()
    refresh()
    flash(gettext("Perfil salvo."))
    return redirect(url_for(".edit"), code=303)


@bp.post("/foto")
def create_photo() -> Response:
    """The form of the photo alone: what was typed in the other one stays in it, in the browser."""
    form, person_id = PhotoForm(), me().id
    try:
        accepted, key = uploads.take(form.photo.data, accepting.PORTRAIT)
    except Refused as refusal:
        form.photo.errors = [refusals.sentence(refusal)]
        return _page(photo=form, status=refusal.status)
    profiles.show(me(), storing.keep(accepted, by=person_id, key=key))
    db.session.commit()
    flash(gettext("Foto trocada."))
    return redirect(url_for(".edit"), code=303)


@bp.post("/foto/remover")
def destroy_photo() -> Response:
    profiles.show(me(), None)
    db.session.commit()
    flash(gettext("Foto removida."))
    return redirect(url_for(".edit"), code=303)


def _page(form: ProfileForm | None = None, *, photo: PhotoForm | None = None, status: int = 200) -> Response:
    page = render_template(
        "accounts/profile.html",
        form=form or ProfileForm.of(me()),
        photo_form=photo or PhotoForm(),
        accept=accepting.PORTRAIT.accept,
        cpf=identifying.cpf_of(me()),
    )
    return make_response(page, status)
