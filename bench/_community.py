"""A community of any size, made from a seed: the same ideas, votes and words at every run.

Votes tie as in life: a quarter of all ideas have none, most have a few, some have hundreds. Words
follow Zipf's law over an invented vocabulary with Portuguese accents. Every counter equals its rows.
"""

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, islice
from typing import Any

from bench._bulk import Bulk
from ideas.accounts.models import Person, StaffRole
from ideas.board.models import RANDOM_KEYS, Follow, Idea, Importance, OfficialResponse, Vote, VoteEvent
from ideas.board.voting import trending
from ideas.comments.models import Comment
from ideas.companies.models import Company, Membership
from ideas.conduct.models import ConductAcceptance
from ideas.products.models import Module, Product, Release
from ideas.search import terms

#: Increment it when the generated data changes: stored data sets are then generated again.
VERSION = 1
SEED = 20261122
PEOPLE, COMPANIES = 5_000, 500
#: The day on which all this has happened.
TODAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
CHUNK = 5_000

_CONSONANTS, _VOWELS = "bcdfglmnprstv", "aeiou"
_SYLLABLES = [
    *(consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS),
    *("ção", "são", "ções", "gem", "lhe", "nho", "ário", "ência", "á", "é", "í", "ó", "ú", "ã", "õ"),
]
_WORDS, _TITLE, _BODY = 8_000, 8, 60
_STATUSES = {"new": 55, "under_review": 15, "needs_info": 2, "planned": 8, "in_progress": 4, "delivered": 8,
             "declined": 7, "already_exists": 1}  # fmt: skip
_ANSWERED = {"needs_info", "delivered", "declined", "already_exists"}


@dataclass(frozen=True)
class Words:
    """The vocabulary, the most frequent word first."""

    vocabulary: list[str]

    def some(self, chance: random.Random, number: int) -> list[str]:
        return chance.choices(self.vocabulary, cum_weights=self._weights, k=number)

    @property
    def _weights(self) -> list[float]:
        return _ZIPF


_ZIPF = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))


def words() -> Words:
    """The vocabulary of every community."""
    chance = random.Random(SEED)  # noqa: S311 - made-up words, not secrets
    made: dict[str, None] = {}
    while len(made) < _WORDS:
        made["".join(chance.choices(_SYLLABLES, k=chance.choice((2, 3, 3, 4))))] = None
    return Words(list(made))


def make(bulk: Bulk, ideas: int) -> None:
    """Fill a migrated, empty database with people, companies, products and so many ideas."""
    _people(bulk)
    _products(bulk)
    _Ideas(bulk, ideas).make()
    bulk.settle()


def _people(bulk: Bulk) -> None:
    begun = TODAY - timedelta(days=1200)
    bulk.rows(Person, ({"id": n, "name": f"Pessoa {n}", "email": f"p{n}@exemplo.example", "created_at": begun}
                       for n in range(1, PEOPLE + 1)))  # fmt: skip
    bulk.rows(Company, ({"id": n, "cnpj": f"{n:014d}", "root": f"{n:014d}"[:8], "name": f"Empresa {n}",
                         "created_at": begun} for n in range(1, COMPANIES + 1)))  # fmt: skip
    bulk.rows(Membership, ({"id": n, "person_id": n, "company_id": company_of(n), "started_at": begun}
                           for n in range(1, PEOPLE + 1)))  # fmt: skip
    bulk.rows(StaffRole, [{"person_id": PEOPLE, "role": "product_manager"}])
    newest = bulk.one("SELECT max(number) FROM conduct_version")
    bulk.rows(ConductAcceptance, ({"person_id": n, "version": newest, "accepted_at": begun}
                                  for n in range(1, PEOPLE + 1)))  # fmt: skip


def company_of(person: int) -> int:
    """The company in whose name a person of that number acts."""
    return (person - 1) % COMPANIES + 1


def _products(bulk: Bulk) -> None:
    named = [("ERP", 4), ("RH", 3), ("Vendas", 3)]
    bulk.rows(Product, ({"id": n, "key": name.lower(), "name_pt": name, "name_es": name, "name_en": name, "position": n}
                        for n, (name, _) in enumerate(named, 1)))  # fmt: skip
    modules = [(product, place) for product, (_, many) in enumerate(named, 1) for place in range(1, many + 1)]
    bulk.rows(Module, ({"id": n, "product_id": product, "key": f"m{place}", "name_pt": f"Módulo {place}",
                        "name_es": f"Módulo {place}", "name_en": f"Module {place}", "position": place}
                       for n, (product, place) in enumerate(modules, 1)))  # fmt: skip
    out = TODAY - timedelta(days=40)
    bulk.rows(Release, ({"id": n, "product_id": n, "version": "12.1.2510", "announced_at": out, "published_at": out}
                        for n in range(1, len(named) + 1)))  # fmt: skip


