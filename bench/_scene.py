"""What is asked of a portal with a data set of some size: requests, byte for byte."""

import hashlib
import itertools
import random
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, insert, select

from bench import _community, _datasets
from ideas import app as portal
from ideas import clock, config
from ideas.accounts.models import Session
from ideas.board.listing.pages import ORDERINGS
from ideas.board.models import RANDOM_KEYS, Idea, Vote
from ideas.board.routes.query_params import ORDER_WORDS
from ideas.comments.models import Comment
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.web import paging

#: Clients' addresses, so many that the limits on floods let all through.
ADDRESSES = 4_000
#: People who vote, each in a browser of their own, unless more are asked for; and the ideas that each votes for.
VOTERS, IDEAS_EACH = 100, 400
#: At how many places the random order is begun where it may not show others at each visit.
PLACES = 40
#: How deep in the list the deep page begins: well among the ideas without a vote.
DEEP = 0.9


@dataclass(frozen=True)
class Browser:
    """A signed-in browser: its cookie, and the token its forms carry."""

    cookie: str
    token: str


class Scene:
    """The copy of a data set that a server works on, and what to ask of it."""

    def __init__(self, ideas: int, environ: dict[str, str], voters: int) -> None:
        self.ideas, self.environ, self.voters = ideas, environ, voters
        self.app = portal.create_app(config.read(environ))
        with self.app.app_context():
            set_mode(Mode.WRITE)
            self._browsers = list(_sign_in(self.app, voters))
            self._pairs = self._votes_to_come()
            self.idea = self._an_idea()
            self.deep = {word: self._deep(ORDERINGS[ordering.key]) for word, ordering in ORDER_WORDS.items()}
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

    def board(self, **query: str) -> list[bytes]:
        return self.pages("/" + ("?" + urlencode(query) if query else ""))

    def known_board(self, port: int) -> list[bytes]:
        """The board, asked for by browsers that have it already, as the server on that port last gave it."""
        connection = HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/", headers=_headers(0))
        etag = connection.getresponse().headers["ETag"]
        connection.close()
        return self.pages("/", **{"If-None-Match": etag})

    def board_from_places(self) -> list[bytes]:
        """The random order's first page, begun in turns at so many places that about a thousand ideas are shown."""
        step = RANDOM_KEYS // PLACES
        asked = [urlencode({"ordem": "aleatorias", "inicio": place * step}) for place in range(PLACES)]
        return [request("GET", f"/?{query}", place) for place, query in zip(range(ADDRESSES), itertools.cycle(asked))]

    def page_deep_in(self, word: str) -> list[bytes]:
        """A page of the list in that order, after nine tenths of all ideas."""
        return self.board(ordem=word, pagina=self.deep[word], **({"inicio": "1"} if word == "aleatorias" else {}))

    def search(self) -> list[bytes]:
        """Searches for two words, other ones in every request."""
        pairs = _community.pairs_of_words(ADDRESSES)
        return [request("GET", "/?" + urlencode({"q": pair}), place) for place, pair in enumerate(pairs)]

    def uncached(self, path: str) -> list[bytes]:
        """Requests for the same page, each with a parameter of its own that the portal ignores but caches by."""
        return [request("GET", f"{path}?request={place}", place) for place in range(ADDRESSES)]

    def pages(self, path: str, **headers: str) -> list[bytes]:
        """The same page, asked for from many addresses."""
        return [request("GET", path, place, **headers) for place in range(ADDRESSES)]

    def pages_of_members(self, path: str) -> list[bytes]:
        browsers = itertools.cycle(self._browsers)
        return [request("GET", path, place, Cookie=next(browsers).cookie) for place in range(ADDRESSES)]

    def votes(self, number: int) -> list[bytes]:
        """So many votes that nobody has cast yet, as htmx sends them; each only once."""
        return self.requests_of(self.pairs(number))

    def pairs(self, number: int) -> list[tuple[int, int]]:
        """So many pairs of a person and an idea that they have not voted for; each only once."""
        taken, self._pairs = self._pairs[:number], self._pairs[number:]
        return taken

    def requests_of(self, pairs: Sequence[tuple[int, int]]) -> list[bytes]:
        """The votes of those people for those ideas."""
        return [self._vote(idea, self._browsers[person - 1], place) for place, (person, idea) in enumerate(pairs)]

    def _vote(self, idea: int, browser: Browser, place: int) -> bytes:
        body = urlencode({"csrf_token": browser.token, "size": "small"})
        return request("POST", f"/ideias/{idea}/voto", place, body, Cookie=browser.cookie, **{"HX-Request": "true"})

    def _votes_to_come(self) -> list[tuple[int, int]]:
        """Pairs of a voter and an idea open to votes that the voter has not voted for, people and ideas mixed."""
        spread = max(self.ideas // IDEAS_EACH, 1)
        open_ones = select(Idea.id).where(Idea.status_key == "new", Idea.id % spread == 0).limit(IDEAS_EACH)
        ideas = list(db.session.scalars(open_ones))
        theirs = select(Vote.person_id, Vote.idea_id).where(Vote.person_id <= self.voters, Vote.idea_id.in_(ideas))
        cast = {tuple(row) for row in db.session.execute(theirs)}
        pairs = [pair for pair in itertools.product(range(1, self.voters + 1), ideas) if pair not in cast]
        random.Random(_community.SEED).shuffle(pairs)  # noqa: S311 - an order, not a secret
        return pairs

    def _an_idea(self) -> str:
        """The address of a discussed idea."""
        many = select(Comment.idea_id).group_by(Comment.idea_id).having(func.count().between(8, 12))
        idea = db.session.scalars(select(Idea).where(Idea.id.in_(many)).order_by(Idea.id).limit(1)).one()
        return f"/ideias/{idea.id}-{idea.slug}"

    def _deep(self, ordering: Any) -> str:
        shown = select(ordering.column, Idea.id).where(ordering.column.is_not(None))
        size = db.session.scalar(select(func.count()).select_from(shown.subquery())) or 0
        place = shown.order_by(ordering.column.desc(), Idea.id.desc()).offset(int(size * DEEP)).limit(1)
        return paging.encode(*db.session.execute(place).one())


@contextmanager
def scene_of(ideas: int, folder: Path, *, voters: int = VOTERS) -> Iterator[Scene]:
    """A scene on a fresh copy of the data set."""
    with _datasets.copy_of(ideas, folder) as environ:
        yield Scene(ideas, environ, voters)


def request(method: str, path: str, place: int, body: str = "", **headers: str) -> bytes:
    """A request as a reverse proxy hands it on; `place` gives the client's address."""
    sent = _headers(place) | headers
    if method == "POST":
        sent |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body.encode())),
                 "Sec-Fetch-Site": "same-origin", "Referer": _datasets.ADDRESS + "/"}  # fmt: skip
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def _headers(place: int) -> dict[str, str]:
    host = _datasets.ADDRESS.partition("://")[2]
    return {
        "Host": host,
        "X-Forwarded-For": f"10.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": host,
        "User-Agent": "bench",
        "Accept-Language": "pt-BR",
        "Accept-Encoding": "gzip, deflate, br, zstd",
    }


def _sign_in(app: Flask, people: int) -> Iterator[Browser]:
    """A browser for each of the first people, its session a row as if begun now."""
    now = clock.now()
    tokens = [secrets.token_urlsafe(32) for _ in range(people)]
    db.session.execute(insert(Session), [
        {"token_hash": hashlib.sha256(token.encode()).hexdigest(), "person_id": person, "device": "bench",
         "company_id": _community.company_of(person), "created_at": now, "last_used_at": now}
        for person, token in enumerate(tokens, 1)
    ])  # fmt: skip
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    forms = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token")
    for token in tokens:
        secret = secrets.token_hex(20)
        held = signer.dumps({"_user_id": token, "_permanent": True, "csrf_token": secret})
        yield Browser(f"{app.config['SESSION_COOKIE_NAME']}={held}", forms.dumps(secret))
