"""Files in a form: how large the request may be, and taking one in.

A request may be a megabyte, but more where files are sent; wiring/blueprints.py says where.
"""

from flask import Flask, request
from werkzeug.datastructures import FileStorage

from ideas.db import db
from ideas.errors import N_, Refused
from ideas.files import accepting, storing
from ideas.files.accepting import Accepted, UploadRule

#: What the fields beside the files, and the form's own marks, may take.
_BESIDE = 1_000_000
_most: dict[str, int] = {}


class NoFile(Refused):
    """The form was sent without choosing one."""

    message = N_("Escolha um arquivo.")
    status = 422


def allow(endpoint: str, most: int) -> None:
    """Let that endpoint's POST carry files of so many bytes in all."""
    _most[endpoint] = most


def limit(app: Flask) -> None:
    """Set each request's limit before anything reads its body; beyond it the answer is 413, without reading on."""
    app.before_request(_limit)


def _limit() -> None:
    most = _most.get(request.endpoint or "")
    if most is not None:
        request.max_content_length = most + _BESIDE


def judge(sent: FileStorage | None, rule: UploadRule) -> Accepted:
    """The file, judged with no transaction open: what the request wrote before is committed.

    Raises NoFile, and what `accepting.accept` raises.
    """
    db.session.commit()
    if sent is None or not sent.filename:
        raise NoFile
    return accepting.accept(sent.stream, sent.filename, rule)  # type: ignore[arg-type]  # IO[bytes], read alone


def take(sent: FileStorage | None, rule: UploadRule) -> tuple[Accepted, str]:
    """The file, judged, and the key of its bytes, for `storing.save`. Commits and raises as `judge`."""
    accepted = judge(sent, rule)
    return accepted, storing.write_bytes(accepted.content)