class _Ideas:
    """Ideas with their votes, comments, answers and search terms, chunk by chunk: memory stays flat."""

    def __init__(self, bulk: Bulk, number: int) -> None:
        self._bulk, self._number = bulk, number
        self._chance = random.Random(SEED + number)  # noqa: S311 - made-up votes, not secrets
        self._words = words()
        self._vote = 0
        self._terms: Counter[str] = Counter()
        self._written: dict[str, str] = {}

    def make(self) -> None:
        numbers = iter(range(1, self._number + 1))
        while chunk := list(islice(numbers, CHUNK)):
            ideas, votes, comments, documents = [], [], [], []
            for number in chunk:
                idea, cast, said = self._one(number)
                ideas.append(idea)
                votes += cast
                comments += said
                documents.append((number, terms.document(idea["title"], idea["problem"], "pt-BR")))
            self._bulk.rows(Idea, ideas)
            self._bulk.rows(Vote, votes)
            self._bulk.rows(Comment, comments)
            self._index(documents)
        self._bulk.vocabulary((term, self._written[term], count) for term, count in self._terms.items())
        self._follow_up()

    def _one(self, number: int) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
        chance = self._chance
        published = TODAY - timedelta(minutes=chance.randrange(1, 1000 * 24 * 60))
        status = chance.choices(list(_STATUSES), _STATUSES.values())[0]
        product = chance.randint(1, 3)
        author = chance.randint(1, PEOPLE)
        votes = [self._cast(number, person, published) for person in self._voters()]
        said = [{"idea_id": number, "author_id": chance.randint(1, PEOPLE), "text": self._sentence(20),
                 "language": "pt-BR", "created_at": published} for _ in range(self._comments())]  # fmt: skip
        idea = {
            "id": number, "root_id": number, "title": self._sentence(_TITLE), "problem": self._sentence(_BODY),
            "product_id": product, "module_id": {1: 0, 2: 4, 3: 7}[product] + chance.randint(1, 3),
            "kind": chance.choice(("improvement", "innovation")), "status_key": status,
            "delivered_release_id": product if status == "delivered" else None,
            "author_id": author, "company_id": company_of(author), "published_at": published,
            "answered_at": self._later(published) if status in _ANSWERED else None,
            "people_count": len(votes), "total_count": len(votes),
            "company_count": len({vote["company_id"] for vote in votes}),
            **{f"{importance}_count": sum(vote["importance"] == importance for vote in votes)
               for importance in Importance},
            "trending": sum(vote["term"] for vote in votes),
            "own_comments": len(said), "comment_count": len(said), "random_key": chance.randrange(RANDOM_KEYS),
        }  # fmt: skip
        return idea, votes, said

    def _voters(self) -> list[int]:
        """None for a quarter of all ideas; else few, now and then hundreds."""
        if self._chance.random() < 0.25:
            return []
        return self._chance.sample(range(1, PEOPLE + 1), min(int(self._chance.paretovariate(1.1)), PEOPLE // 2))

    def _comments(self) -> int:
        return min(int(self._chance.paretovariate(1)) - 1, 40) if self._chance.random() < 0.3 else 0

    def _cast(self, idea: int, person: int, published: datetime) -> dict[str, Any]:
        self._vote += 1
        cast_at = self._later(published)
        importance = self._chance.choices((None, "nice", "important", "critical"), (80, 7, 8, 5))[0]
        return {"id": self._vote, "person_id": person, "idea_id": idea, "company_id": company_of(person),
                "term": trending.vote_score(cast_at), "cast_at": cast_at, "importance": importance}  # fmt: skip

    def _later(self, than: datetime) -> datetime:
        return than + (TODAY - than) * self._chance.random() ** 2

    def _sentence(self, length: int) -> str:
        return " ".join(self._words.some(self._chance, length)).capitalize() + "."

    def _index(self, documents: list[tuple[int, terms.Document]]) -> None:
        self._bulk.documents(documents)
        for _, document in documents:
            self._terms.update(document.written.keys())
            self._written |= {term: word for term, word in document.written.items() if term not in self._written}

    def _follow_up(self) -> None:
        """What follows from votes and answers, made by the database."""
        self._bulk.copy(VoteEvent, "vote", vote_id="id", person_id="person_id", idea_id="idea_id",
                        company_id="company_id", what="'cast'", by_id="person_id", importance="importance",
                        at="cast_at")  # fmt: skip
        self._bulk.copy(Follow, "vote", person_id="person_id", idea_id="idea_id", voted="true", author="false",
                        commented="false", chose="false")  # fmt: skip
        self._bulk.copy(OfficialResponse, "idea WHERE answered_at IS NOT NULL", idea_id="id", text="problem",
                        language="'pt-BR'", by_id=str(PEOPLE), at="answered_at")  # fmt: skip


def pairs_of_words(number: int) -> list[str]:
    """Different searches of two words, each word frequent enough that most pairs find ideas."""
    frequent = words().vocabulary[10:110]
    pairs = [f"{one} {other}" for one, other in itertools.permutations(frequent, 2)]
    return random.Random(SEED).sample(pairs, number)  # noqa: S311 - an order, not a secret


def two_words(ideas: Iterator[int] | None = None) -> str:
    """A search of two words that about one idea in forty has."""
    vocabulary = words().vocabulary
    return f"{vocabulary[30]} {vocabulary[45]}"
