"""Refusals: exceptions with one sentence that tells a person what to do.

An operation raises a `Refused`; the error handler rolls back and answers with the sentence and the status of the
refusal (409 by default). Sentences are msgids in pt-BR, marked with `N_` and translated when they are shown.
"""

from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark a sentence for translation, without translating it yet."""
    return sentence


class Refused(Exception):
    """The operation was refused, for a reason that the person can read. Nothing was changed."""

    message: ClassVar[str] = N_("Não foi possível fazer isso agora.")
    status: ClassVar[int] = 409

    def __init__(self, **facts: object) -> None:
        """`facts` are the values of the sentence's `%(name)s` placeholders."""
        super().__init__(self.message)
        self.facts = facts


class NotAllowed(Refused):
    """This person may not do this, whatever the state of the object."""

    message = N_("Você não tem permissão para fazer isso.")
    status = 403


class Missing(Refused):
    """The object does not exist, or is hidden from this person: the answer is the same."""

    message = N_("Não encontramos o que você procura.")
    status = 404
