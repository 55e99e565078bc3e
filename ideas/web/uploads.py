"""Uploaded files: the size limit of requests, and checking and storing a file.

A request may have one megabyte, or more for the endpoints that wiring/blueprints.py lists.
"""

from flask import Flask, request
from werkzeug.datastructures import FileStorage

from ideas.db import db
from ideas.errors import N_, Refused
from ideas.files import accepting, storing
from ideas.files.accepting import Accepted, UploadRule

#: For the other fields and the multipart boundaries.
_OTHER_FIELDS_BYTES = 1_000_000
_max_bytes: dict[str, int] = {}


class NoFile(Refused):
    """No file was chosen."""

    message = N_("Escolha um arquivo.")
    status = 422


def allow(endpoint: str, max_bytes: int) -> None:
    """Let requests to the endpoint contain files of this total size."""
    _max_bytes[endpoint] = max_bytes


def install(app: Flask) -> None:
    """Set each request's limit before its body is read. A larger request gets a 413."""
    app.before_request(_limit)


def _limit() -> None:
    max_bytes = _max_bytes.get(request.endpoint or "")
    if max_bytes is not None:
        request.max_content_length = max_bytes + _OTHER_FIELDS_BYTES


def check(sent: FileStorage | None, rule: UploadRule) -> Accepted:
    """Check the file outside any transaction, because it may take long: commits first.

    Raises NoFile, and what `accepting.accept` raises.
    """
    db.session.commit()
    if sent is None or not sent.filename:
        raise NoFile
    return accepting.accept(sent.stream, sent.filename, rule)  # type: ignore[arg-type]  # it is only read, as IO[bytes]


def receive(sent: FileStorage | None, rule: UploadRule) -> tuple[Accepted, str]:
    """Check the file and store its bytes; return both results, for `storing.save`. Commits and raises like `check`."""
    accepted = check(sent, rule)
    return accepted, storing.write_bytes(accepted.content)
