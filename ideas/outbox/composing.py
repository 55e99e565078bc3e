"""A letter as a mail: text and HTML in the reader's language, headers encoded.

Links lead to PORTAL_URL whatever the request's Host said, since no request is asked. What `mask`
finds in a text (a CPF's shape) is never sent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import make_msgid, parseaddr
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from babel.dates import format_date, format_datetime, get_timezone_name
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from ideas import clock, text
from ideas.config import ROOT, Settings
from ideas.outbox import colours
from ideas.outbox.emails import Letter, Quote
from ideas.outbox.kinds import Words

LOCALES = {"pt-BR": "pt_BR", "es": "es", "en": "en"}
#: Characters of a subject or a name: well under the 998 of RFC 5322, and what mail programs show.
LONGEST = 160


class _PlainLine(UnstructuredHeader):
    """A header that machines read: never folded nor encoded, however long its address is."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # a header's own name


#: Moves the style sheet onto the elements, as mail programs need it. Loads nothing.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)

_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _PlainLine)  # type: ignore[arg-type]  # the base is mixed in by it
_POLICY = SMTP.clone(header_factory=_headers)

Address_of = Callable[[str, Mapping[str, Any]], str]


class BadAddress(ValueError):
    """Nothing can be mailed to this: it is no address."""


@dataclass(frozen=True)
class Desk:
    """What every letter is written with."""

    settings: Settings
    #: endpoint and its values -> the whole address
    address: Address_of
    mask: Callable[[str], str]


_desk: Desk | None = None


def use(desk: Desk) -> None:
    """Write with this from now on. Called by wiring/registries.py."""
    global _desk  # noqa: PLW0603 - one registration, at start
    _desk = desk


def desk() -> Desk:
    """What letters are written with."""
    assert _desk is not None, "composing.use(desk) comes first"
    return _desk


def compose(letter: Letter) -> EmailMessage:
    """The mail, whole. Raises BadAddress."""
    reader = _Reader(letter)
    mail = EmailMessage(policy=_POLICY)
    subject = one_line(reader.say(letter.subject)).removesuffix(".")
    mail["Subject"] = subject
    mail["From"] = _sender()
    mail["To"] = _address(desk().mask(letter.name), letter.to)
    mail["Date"] = clock.now()
    mail["Message-ID"] = make_msgid(domain=_sender().domain or "localhost")
    # No automatic answer to an automatic mail (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    words = reader.words() | {"subject": subject}
    if words["unsubscribe"]:
        mail["List-Unsubscribe"] = f"<{words['unsubscribe']['url']}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_written("letter.txt", words), cte="quoted-printable")
    page = _INLINER.inline(_written("letter.html", words))
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    # Only now: what begins with "Content-" before belongs to the first part alone.
    mail["Content-Language"] = reader.language
    return mail


def one_line(words: str) -> str:
    """Words for a header: one line, no invisible letters, not longer than is read."""
    shown = "".join(" " if char.isspace() else char for char in words)
    shown = "".join(char for char in shown if char.isprintable() and not text.has_forbidden(char))
    shown = re.sub(r" {2,}", " ", shown).strip()
    return shown if len(shown) <= LONGEST else shown[: LONGEST - 1].rstrip() + "…"


class _Reader:
    """Says a letter's words as its reader reads."""

    def __init__(self, letter: Letter) -> None:
        self.letter = letter
        self.language = letter.language if letter.language in LOCALES else "pt-BR"
        self.locale = LOCALES[self.language]
        self.gettext = _catalogue(self.locale).ugettext

    def say(self, words: Words) -> str:
        """The sentence with its facts, and with the portal's and the vendor's names wherever it asks for them."""
        settings = desk().settings
        facts: dict[str, object] = {"portal": settings.portal_name, "vendor": settings.portal_vendor}
        facts |= {key: self._fact(fact) for key, fact in words.facts.items()}
        return desk().mask(self.gettext(words.sentence) % facts)

    def words(self) -> dict[str, Any]:
        letter, settings = self.letter, desk().settings
        return {
            "_": lambda sentence, **facts: self.gettext(sentence) % facts,
            "language": self.language,
            "paragraphs": [self._paragraph(words) for words in letter.paragraphs],
            "items": [self._link(words) for words in letter.items],
            "action": self._link(letter.action) if letter.action else None,
            "preferences": self._link(letter.preferences) if letter.preferences else None,
            "unsubscribe": self._link(letter.unsubscribe) if letter.unsubscribe else None,
            "after": [self.say(words) for words in letter.after],
            "portal": {"name": settings.portal_name, "vendor": settings.portal_vendor, "url": settings.portal_url},
            **colours.palettes(settings.brand_hue),
        }

    def _paragraph(self, words: Words | Quote) -> dict[str, Any]:
        """Its rows, and whether they are somebody's own."""
        if isinstance(words, Quote):
            return {"rows": desk().mask(text.tidy(words.text)).splitlines(), "quoted": True}
        return {"rows": [self.say(words)], "quoted": False}

    def _link(self, words: Words) -> dict[str, str]:
        url = desk().address(words.endpoint, words.values) if words.endpoint else ""
        return {"label": self.say(words), "url": url}

    def _fact(self, fact: object) -> object:
        if isinstance(fact, Words):
            return self.say(fact)
        if hasattr(fact, "name_in"):
            return fact.name_in(self.language)
        if isinstance(fact, datetime):
            return self._moment(fact)
        if isinstance(fact, date):
            return format_date(fact, "long", locale=self.locale)
        return text.one_line(fact) if isinstance(fact, str) else fact

    def _moment(self, when: datetime) -> str:
        """The day and the hour there, and whose hour it is: "18 nov. 2026, 11:00 (Horário de Brasília)"."""
        there = when.astimezone(ZoneInfo(self.letter.zone))
        zone = get_timezone_name(there, zone_variant="generic", locale=self.locale)
        return f"{format_datetime(there, 'd MMM y, HH:mm', locale=self.locale)} ({zone})"


def _sender() -> Address:
    return _address(desk().settings.portal_name, desk().settings.mail_from)


def _address(name: str, address: str) -> Address:
    """A mailbox for a header. A mail program takes a name with an address in it for the sender's: it goes."""
    if parseaddr(address)[1] != address or not re.fullmatch(r"[^\s@]+@[^\s@]+", address):
        raise BadAddress("not an e-mail address")
    try:
        return Address(one_line(name.replace("@", " ")), addr_spec=address)
    except (ValueError, IndexError) as fault:
        raise BadAddress("not an e-mail address") from fault


def _written(template: str, words: Mapping[str, Any]) -> str:
    return _pages().get_template(f"mail/{template}").render(words).strip() + "\n"


@lru_cache(maxsize=1)
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=3)
def _catalogue(locale: str) -> Any:
    return Translations.load(ROOT / "ideas" / "translations", [locale])
