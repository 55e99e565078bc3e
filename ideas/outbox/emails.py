"""An email before it is rendered in the recipient's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ideas.outbox.wording import Wording


class SendLater(Exception):
    """Send the email at `until`, not now. Does not count as a failed attempt."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True)
class Quote:
    """A text written by a user, shown unchanged with its line breaks."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Email:
    """One email to one address, made of msgids and the values that fill them.

    `action` is the button: its sentence is the label, its endpoint the target. `items` is a list of links. Values
    may be text, numbers, other `Wording`s, objects with `name_in(language)`, dates and times; a time is shown in
    `zone`. Every sentence may also use %(portal)s and %(vendor)s.
    """

    to: str
    subject: Wording
    paragraphs: Sequence[Wording | Quote]
    items: Sequence[Wording] = ()
    action: Wording | None = None
    #: Below the button: how long the link works, what to do if this was not you.
    after: Sequence[Wording] = ()
    #: "pt-BR", "es" or "en"; None is pt-BR.
    language: str | None = None
    zone: str = "America/Sao_Paulo"
    name: str = ""
    #: Link to the page where the recipient chooses which emails to get.
    preferences: Wording | None = None
    #: Link that ends such emails with one click, without signing in (RFC 8058).
    unsubscribe: Wording | None = None
