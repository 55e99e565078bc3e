"""Every letter of the portal, each from a scene that really happens: the deed is done, the worker writes.

A scene belongs to a kind of event or letter, does the deed in its reader's language, and says what the
letter must tell: to whom, which facts, and where it leads. tests/outbox/test_every_email.py holds
that no kind and no sentence is without one.
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
from ideas.outbox.emails import Letter
from ideas.outbox.models import Event
from tests.postman import Postman, text_of

LANGUAGES = ("pt-BR", "es", "en")
#: A Wednesday: 11h in São Paulo.
MORNING = datetime(2026, 11, 18, 14, tzinfo=UTC)
#: From then to 8h of the next day, when the digest leaves.
TO_THE_DIGEST = timedelta(hours=21)
#: Lines of a digest here, so that one too long is soon made.
MOST = 5


@dataclass(frozen=True)
class Told:
    """What a scene's letter tells: whose it is, what stands in it, and the beginning of where it leads."""

    to: str
    says: tuple[str, ...]
    leads: str = ""


@dataclass(frozen=True)
class Scene:
    """One thing that is mailed of. `name` is the kind, and after a dot which of its cases."""

    name: str
    kind: str
    deed: Callable[[str], Told]


@dataclass(frozen=True)
class Sent:
    """A letter before and after it was written in its reader's language."""

    letter: Letter
    mail: EmailMessage


@dataclass(frozen=True)
class Played:
    """What came of a scene: its own letter, all that left meanwhile, and what stood under the bell."""

    told: Told
    own: Sent
    all: tuple[Sent, ...]
    bell: frozenset[str]
    #: What the links of the letters answer while they are fresh, by their path.
    answers: dict[str, int]


Visit = Callable[[str, str], int]
SCENES: dict[str, Scene] = {}


def scene(kind: str, case: str = "") -> Callable[[Callable[[str], Told]], Callable[[str], Told]]:
    """Put the deed among the scenes of that kind."""

    def keep(deed: Callable[[str], Told]) -> Callable[[str], Told]:
        name = f"{kind}.{case}" if case else kind
        assert name not in SCENES, f"two scenes are called {name}"
        SCENES[name] = Scene(name, kind, deed)
        return deed

    return keep


def so_far() -> None:
    """What happened until here was told long ago: it only leads up to the scene."""
    db.session.execute(update(Event).values(delivered_at=clock.now()))
    db.session.commit()


def play(scene: Scene, language: str, visit: Visit | None = None) -> Played:
    """Do the deed on a clean database, and let the worker mail what is due now and with the next digest.

    `visit(address, path)` opens a link as whoever has that address would, and gives the answer's status.
    """
    answers: dict[str, int] = {}
    shortened = patch.object(by_email, "MOST", MOST)
    with time_machine.travel(MORNING, tick=False) as now, shortened, _kept() as sent:
        db.session.execute(update(Person).values(language=language))
        told = scene.deed(language)
        db.session.commit()
        bell = frozenset(_bell(scene.kind))
        for waiting in (TO_THE_DIGEST, timedelta()):
            before = len(sent)
            _rounds()
            if visit is not None:
                answers |= {path: visit(whose, path) for one in sent[before:] for whose, path in _links(one)}
            now.shift(waiting)
        own = [one for one in sent if one.mail["To"].addresses[0].addr_spec == told.to]
    assert len(own) == 1, f"{told.to} gets {len(own)} letters: {[str(one.mail['Subject']) for one in own]}"
    return Played(told, own[0], tuple(sent), bell, answers)


def _bell(kind: str) -> Iterator[str]:
    for event in db.session.scalars(select(Event).where(Event.name == kind)):
        if kinds.KINDS[kind].words:
            yield kinds.words(event).sentence


def _rounds() -> None:
    """What the worker does in a minute."""
    postman = Postman()
    with patch.object(transports, "opened", lambda _: nullcontext(postman)):
        postman.round()
        by_email.go_round()
        postman.round()


def _links(sent: Sent) -> set[tuple[str, str]]:
    """Whose each link is, and to which page it leads."""
    whose = sent.mail["To"].addresses[0].addr_spec
    return {(whose, path) for path in re.findall(r"http://localhost:8000(/[^\s#]+)", text_of(sent.mail))}


@contextmanager
def _kept() -> Iterator[list[Sent]]:
    """Every letter that is written meanwhile, beside its mail."""
    sent: list[Sent] = []
    write = composing.compose

    def keep(letter: Letter) -> EmailMessage:
        mail = write(letter)
        sent.append(Sent(letter, mail))
        return mail

    with patch.object(composing, "compose", keep):
        yield sent
