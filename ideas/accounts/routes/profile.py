"""/perfil: edit the profile and the photo."""

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
    form = ProfileForm.for_person(me())
    if not form.validate():
        return _page(form, status=422)
    profiles.update_profile(me(), form.profile_data())
    db.session.commit()
    # Show the message in the language just chosen.
    languages.reset()
    refresh()
    flash(gettext("Perfil salvo."))
    return redirect(url_for(".edit"), code=303)


@bp.post("/foto")
def create_photo() -> Response:
    """Save the photo. It has a form of its own, so that unsaved input in the other form stays in the browser."""
    form, person_id = PhotoForm(), me().id
    try:
        accepted, key = uploads.receive(form.photo.data, accepting.PORTRAIT)
    except Refused as refusal:
        form.photo.errors = [refusals.message_of(refusal)]
        return _page(photo=form, status=refusal.status)
    profiles.set_photo(me(), storing.save(accepted, by=person_id, key=key))
    db.session.commit()
    flash(gettext("Foto trocada."))
    return redirect(url_for(".edit"), code=303)


@bp.post("/foto/remover")
def destroy_photo() -> Response:
    profiles.set_photo(me(), None)
    db.session.commit()
    flash(gettext("Foto removida."))
    return redirect(url_for(".edit"), code=303)


def _page(form: ProfileForm | None = None, *, photo: PhotoForm | None = None, status: int = 200) -> Response:
    page = render_template(
        "accounts/profile.html",
        form=form or ProfileForm.for_person(me()),
        photo_form=photo or PhotoForm(),
        accept=accepting.PORTRAIT.accept,
        cpf=identifying.cpf_of(me()),
    )
    return make_response(page, status)
