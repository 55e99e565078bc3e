"""The queue of emails: each is retried until it is sent, or given up and listed for operators.

Sending one takes three steps. Claim it: move its next attempt into the future and commit. Render it: create its
one-time links and commit. Hand it to the mail server. A worker killed in between retries later with new links: an
email is sent at least once, and only the newest link works.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy import delete, or_, select, update

from ideas import clock, jobs
from ideas.db import db
from ideas.outbox import composing, kinds, transports
from ideas.outbox.composing import BadAddress, BadSender
from ideas.outbox.emails import SendLater
from ideas.outbox.models import Event, QueuedEmail, RefusedAddress
from ideas.outbox.transports import NoSuchMailbox, NotSent, Rejected, SenderRefused, Transport, Unreachable

log = structlog.get_logger(__name__)

CHANNEL = "mail"
#: How long emails that were sent or given up are stored.
RETENTION = timedelta(days=90)
#: Delays between attempts. They add up to nearly three days; then an operator must act.
RETRY_DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
)  # fmt: skip


def recipients(event: Event) -> list[str]:
    """Return the recipient keys of the event's email, sorted and without duplicates."""
    registered = kinds.EMAILS.get(event.name)
    return sorted(set(registered.recipients(event))) if registered else []


def enqueue(event: Event, keys: Sequence[str]) -> None:
    """Queue one email per recipient, and enqueue the job that sends them."""
    if keys:
        db.session.add_all(QueuedEmail(event_id=event.id, recipient_key=key) for key in keys)
        db.session.flush()
        jobs.enqueue(db.session, send_due, f"mail-{event.id}-{min(keys)}")


@jobs.job("outbox.mail", queue=jobs.MAIL)
def send_due() -> None:
    """Send every email that is due; stop if the server is unavailable. Commits as it goes."""
    with transports.open_transport(composing.mail_settings().settings) as transport:
        while (queued := _claim_next()) is not None:
            try:
                _send(queued, transport)
            except Unreachable:
                return


@jobs.scheduled("outbox.mail_again", "* * * * *")
def enqueue_due() -> None:
    """Enqueue the sending job if an email is due."""
    due = select(QueuedEmail.id).where(QueuedEmail.next_try_at <= clock.now()).limit(1)
    if db.session.scalar(due) is not None:
        jobs.enqueue(db.session, send_due, f"mail-again-{clock.now():%Y%m%dT%H%M}")


@jobs.scheduled("outbox.forget_letters", "30 4 * * *")
def delete_old_emails() -> None:
    """Delete emails that were sent or given up long ago: their addresses are personal data."""
    oldest = clock.now() - RETENTION
    db.session.execute(delete(QueuedEmail).where(or_(QueuedEmail.sent_at < oldest, QueuedEmail.given_up_at < oldest)))


def retry(queued: QueuedEmail) -> None:
    """Send an email that was given up, with its full number of attempts."""
    queued.given_up_at, queued.tries, queued.next_try_at = None, 0, clock.now()
    jobs.enqueue(db.session, send_due, f"mail-retry-{queued.id}-{clock.now():%Y%m%dT%H%M%S%f}")


def refused_at(address: str | None) -> datetime | None:
    """Return when a mail server said that the address does not exist; None if it did not."""
    row = db.session.get(RefusedAddress, address) if address else None
    return row.refused_at if row else None


def _claim_next() -> QueuedEmail | None:
    """Claim the newest email that is due, by moving its next attempt; no other worker claims it meanwhile.

    Newest first, so that a password email does not wait behind a batch of five thousand invitations.
    """
    while True:
        now = clock.now()
        due = (
            select(QueuedEmail.id, QueuedEmail.tries)
            .where(QueuedEmail.next_try_at <= now)
            .order_by(QueuedEmail.id.desc())
            .limit(1)
        )
        found = db.session.execute(due).first()
        if found is None:
            db.session.commit()
            return None
        later = now + RETRY_DELAYS[min(found.tries, len(RETRY_DELAYS) - 1)]
        claim = update(QueuedEmail).where(QueuedEmail.id == found.id, QueuedEmail.next_try_at <= now)
        claimed = db.session.scalar(
            claim.values(tries=QueuedEmail.tries + 1, next_try_at=later).returning(QueuedEmail.id)
        )
        db.session.commit()
        if claimed is not None:
            return db.session.get_one(QueuedEmail, claimed, populate_existing=True)


def _send(queued: QueuedEmail, transport: Transport) -> None:
    event = db.session.get_one(Event, queued.event_id)
    address = None
    try:
        mail = _compose(event, queued.recipient_key)
        db.session.commit()
        if mail is not None:
            address = mail["To"].addresses[0].addr_spec
            transport.send(mail)
    except SendLater as wait:
        db.session.rollback()
        queued.tries, queued.next_try_at = queued.tries - 1, wait.until
        db.session.commit()
        return
    except Exception as fault:
        db.session.rollback()
        _record_failure(queued, fault)
        if isinstance(fault, NoSuchMailbox) and address:
            db.session.merge(RefusedAddress(address=address.lower()))
        db.session.commit()
        if isinstance(fault, Unreachable):
            raise
        return
    queued.sent_at, queued.next_try_at, queued.fault = clock.now(), None, ""
    if address:
        mark_accepted(address)
    db.session.commit()


def mark_accepted(address: str) -> None:
    """Remove the address from the refused ones: it received an email, or its owner confirmed it."""
    db.session.execute(delete(RefusedAddress).where(RefusedAddress.address == address.lower()))


def _compose(event: Event, key: str) -> EmailMessage | None:
    email = kinds.EMAILS[event.name].write(event, key)
    try:
        return composing.compose(email) if email else None
    except BadSender as fault:
        raise SenderRefused(str(fault)) from None


def _record_failure(queued: QueuedEmail, fault: Exception) -> None:
    """Store the cause, and give up if a retry is pointless.

    A bug is retried: the next release may fix it. While the portal's sender is refused, no email is given up.
    """
    expected = isinstance(fault, NotSent | BadAddress)
    queued.fault = str(fault)[:300] if expected else type(fault).__name__
    is_tried_enough = queued.tries > len(RETRY_DELAYS) and not isinstance(fault, SenderRefused)
    if isinstance(fault, Rejected | BadAddress) or is_tried_enough:
        queued.given_up_at, queued.next_try_at = clock.now(), None
    log.warning("mail:email:not_sent", email=queued.id, tries=queued.tries, kind=type(fault).__name__,
                given_up=queued.given_up_at is not None, exc_info=None if expected else fault)  # fmt: skip
