"""The files of a form, judged before the deed begins."""

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from ideas.errors import Refused
from ideas.files import naming
from ideas.files.accepting import ATTACHMENT
from ideas.tickets.attaching import MOST, Sent, TooMany
from ideas.tickets.forms import FilesForm
from ideas.web import refusals, uploads

#: Bytes that one form's files may have together.
MOST_BYTES = 3 * ATTACHMENT.most


def take(form: FilesForm) -> tuple[Sent, ...] | None:
    """The files of the form, their bytes in the store; None when one is refused, which the form then says.

    What the request wrote before is committed.
    """
    chosen, taken = _chosen(), []
    if len(chosen) > MOST:
        form.files.errors = [refusals.sentence(TooMany())]
        return None
    for sent in chosen:
        try:
            taken.append(Sent(*uploads.take(sent, ATTACHMENT)))
        except Refused as refusal:
            form.files.errors = [f"{naming.own_name(sent.filename or '')}: {refusals.sentence(refusal)}"]
            return None
    return tuple(taken)


def were_sent() -> bool:
    """Whether the form came with any file."""
    return bool(_chosen())


def say_lost(form: FilesForm) -> None:
    """Say beside the field that a form shown again has no files any more: a browser sends none back."""
    if were_sent() and not form.files.errors:
        form.files.errors = [gettext("Escolha os arquivos de novo: o navegador não os guarda.")]


def _chosen() -> list[FileStorage]:
    """Those that were chosen: a browser also sends an empty field."""
    return [sent for sent in request.files.getlist("files") if sent.filename]
