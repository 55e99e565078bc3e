"""The letters of an event: each is tried until it left, or is given up and shown to operators.

Taking a letter moves its next try into the future and commits; then it is written, its links minted,
and that is committed; then it leaves. A worker killed anywhere in between tries again later with a
new link, so a letter leaves at least once, and a link that works is always the newest.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog
from sqlalchemy import delete, or_, select, update

from ideas import clock, jobs
from ideas.db import db
from ideas.outbox import composing, kinds, transports
from ideas.outbox.composing import BadAddress
from ideas.outbox.emails import NotNow
from ideas.outbox.models import Event, Letter, RefusedAddress
from ideas.outbox.transports import NoSuchMailbox, NotSent, Post, Rejected, Unreachable

log = structlog.get_logger(__name__)

CHANNEL = "mail"
#: How long a letter that left, or was given up, can be looked at.
KEPT = timedelta(days=90)
#: How long after each try the next one comes: nearly three days in all, then somebody must look.
DELAYS = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440, 1440)
)  # fmt: skip


def recipients(event: Event) -> list[str]:
    """The keys of those whom the event's letters go to, each once, in order."""
    registered = kinds.LETTERS.get(event.name)
    return sorted(set(registered.to(event))) if registered else []


def put_in_the_post(event: Event, keys: Sequence[str]) -> None:
    """Write down that these get a letter each, and ask for it to leave."""
    if keys:
        db.session.add_all(Letter(event_id=event.id, recipient_key=key) for key in keys)
        db.session.flush()
        jobs.enqueue(db.session, send_due, f"mail-{event.id}-{min(keys)}")


@jobs.job("outbox.mail", queue=jobs.MAIL)
def send_due() -> None:
    """Send every letter whose time has come; stop when the server can't be used. Commits as it goes."""
    with transports.opened(composing.desk().settings) as post:
        while (letter := _take()) is not None:
            try:
                _send(letter, post)
            except Unreachable:
                return


@jobs.scheduled("outbox.mail_again", "* * * * *")
def send_again() -> None:
    """Ask for the letters whose next try has come."""
    due = select(Letter.id).where(Letter.next_try_at <= clock.now()).limit(1)
    if db.session.scalar(due) is not None:
        jobs.enqueue(db.session, send_due, f"mail-again-{clock.now():%Y%m%dT%H%M}")


@jobs.scheduled("outbox.forget_letters", "30 4 * * *")
def forget_letters() -> None:
    """Letters that left, or were given up, are forgotten after some time: their addresses are personal data."""
    now = clock.now()
    db.session.execute(delete(Letter).where(or_(Letter.sent_at < now - KEPT, Letter.given_up_at < now - KEPT)))


def try_again(letter: Letter) -> None:
    """Send a letter that was given up once more, from the beginning."""
    letter.given_up_at, letter.tries, letter.next_try_at = None, 0, clock.now()
    jobs.enqueue(db.session, send_due, f"mail-retry-{letter.id}-{clock.now():%Y%m%dT%H%M%S%f}")


def refused_at(address: str | None) -> datetime | None:
    """When a mail server said that this address is nobody's; None for one that takes mail."""
    row = db.session.get(RefusedAddress, address) if address else None
    return row.refused_at if row else None


def _take() -> Letter | None:
    """The newest letter that is due, its next try already set; nobody else takes it meanwhile.

    Newest first: a password's letter does not wait behind a batch of five thousand invitations.
    """
    while True:
        now = clock.now()
        due = select(Letter.id, Letter.tries).where(Letter.next_try_at <= now).order_by(Letter.id.desc()).limit(1)
        found = db.session.execute(due).first()
        if found is None:
            db.session.commit()
            return None
        later = now + DELAYS[min(found.tries, len(DELAYS) - 1)]
        taking = update(Letter).where(Letter.id == found.id, Letter.next_try_at <= now)
        taken = db.session.scalar(taking.values(tries=Letter.tries + 1, next_try_at=later).returning(Letter.id))
        db.session.commit()
        if taken is not None:
            return db.session.get_one(Letter, taken, populate_existing=True)


def _send(letter: Letter, post: Post) -> None:
    event = db.session.get_one(Event, letter.event_id)
    address = None
    try:
        mail = _written(event, letter.recipient_key)
        db.session.commit()
        if mail is not None:
            address = mail["To"].addresses[0].addr_spec
            post.send(mail)
    except NotNow as wait:
        db.session.rollback()
        letter.tries, letter.next_try_at = letter.tries - 1, wait.until
        db.session.commit()
        return
    except Exception as fault:
        db.session.rollback()
        _not_sent(letter, fault)
        if isinstance(fault, NoSuchMailbox) and address:
            db.session.merge(RefusedAddress(address=address.lower()))
        db.session.commit()
        if isinstance(fault, Unreachable):
            raise
        return
    letter.sent_at, letter.next_try_at, letter.fault = clock.now(), None, ""
    if address:
        accepted(address)
    db.session.commit()


def accepted(address: str) -> None:
    """Note that the address is somebody's: a letter left for it, or its owner confirmed it."""
    db.session.execute(delete(RefusedAddress).where(RefusedAddress.address == address.lower()))


def _written(event: Event, key: str) -> EmailMessage | None:
    letter = kinds.LETTERS[event.name].write(event, key)
    return composing.compose(letter) if letter else None


def _not_sent(letter: Letter, fault: Exception) -> None:
    """Note why. A fault of our own is put off too: the next release may write what this one can't."""
    expected = isinstance(fault, NotSent | BadAddress)
    letter.fault = str(fault)[:300] if expected else type(fault).__name__
    if isinstance(fault, Rejected | BadAddress) or letter.tries > len(DELAYS):
        letter.given_up_at, letter.next_try_at = clock.now(), None
    log.warning("mail:letter:not_sent", letter=letter.id, tries=letter.tries, kind=type(fault).__name__,
                given_up=letter.given_up_at is not None, exc_info=None if expected else fault)  # fmt: skip
