"""/pessoas/<n>/foto/<id>: a person's photo, for members alone."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from ideas.accounts import profiles
from ideas.web import downloads

bp = Blueprint("photos", __name__, url_prefix="/pessoas/<int:number>/foto")

#: Seconds that a browser keeps it: another photo has another address.
LASTS = 3600


@bp.get("/<int:photo>")
def show(number: int, photo: int) -> Response:
    return downloads.send(profiles.photo_of(number, photo) or abort(404), lasts=LASTS)
