"""/pessoas/<n>/foto/<id>: a person's photo, for members only."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from ideas.accounts import profiles
from ideas.web import downloads

bp = Blueprint("photos", __name__, url_prefix="/pessoas/<int:number>/foto")

#: How long browsers may cache a photo. A new photo has a new URL.
CACHE_SECONDS = 3600


@bp.get("/<int:photo>")
def show(number: int, photo: int) -> Response:
    return downloads.send(profiles.visible_photo(number, photo) or abort(404), max_age=CACHE_SECONDS)
