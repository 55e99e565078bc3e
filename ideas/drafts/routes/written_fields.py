"""The text fields of the portal's forms, with the labels under which a stored or refused form shows them."""

from typing import NamedTuple

from flask_babel import gettext

from ideas.drafts.storing import Fields
from ideas.errors import N_

#: The labels of the text fields. The other fields are sent along without being shown.
LABELS = {
    "title": N_("Título"),
    "subject": N_("Assunto"),
    "problem": N_("O problema"),
    "proposal": N_("A proposta"),
    "description": N_("Descrição"),
    "text": N_("Texto"),
    "body": N_("Texto"),
    "words": N_("Texto"),
    "comment": N_("Comentário"),
    "note": N_("Texto"),
    "quote": N_("Palavras em questão"),
    "reason": N_("Motivo"),
    "why": N_("Motivo"),
    "gravity": N_("Gravidade que justifica pular um passo"),
    "source": N_("Nome da origem"),
    "origin": N_("Nome da origem"),
    "link": N_("Link"),
    "tags": N_("Etiquetas"),
    "name": N_("Nome"),
    "name_pt": N_("Nome em português"),
    "name_es": N_("Nome em espanhol"),
    "name_en": N_("Nome em inglês"),
    "company": N_("Nome da empresa"),
    "email": N_("E-mail"),
    "financial_email": N_("E-mail financeiro"),
    "phone": N_("Telefone"),
}


class WrittenField(NamedTuple):
    """A text field and what the person wrote in it."""

    name: str
    label: str
    text: str


def is_text_field(name: str) -> bool:
    """Return whether people write in the field. A form's prefix, as in "block-why", does not count."""
    return name.rpartition("-")[2] in LABELS


def written_fields(fields: Fields) -> list[WrittenField]:
    """Return the text fields that are not blank, in the order of the form."""
    return [
        WrittenField(name, gettext(LABELS[name.rpartition("-")[2]]), value)
        for name, values in fields.items()
        if is_text_field(name)
        for value in values
        if value.strip()
    ]
