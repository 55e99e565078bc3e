"""A sentence before it is translated: its msgid and the values that fill it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Wording:
    """A msgid in pt-BR, the values that fill it, and the page it links to.

    It is translated when a page or an email shows it. Emails also show `more`, an explanation of what to do next,
    and `button`, the label of the link; both are msgids.
    """

    sentence: str
    facts: Mapping[str, object] = field(default_factory=dict)
    endpoint: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    more: str = ""
    button: str = ""
