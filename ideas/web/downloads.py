"""Send a stored file so that no browser executes it: as an attachment, in a sandbox.

The calling route has already checked access.
"""

from urllib.parse import quote

from flask import abort
from werkzeug.wrappers import Response

from ideas.files import kinds, storing
from ideas.files.models import File
from ideas.files.storing import BytesMissing

_UNKNOWN_TYPE = "application/octet-stream"
_SANDBOX = "default-src 'none'; sandbox"


def send(file: File, *, max_age: int = 0) -> Response:
    """Send the file as an attachment, or inline if it is a picture, which the portal has re-encoded.

    The browser may cache it privately for `max_age` seconds. Answers 404 if the bytes are missing.
    """
    if not file.is_available:
        abort(404)
    try:
        body = storing.read_chunks(file)
    except BytesMissing:
        abort(404)
    # A type of our own list, as it stands: with `mimetype` every text would be declared UTF-8.
    response = Response(body, content_type=file.media_type if file.media_type in kinds.SERVED_TYPES else _UNKNOWN_TYPE)
    response.content_length = file.size
    response.headers["Content-Disposition"] = _disposition(file)
    response.headers["Content-Security-Policy"] = _SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.cache_control.private = True
    if max_age:
        response.cache_control.max_age = max_age
    else:
        response.cache_control.no_store = True
    return response


def _disposition(file: File) -> str:
    """Return the Content-Disposition, with the name in ASCII and in UTF-8 (RFC 6266).

    Browsers decode "%" sequences and RFC 2047 encoded words in the ASCII name, so it has no "%" and no "?".
    """
    disposition = "inline" if file.is_picture else "attachment"
    ascii_name = "".join(char if " " <= char <= "~" and char not in '"\\%?' else "_" for char in file.name)
    return f"{disposition}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(file.name, safe='')}"
