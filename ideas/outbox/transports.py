"""Handing a mail to the server, or to a folder while no server is named; and what a failure means.

Three kinds of failure: the server can't be used now (`Unreachable`: everything waits), it puts this
letter off (`PutOff`: this one waits), it will never take it (`Rejected`: given up).
"""

import secrets
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import structlog

from ideas import clock
from ideas.config import Settings

log = structlog.get_logger(__name__)

#: Seconds that the server gets for each answer.
PATIENCE = 20
FOLDER = "mail"


class NotSent(Exception):
    """The mail did not leave; the text is what the server said, short."""


class Unreachable(NotSent):
    """The server can't be used now: nothing else would leave either."""


class PutOff(NotSent):
    """The server takes this one later (4xx)."""


class Rejected(NotSent):
    """The server will never take this one (5xx)."""


class NoSuchMailbox(Rejected):
    """The server says that nobody has this address."""


class Post(Protocol):
    """Something that takes mails."""

    def send(self, mail: EmailMessage) -> None:
        """Hand over one mail. Raises NotSent."""


class Folder:
    """Keeps mails as files, for development: they hold links that open accounts, so only for its owner."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, mail: EmailMessage) -> None:
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
        draft = self.path / f".{name}"
        draft.touch(mode=0o600)
        draft.write_bytes(mail.as_bytes())
        draft.rename(self.path / name)


class Server:
    """An SMTP server, connected at the first mail and again after it hung up."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._line: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage) -> None:
        try:
            line = self._line = self._line or _connected(self.settings)
            line.send_message(mail)
        except smtplib.SMTPRecipientsRefused as fault:
            code, said = next(iter(fault.recipients.values()))
            raise _judged(code, said, NoSuchMailbox) from None
        except smtplib.SMTPDataError as fault:
            raise _judged(fault.smtp_code, fault.smtp_error, Rejected) from None
        except smtplib.SMTPNotSupportedError as fault:
            raise Rejected(_short(str(fault))) from None
        except (smtplib.SMTPException, OSError) as fault:
            self.hang_up()
            raise Unreachable(_what(fault)) from None

    def hang_up(self) -> None:
        if self._line is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._line.quit()
        self._line = None


@contextmanager
def opened(settings: Settings) -> Iterator[Post]:
    """The way mails leave, for the block."""
    if not settings.mail_server:
        yield Folder(settings.instance_path / FOLDER)
        return
    server = Server(settings)
    try:
        yield server
    finally:
        server.hang_up()


def _connected(settings: Settings) -> smtplib.SMTP:
    """Encrypted wherever the server can; a password never goes over the wire in the clear."""
    host, port = settings.mail_server, settings.mail_port
    context = ssl.create_default_context()
    if port == smtplib.SMTP_SSL_PORT:
        line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        line = smtplib.SMTP(host, port, timeout=PATIENCE)
        line.ehlo()
        if line.has_extn("starttls"):
            line.starttls(context=context)
        elif settings.mail_username:
            line.close()
            raise smtplib.SMTPException("STARTTLS is not offered: the password would go in the clear")
    if settings.mail_username:
        line.login(settings.mail_username, settings.mail_password)
    return line


Verdict = Callable[[str], NotSent]


def _judged(code: int, said: bytes | str, for_good: Verdict) -> NotSent:
    words = _short(f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}")
    return for_good(words) if code >= 500 else PutOff(words)


def _what(fault: Exception) -> str:
    """The server's code and words, or the kind of fault."""
    if isinstance(fault, smtplib.SMTPResponseException):
        error = fault.smtp_error
        return _short(f"{fault.smtp_code} {error.decode('utf-8', 'replace') if isinstance(error, bytes) else error}")
    return _short(f"{type(fault).__name__}: {fault}")


def _short(words: str) -> str:
    return " ".join(words.split())[:300]
