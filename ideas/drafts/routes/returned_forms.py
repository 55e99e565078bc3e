"""Return the words of a refused form to the browser that sent it, in the answer itself, to be sent again.

Nothing is stored. Passwords and CPFs are never returned, nor is anything to a request that no page of the portal sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from ideas.drafts import storing
from ideas.drafts.routes import pending_forms
from ideas.drafts.routes.written_fields import WrittenField, is_text_field, written_fields
from ideas.drafts.storing import Fields
from ideas.web import gate
from ideas.web.forms import submitted_fields

#: How much of a request is read that is larger than its limit.
MAX_BYTES_READ = 500_000
#: As `MAX_FORM_PARTS`.
_MAX_PARTS = 200
_NOT_RETURNED = pending_forms.NOT_STORED | {"sessions.create"}


@dataclass(frozen=True)
class ReturnedForm:
    """A refused form: its address, what the person wrote, and the fields that are sent along."""

    address: str
    written: list[WrittenField]
    hidden: list[tuple[str, str]]
    #: Files were sent with it: the browser has to send them again.
    has_files: bool


def install(app: Flask, *, mask: Callable[[str], str]) -> None:
    """Set how CPFs are removed from a text."""
    app.extensions["returned_forms"] = mask


def from_request() -> ReturnedForm | None:
    """Return the form of this request, or None if nothing was written or its sender is unknown."""
    if request.method in gate.SAFE_METHODS or not request.endpoint or request.endpoint in _NOT_RETURNED:
        return None
    if not gate.is_from_portal():
        return None
    sent, has_files = _read_fields()
    fields = _without_secrets(sent)
    written = written_fields(fields)
    if not written:
        return None
    hidden = [(name, value) for name, values in fields.items() if not is_text_field(name) for value in values]
    return ReturnedForm(request.full_path.rstrip("?"), written, hidden, has_files)


def _without_secrets(fields: Fields) -> Fields:
    mask: Callable[[str], str] = current_app.extensions["returned_forms"]
    return {name: [*map(mask, values)] for name, values in fields.items() if not storing.is_secret(name)}


def _read_fields() -> tuple[Fields, bool]:
    """Return the fields, and whether files were sent with them."""
    try:
        return submitted_fields(), any(sent.filename for sent in request.files.values())
    except RequestEntityTooLarge:
        try:
            return _beginning()
        except ValueError:  # malformed
            return {}, False
    except HTTPException:  # the body cannot be read
        return {}, False


def _beginning() -> tuple[Fields, bool]:
    """Return the text fields before the first file of a request that is too large. Raises ValueError."""
    sent: bytes = request.environ["wsgi.input"].read(MAX_BYTES_READ)
    fields: Fields = {}
    if request.mimetype != "multipart/form-data":
        pairs = parse_qsl(sent.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MAX_PARTS)
        for name, value in pairs:
            fields.setdefault(name, []).append(value)
        return fields, False
    decoder = MultipartDecoder(request.mimetype_params.get("boundary", "").encode("ascii"), max_parts=_MAX_PARTS)
    decoder.receive_data(sent)
    name, parts = "", list[bytes]()
    while not isinstance(event := decoder.next_event(), File | NeedData | Epilogue):
        if isinstance(event, Field):
            name, parts = event.name, []
            fields.setdefault(name, []).append("")
        elif isinstance(event, Data):
            parts.append(event.data)
            fields[name][-1] = b"".join(parts).decode("utf-8", "replace")
    return fields, isinstance(event, File)
