"""A sentence before it is translated: its msgid and the facts that fill it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Words:
    """A msgid in pt-BR, the facts that fill it, and the page it links to.

    The page or email that shows it translates it into the reader's language. Emails also show `more`, which
    explains what to do next, and the label of a `button`: msgids too.
    """

    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    endpoint: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    more: str = ""
    button: str = ""
