"""How the domain says no: one sentence a person can act on.

A deed raises a `Refused`; the edge rolls back and answers with the sentence (409, or the status
the refusal names). Sentences are msgids in pt-BR, marked with `N_` and translated at the edge.
"""

from typing import ClassVar


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "mark, do not translate yet"
    """Mark a sentence for translation; the edge that shows it translates."""
    return sentence


class Refused(Exception):
    """The deed was not done, for a reason the person can read. Nothing was changed."""

    message: ClassVar[str] = N_("Não foi possível fazer isso agora.")
    status: ClassVar[int] = 409

    def __init__(self, **facts: object) -> None:
        """`facts` fill the sentence's %(named)s places when it is shown."""
        super().__init__(self.message)
        self.facts = facts


class NotAllowed(Refused):
    """This person may not do this, whatever the state of the thing."""

    message = N_("Você não tem permissão para fazer isso.")
    status = 403


class Missing(Refused):
    """There is no such thing for this person: the same answer whether it is hidden or never was."""

    message = N_("Não encontramos o que você procura.")
    status = 404
