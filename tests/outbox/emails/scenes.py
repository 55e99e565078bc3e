"""A registry of scenes: each performs a real operation that sends an email, and states what it must contain.

A scene belongs to a kind of event. `tests/outbox/test_every_email.py` checks that every kind and every sentence
has a scene.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from unittest.mock import patch

import time_machine
from sqlalchemy import select, update

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.notifications import by_email
from ideas.outbox import composing, kinds, transports
from ideas.outbox.emails import Email
from ideas.outbox.models import Event
from tests.fake_transport import FakeTransport, text_of

LANGUAGES = ("pt-BR", "es", "en")
#: A Wednesday, 11:00 in São Paulo.
MORNING = datetime(2026, 11, 18, 14, tzinfo=UTC)
#: Until 8:00 of the next day, when the digest is sent.
UNTIL_DIGEST = timedelta(hours=21)
#: Lines of a digest in these tests.
MAX_ITEMS = 5


@dataclass(frozen=True)
class Expected:
    """What an email must contain: its recipient, texts, and the start of its button's path."""

    to: str
    texts: tuple[str, ...]
    path: str = ""


@dataclass(frozen=True)
class Scene:
    """An operation that sends an email. `name` is the kind, with a case after a dot."""

    name: str
    kind: str
    run: Callable[[str], Expected]


@dataclass(frozen=True)
class SentEmail:
    """An email before and after rendering."""

    email: Email
    mail: EmailMessage


@dataclass(frozen=True)
class SceneResult:
    """The scene's own email, all emails that were sent, and the sentences under the bell."""

    expected: Expected
    own: SentEmail
    all: tuple[SentEmail, ...]
    bell: frozenset[str]
    #: Status codes of the emails' links, by path.
    statuses: dict[str, int]


Visit = Callable[[str, str], int]
SCENES: dict[str, Scene] = {}


def scene(kind: str, case: str = "") -> Callable[[Callable[[str], Expected]], Callable[[str], Expected]]:
    """Register the decorated function as a scene."""

    def register(run: Callable[[str], Expected]) -> Callable[[str], Expected]:
        name = f"{kind}.{case}" if case else kind
        assert name not in SCENES, f"two scenes are called {name}"
        SCENES[name] = Scene(name, kind, run)
        return run

    return register


def discard_earlier_events() -> None:
    """Mark all events delivered: they only prepare the scene."""
    db.session.execute(update(Event).values(delivered_at=clock.now()))
    db.session.commit()


def play(scene: Scene, language: str, visit: Visit | None = None) -> SceneResult:
    """Run the scene, and send what is due now and with the next digest.

    `visit(address, path)` opens a link as the recipient and returns the status code.
    """
    statuses: dict[str, int] = {}
    shortened = patch.object(by_email, "MAX_ITEMS", MAX_ITEMS)
    with time_machine.travel(MORNING, tick=False) as now, shortened, _captured() as sent:
        db.session.execute(update(Person).values(language=language))
        expected = scene.run(language)
        db.session.commit()
        bell = frozenset(_bell(scene.kind))
        for waiting in (UNTIL_DIGEST, timedelta()):
            before = len(sent)
            _send_all()
            if visit is not None:
                statuses |= {path: visit(to, path) for one in sent[before:] for to, path in _links(one)}
            now.shift(waiting)
        own = [one for one in sent if one.mail["To"].addresses[0].addr_spec == expected.to]
    assert len(own) == 1, f"{expected.to} gets {len(own)} emails: {[str(one.mail['Subject']) for one in own]}"
    return SceneResult(expected, own[0], tuple(sent), bell, statuses)


def _bell(kind: str) -> Iterator[str]:
    for event in db.session.scalars(select(Event).where(Event.name == kind)):
        if kinds.KINDS[kind].wording:
            yield kinds.wording(event).sentence


def _send_all() -> None:
    """Do what the worker does in a minute."""
    transport = FakeTransport()
    with patch.object(transports, "open_transport", lambda _: nullcontext(transport)):
        transport.deliver()
        by_email.start_batch()
        transport.deliver()


def _links(sent: SentEmail) -> set[tuple[str, str]]:
    """Return pairs of recipient and path."""
    to = sent.mail["To"].addresses[0].addr_spec
    return {(to, path) for path in re.findall(r"http://localhost:8000(/[^\s#]+)", text_of(sent.mail))}


@contextmanager
def _captured() -> Iterator[list[SentEmail]]:
    """Collect every email that is rendered in the block."""
    sent: list[SentEmail] = []
    compose = composing.compose

    def compose_and_capture(email: Email) -> EmailMessage:
        mail = compose(email)
        sent.append(SentEmail(email, mail))
        return mail

    with patch.object(composing, "compose", compose_and_capture):
        yield sent
