"""Parse and build addresses of the board, whose parameters are readable words: `/?ordem=recentes&produto=erp`."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlencode

from flask import abort, request

from ideas import text
from ideas.board.listing import finding, pages
from ideas.board.listing.filters import Filters, Mine
from ideas.board.listing.finding import Search
from ideas.board.listing.pages import ORDERINGS, RANDOM, RELEVANCE, TRENDING, Cursor, Ordering
from ideas.board.models import RANDOM_KEYS, Kind
from ideas.web import paging, parsing
from ideas.web.person import my_company, person_or_none
from ideas.web.request_cache import once_per_request

Meaning = TypeVar("Meaning")

ORDER_WORDS = {
    "em-alta": TRENDING,
    "mais-votadas": ORDERINGS["top"],
    "mais-criticas": ORDERINGS["critical"],
    "recentes": ORDERINGS["recent"],
    "respondidas": ORDERINGS["answered"],
    "aleatorias": RANDOM,
}
RELEVANT = "relevancia"
KIND_WORDS = {"melhoria": Kind.IMPROVEMENT.value, "inovacao": Kind.INNOVATION.value}
MINE_WORDS = {"votei": Mine.VOTED, "sigo": Mine.FOLLOWED, "enviei": Mine.POSTED, "empresa": Mine.COMPANY}

#: The parameters of a board's address; others are dropped.
_FILTERS = ("produto", "modulo", "situacao", "tipo", "minhas")
_PARAMETERS = ("q", "ordem", *_FILTERS)
_LONGEST_QUERY = 200
_MOST_CHOICES = 60


@dataclass(frozen=True)
class BoardQuery:
    """One request for the board."""

    filters: Filters
    ordering: Ordering
    #: The words of the search, or "".
    words: str
    search: Search | None
    after: Cursor | None
    #: Where the random order begins.
    start: int

    @property
    def order_word(self) -> str:
        return next((word for word, ordering in ORDER_WORDS.items() if ordering is self.ordering), RELEVANT)


def asked() -> BoardQuery:
    """Parse the query of this request; 404 for an unknown word."""
    words = parsing.line(request.args.get("q", ""), _LONGEST_QUERY)
    search = finding.search(words) if words else None
    filters = Filters(
        products=_chosen("produto"),
        modules=_chosen("modulo"),
        statuses=_chosen("situacao"),
        kinds=frozenset(_meant(word, KIND_WORDS) for word in _chosen("tipo")),
        mine=frozenset(_meant(word, MINE_WORDS) for word in _chosen("minhas")),
        reader=person_or_none(),
        company=my_company(),
        hits=search.hits if search else None,
    )
    return BoardQuery(filters, _ordering(search), words, search, paging.requested_cursor(), _start())


def address(**changes: str | int | None) -> str:
    """Return this board's address with some parameters changed; None removes one. Without a cursor unless given."""
    words = [(name, value) for name, value in _words() if name not in changes]
    return _address(words + [(name, str(value)) for name, value in changes.items() if value is not None])


def feed() -> str:
    """Return the address of this board's feed, with its filters and order but without personal filters."""
    words = [(name, value) for name, value in _words() if name != "minhas"]
    return "/ideias.atom" + ("?" + urlencode(words) if words else "")


def bare() -> str:
    """Return this board's address without filters."""
    return address(**dict.fromkeys(_FILTERS))


def without(name: str, value: str) -> str:
    """Return this board's address without one filter; without a product, its modules are removed too."""
    return _address([word for word in _words() if word != (name, value) and not _belongs(word, name, value)])


@once_per_request
def _words() -> list[tuple[str, str]]:
    """The parameters of this request: a page has ten addresses of the board."""
    given = request.args
    return [(name, value) for name in _PARAMETERS for value in given.getlist(name) if value] if given else []


def _address(words: list[tuple[str, str]]) -> str:
    return _encode(tuple(words))


@lru_cache(maxsize=1024)
def _encode(words: tuple[tuple[str, str], ...]) -> str:
    """Return the address with these parameters; leave out repetitions and the default order."""
    usual = RELEVANT if any(name == "q" for name, _ in words) else "em-alta"
    said = [word for word in dict.fromkeys(words) if word != ("ordem", usual)]
    return "/" + ("?" + urlencode(said) if said else "")


def _belongs(word: tuple[str, str], name: str, value: str) -> bool:
    return name == "produto" and word[0] == "modulo" and word[1].startswith(value + ".")


def _chosen(name: str) -> frozenset[str]:
    words = [word for word in request.args.getlist(name) if word]
    if len(words) > _MOST_CHOICES or any(text.has_forbidden(word) for word in words):
        abort(404)
    return frozenset(words)


def _meant(word: str, words: dict[str, Meaning]) -> Meaning:
    return words[word] if word in words else abort(404)


def _ordering(search: Search | None) -> Ordering:
    word = request.args.get("ordem")
    if search is not None and word in {None, "", RELEVANT}:
        return RELEVANCE
    return _meant(word, ORDER_WORDS) if word else TRENDING


def _start() -> int:
    word = request.args.get("inicio", "")
    if not word:
        return pages.random_start()
    if not (word.isascii() and word.isdigit() and len(word) < 20) or int(word) >= RANDOM_KEYS:
        abort(404)
    return int(word)
