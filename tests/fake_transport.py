"""A transport that stores emails instead of sending them."""

import re
from email.message import EmailMessage

from ideas.db import db
from ideas.outbox import mailing
from ideas.outbox.delivery import deliver_pending


class FakeTransport:
    """Stores emails, or raises the errors that a test adds."""

    def __init__(self) -> None:
        self.emails: list[EmailMessage] = []
        self.errors: list[BaseException] = []

    def send(self, mail: EmailMessage) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.emails.append(mail)

    @property
    def recipients(self) -> list[str]:
        return [mail["To"].addresses[0].addr_spec for mail in self.emails]

    def deliver(self) -> list[EmailMessage]:
        """Deliver pending events and send due emails, as the worker does; return the emails sent."""
        db.session.commit()
        before = len(self.emails)
        deliver_pending()
        mailing.send_due()
        db.session.expire_all()
        return self.emails[before:]


def text_of(mail: EmailMessage) -> str:
    """Return the plain text part."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def link_in(mail: EmailMessage) -> str:
    """Return the path of the first link to the portal."""
    found = re.search(r"http://localhost:8000(/\S+)", text_of(mail))
    assert found is not None, "the email has no link"
    return found[1]
