"""Validate and store the files of a form, before the operation starts."""

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from ideas.errors import Refused
from ideas.files import naming
from ideas.files.accepting import ATTACHMENT
from ideas.tickets.attaching import MAX_FILES, StoredUpload, TooManyFiles
from ideas.tickets.forms import FilesForm
from ideas.web import refusals, uploads

#: Bytes of all files of a form together.
MAX_BYTES = 3 * ATTACHMENT.max_bytes


def take(form: FilesForm) -> tuple[StoredUpload, ...] | None:
    """Validate the form's files and put their bytes in the store; None, and an error on the form, if one is refused.

    Commits what the request wrote before.
    """
    chosen, taken = _chosen(), []
    if len(chosen) > MAX_FILES:
        form.files.errors = [refusals.message_of(TooManyFiles())]
        return None
    for sent in chosen:
        try:
            taken.append(StoredUpload(*uploads.receive(sent, ATTACHMENT)))
        except Refused as refusal:
            form.files.errors = [f"{naming.safe_name(sent.filename or '')}: {refusals.message_of(refusal)}"]
            return None
    return tuple(taken)


def were_sent() -> bool:
    """Whether the request has any file."""
    return bool(_chosen())


def say_lost(form: FilesForm) -> None:
    """Add an error to the files field of a form that is rendered again: the browser does not keep the files."""
    if were_sent() and not form.files.errors:
        form.files.errors = [gettext("Escolha os arquivos de novo: o navegador não os guarda.")]


def _chosen() -> list[FileStorage]:
    """The files that were chosen: a browser also sends an empty field."""
    return [sent for sent in request.files.getlist("files") if sent.filename]
