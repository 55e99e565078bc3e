"""Send an email through the SMTP server, or write it to a folder if no server is configured.

Failures are of three kinds: the server is unavailable (`Unreachable`: stop sending), it defers this email
(`Deferred`: retry later), or it will never accept it (`Rejected`: give up).
"""

import email
import secrets
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from email.errors import MessageError
from email.message import EmailMessage, Message
from email.policy import SMTP, SMTPUTF8
from pathlib import Path
from typing import Protocol

import structlog

from ideas import clock
from ideas.config import Settings

log = structlog.get_logger(__name__)

#: For each response of the server.
TIMEOUT_SECONDS = 20
FOLDER = "mail"


class NotSent(Exception):
    """The email was not sent; the message is the server's response, shortened."""


class Unreachable(NotSent):
    """The server is unavailable, so no other email can be sent either."""


class SenderRefused(Unreachable):
    """The portal's own sender is not accepted: no email can be sent until an operator corrects it."""


class Deferred(NotSent):
    """The server may accept this email later (4xx)."""


class Rejected(NotSent):
    """The server will never accept this email (5xx)."""


class Altered(Rejected):
    """The serialized email reads differently from the composed one: a text became a header or a part."""


class NoSuchMailbox(Rejected):
    """The server says that the address does not exist."""


class Transport(Protocol):
    """Sends emails."""

    def send(self, mail: EmailMessage) -> None:
        """Send one email. Raises NotSent."""


class FolderTransport:
    """Writes emails to files, for development. They contain sign-in links, so only the owner can read them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, mail: EmailMessage) -> None:
        content = serialize(mail)
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
        draft = self.path / f".{name}"
        draft.touch(mode=0o600)
        draft.write_bytes(content)
        draft.rename(self.path / name)


class SmtpTransport:
    """Sends through an SMTP server. Connects at the first email, and again after a lost connection."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._connection: smtplib.SMTP | None = None

    def send(self, mail: EmailMessage) -> None:
        content = serialize(mail)
        sender, recipient = _addresses(mail, "From")[0], _addresses(mail, "To")[0]
        try:
            self._connection = self._connection or _connect(self.settings)
            self._connection.sendmail(sender, [recipient], content, self._options(mail))
        except smtplib.SMTPRecipientsRefused as fault:
            code, response = next(iter(fault.recipients.values()))
            raise _classify(code, response, NoSuchMailbox) from None
        except smtplib.SMTPSenderRefused as fault:
            self.close()
            raise SenderRefused(f"MAIL_FROM: {_describe(fault)}") from None
        except smtplib.SMTPDataError as fault:
            raise _classify(fault.smtp_code, fault.smtp_error, Rejected) from None
        except smtplib.SMTPNotSupportedError as fault:
            raise Rejected(_shorten(str(fault))) from None
        except (smtplib.SMTPException, OSError) as fault:
            self.close()
            raise Unreachable(_describe(fault)) from None

    def _options(self, mail: EmailMessage) -> Sequence[str]:
        """Return the options that an address outside ASCII needs. Raises SMTPNotSupportedError."""
        if not _is_international(mail) or self._connection is None:
            return ()
        self._connection.ehlo_or_helo_if_needed()
        if not self._connection.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("SMTPUTF8 is not offered: the address has letters outside ASCII")
        return ("SMTPUTF8", "BODY=8BITMIME")

    def close(self) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
        self._connection = None


@contextmanager
def open_transport(settings: Settings) -> Iterator[Transport]:
    """Yield the configured transport, and close it at the end."""
    if not settings.mail_server:
        yield FolderTransport(settings.instance_path / FOLDER)
        return
    server = SmtpTransport(settings)
    try:
        yield server
    finally:
        server.close()


def serialize(mail: EmailMessage) -> bytes:
    """Return the bytes to send. Raises Altered unless they parse to the same headers, addresses and body.

    Python 3.11.0 does not notice line breaks in a header's value: a text that a library decodes would write headers.
    """
    try:
        content = mail.as_bytes(policy=SMTPUTF8 if _is_international(mail) else None)
        parsed = email.message_from_bytes(content, policy=SMTP)
        faithful = _outline(parsed) == _outline(mail)
    except (MessageError, ValueError):  # a line break in a header, or in an address
        faithful = False
    if not faithful or len(_addresses(mail, "To")) != 1 or len(_addresses(mail, "From")) != 1:
        log.error("mail:email:altered")
        raise Altered("the email reads differently once serialized")
    return content


def _outline(mail: EmailMessage) -> list[object]:
    """Return what must survive serialization: header names and bodies of each part, and all addresses."""
    return [[(part.keys(), _body(part)) for part in mail.walk()], _addresses(mail, "From"), _addresses(mail, "To")]


def _body(part: "Message[str, str]") -> bytes:
    """Return a part's decoded body; empty for one that holds other parts."""
    body = part.get_payload(decode=True)
    return body.replace(b"\r\n", b"\n") if isinstance(body, bytes) else b""


def _addresses(mail: EmailMessage, header: str) -> list[str]:
    return [address.addr_spec for address in mail[header].addresses] if header in mail else []


def _is_international(mail: EmailMessage) -> bool:
    """Return whether an address has letters outside ASCII."""
    return not "".join(_addresses(mail, "From") + _addresses(mail, "To")).isascii()


def _connect(settings: Settings) -> smtplib.SMTP:
    """Connect with TLS if the server supports it. A password is never sent unencrypted."""
    host, port = settings.mail_server, settings.mail_port
    context = ssl.create_default_context()
    if port == smtplib.SMTP_SSL_PORT:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
        connection.ehlo()
        if connection.has_extn("starttls"):
            connection.starttls(context=context)
        elif settings.mail_username:
            connection.close()
            raise smtplib.SMTPException("STARTTLS is not offered: the password would go in the clear")
    if settings.mail_username:
        connection.login(settings.mail_username, settings.mail_password)
    return connection


PermanentFailure = Callable[[str], NotSent]


def _classify(code: int, response: bytes | str, permanent: PermanentFailure) -> NotSent:
    message = _format_response(code, response)
    return permanent(message) if code >= 500 else Deferred(message)


def _describe(fault: Exception) -> str:
    """Return the server's code and response, or the exception's class and message."""
    if isinstance(fault, smtplib.SMTPResponseException):
        return _format_response(fault.smtp_code, fault.smtp_error)
    return _shorten(f"{type(fault).__name__}: {fault}")


def _format_response(code: int, response: bytes | str) -> str:
    return _shorten(f"{code} {response.decode('utf-8', 'replace') if isinstance(response, bytes) else response}")


def _shorten(message: str) -> str:
    return " ".join(message.split())[:300]
