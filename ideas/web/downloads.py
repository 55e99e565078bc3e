"""Handing a file over so that no browser runs it: as a saving, in a sandbox, under the name it was given.

The route that calls this has already asked whether this person may have it.
"""

from urllib.parse import quote

from flask import abort
from werkzeug.wrappers import Response

from ideas.files import storing
from ideas.files.models import File
from ideas.files.storing import BytesMissing

_SANDBOX = "default-src 'none'; sandbox"


def send(file: File, *, lasts: int = 0) -> Response:
    """The file, for saving; a picture, which we drew ourselves, may be shown in a page.

    `lasts` is how many seconds the reader's own browser may keep it without asking again; by default it
    asks each time. 404 when the bytes are no longer there.
    """
    if not file.is_available:
        abort(404)
    try:
        body = storing.read_chunks(file)
    except BytesMissing:
        abort(404)
    answer = Response(body, mimetype=file.media_type)
    answer.content_length = file.size
    answer.headers["Content-Disposition"] = _disposition(file)
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.cache_control.private = True
    if lasts:
        answer.cache_control.max_age = lasts
    else:
        answer.cache_control.no_store = True
    return answer


def _disposition(file: File) -> str:
    """How to take it, and its name: in ASCII for old readers, whole for the others (RFC 6266)."""
    how = "inline" if file.is_picture else "attachment"
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\' else "_" for letter in file.name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
