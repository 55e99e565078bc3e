"""Render an email as text and HTML in the recipient's language, with encoded headers.

Links start with PORTAL_URL and never depend on a request's Host. `MailSettings.mask` removes CPFs from every text.
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
from ideas.outbox.emails import Email, Quote
from ideas.outbox.kinds import Wording

LOCALES = {"pt-BR": "pt_BR", "es": "es", "en": "en"}
#: For a subject or a name, in characters: below the 998 of RFC 5322, and as much as mail programs show.
MAX_HEADER_LENGTH = 160


class _PlainLine(UnstructuredHeader):
    """A header for machines: neither folded nor encoded at any length."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]  # set by HeaderRegistry


#: Moves the style sheet onto the elements, as mail programs need it. Loads nothing.
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)

_headers = HeaderRegistry()
_headers.map_to_type("list-unsubscribe", _PlainLine)  # type: ignore[arg-type]  # HeaderRegistry adds the base class
_POLICY = SMTP.clone(header_factory=_headers)

BuildUrl = Callable[[str, Mapping[str, Any]], str]


class BadAddress(ValueError):
    """The address is invalid."""


class BadSender(ValueError):
    """MAIL_FROM is invalid: a fault of the portal, not of the recipient's address."""


@dataclass(frozen=True)
class MailSettings:
    """What rendering needs from the app."""

    settings: Settings
    #: (endpoint, values) -> absolute URL
    build_url: BuildUrl
    mask: Callable[[str], str]


_mail_settings: MailSettings | None = None


def configure(settings: MailSettings) -> None:
    """Set what emails are rendered with. Called by wiring/registries.py."""
    global _mail_settings  # noqa: PLW0603 - registered once, at start-up
    _mail_settings = settings


def mail_settings() -> MailSettings:
    """Return what emails are rendered with."""
    assert _mail_settings is not None, "call composing.configure() first"
    return _mail_settings


def compose(email: Email) -> EmailMessage:
    """Render the email. Raises BadAddress, BadSender."""
    renderer = _Renderer(email)
    mail = EmailMessage(policy=_POLICY)
    subject = one_line(renderer.translate(email.subject)).removesuffix(".")
    mail["Subject"] = subject
    mail["From"] = _sender()
    mail["To"] = _address(mail_settings().mask(email.name), email.to)
    mail["Date"] = clock.now()
    mail["Message-ID"] = make_msgid(domain=_sender().domain or "localhost")
    # Suppress automatic replies (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    context = renderer.context() | {"subject": subject}
    if context["unsubscribe"]:
        mail["List-Unsubscribe"] = f"<{context['unsubscribe']['url']}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_render("email.txt", context), cte="quoted-printable")
    page = _INLINER.inline(_render("email.html", context))
    mail.add_alternative(page, subtype="html", cte="quoted-printable")
    # Set last: `add_alternative` moves earlier "Content-" headers into the first part.
    mail["Content-Language"] = renderer.language
    return mail


def one_line(value: str) -> str:
    """Return the value for a header: one line, no invisible characters, at most MAX_HEADER_LENGTH long.

    `EmailMessage` decodes RFC 2047 encoded words in the values it is given, even to line breaks, so none may stay.
    """
    line = "".join(" " if char.isspace() else char for char in value)
    line = "".join(char for char in line if char.isprintable() and not text.has_forbidden(char))
    line = re.sub(r" {2,}", " ", line).strip().replace("=?", "= ?")
    return line if len(line) <= MAX_HEADER_LENGTH else line[: MAX_HEADER_LENGTH - 1].rstrip() + "…"


class _Renderer:
    """Translates one email into its recipient's language."""

    def __init__(self, email: Email) -> None:
        self.email = email
        self.language = email.language if email.language in LOCALES else "pt-BR"
        self.locale = LOCALES[self.language]
        self.gettext = _catalogue(self.locale).ugettext

    def translate(self, wording: Wording) -> str:
        """Return the sentence with its values and, if it uses them, the names of the portal and the vendor."""
        settings = mail_settings().settings
        facts: dict[str, object] = {"portal": settings.portal_name, "vendor": settings.portal_vendor}
        facts |= {key: self._format(fact) for key, fact in wording.facts.items()}
        return mail_settings().mask(self.gettext(wording.sentence) % facts)

    def context(self) -> dict[str, Any]:
        """Return what the templates use."""
        email, settings = self.email, mail_settings().settings
        return {
            "_": lambda sentence, **facts: self.gettext(sentence) % facts,
            "language": self.language,
            "paragraphs": [self._paragraph(paragraph) for paragraph in email.paragraphs],
            "items": [self._link(item) for item in email.items],
            "action": self._link(email.action) if email.action else None,
            "preferences": self._link(email.preferences) if email.preferences else None,
            "unsubscribe": self._link(email.unsubscribe) if email.unsubscribe else None,
            "after": [self.translate(sentence) for sentence in email.after],
            "portal": {"name": settings.portal_name, "vendor": settings.portal_vendor, "url": settings.portal_url},
            **colours.palettes(settings.brand_hue),
        }

    def _paragraph(self, paragraph: Wording | Quote) -> dict[str, Any]:
        if isinstance(paragraph, Quote):
            return {"rows": mail_settings().mask(text.tidy(paragraph.text)).splitlines(), "quoted": True}
        return {"rows": [self.translate(paragraph)], "quoted": False}

    def _link(self, link: Wording) -> dict[str, str]:
        url = mail_settings().build_url(link.endpoint, link.values) if link.endpoint else ""
        return {"label": self.translate(link), "url": url}

    def _format(self, fact: object) -> object:
        if isinstance(fact, Wording):
            return self.translate(fact)
        if hasattr(fact, "name_in"):
            return fact.name_in(self.language)
        if isinstance(fact, datetime):
            return self._format_time(fact)
        if isinstance(fact, date):
            return format_date(fact, "long", locale=self.locale)
        return text.one_line(fact) if isinstance(fact, str) else fact

    def _format_time(self, when: datetime) -> str:
        """Return the time in the recipient's zone: "18 nov. 2026, 11:00 (Horário de Brasília)"."""
        local = when.astimezone(ZoneInfo(self.email.zone))
        zone = get_timezone_name(local, zone_variant="generic", locale=self.locale)
        return f"{format_datetime(local, 'd MMM y, HH:mm', locale=self.locale)} ({zone})"


def _sender() -> Address:
    settings = mail_settings().settings
    try:
        return _address(settings.portal_name, settings.mail_from)
    except BadAddress:
        raise BadSender("MAIL_FROM is not an e-mail address") from None


def _address(name: str, address: str) -> Address:
    """Return a mailbox for a header. Removes "@" from the name: mail programs would show it as an address."""
    if parseaddr(address)[1] != address or "=?" in address or not re.fullmatch(r"[^\s@]+@[^\s@]+", address):
        raise BadAddress("not an e-mail address")
    try:
        return Address(one_line(name.replace("@", " ")), addr_spec=address)
    except (ValueError, IndexError) as fault:
        raise BadAddress("not an e-mail address") from fault


def _render(template: str, context: Mapping[str, Any]) -> str:
    return _environment().get_template(f"mail/{template}").render(context).strip() + "\n"


@lru_cache(maxsize=1)
def _environment() -> Environment:
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
