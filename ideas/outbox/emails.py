"""A letter, before it is written in its reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ideas.outbox.words import Words


class NotNow(Exception):
    """The letter must wait until then; its waiting is no failed try."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True)
class Quote:
    """What somebody wrote, told in their own words and lines."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail to one address: msgids and the facts that fill them, as everywhere in the outbox.

    `action` is the one thing to do, its `sentence` the words on the button and its `endpoint` where
    it leads. `items` are a list, each leading somewhere. Facts may be text, numbers, words of their
    own, things with a `name_in(language)`, dates and moments; a date is written as the language
    does, a moment in `zone`. Each sentence may also name the %(portal)s and its %(vendor)s.
    """

    to: str
    subject: Words
    paragraphs: Sequence[Words | Quote]
    items: Sequence[Words] = ()
    action: Words | None = None
    #: What stands under the button: how long it works, what to do if this was not you.
    after: Sequence[Words] = ()
    #: "pt-BR", "es" or "en"; None is pt-BR.
    language: str | None = None
    zone: str = "America/Sao_Paulo"
    name: str = ""
    #: Where its reader chooses which such letters come.
    preferences: Words | None = None
    #: Where one click ends such letters, without signing in (RFC 8058).
    unsubscribe: Words | None = None
