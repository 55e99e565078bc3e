"""Stands in for the mail server, the one thing that no test may reach."""

import re
from email.message import EmailMessage

from ideas.db import db
from ideas.outbox import mailing
from ideas.outbox.delivery import deliver_pending


class Postman:
    """Takes mails, or refuses them with the faults it was given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.faults: list[BaseException] = []

    def send(self, mail: EmailMessage) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.mails.append(mail)

    @property
    def to(self) -> list[str]:
        return [mail["To"].addresses[0].addr_spec for mail in self.mails]

    def round(self) -> list[EmailMessage]:
        """What the worker does: events are delivered, letters leave. The mails that left now."""
        db.session.commit()
        before = len(self.mails)
        deliver_pending()
        mailing.send_due()
        db.session.expire_all()
        return self.mails[before:]


def text_of(mail: EmailMessage) -> str:
    """What a reader without HTML reads."""
    part = mail.get_body(("plain",))
    return str(part.get_content()) if part else ""


def link_in(mail: EmailMessage) -> str:
    """The path that the letter's one link leads to."""
    found = re.search(r"http://localhost:8000(/\S+)", text_of(mail))
    assert found is not None, "the letter has no link"
    return found[1]
