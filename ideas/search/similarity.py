"""How much two titles say the same thing, from 0 to 1. Pure.

Two measures, the better one counts: the share of the typed title's concepts that the other title
has, rare ones weighing more (a synonym is the same concept); and the share of its letters in
threes, for misspelt and joined words.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import log

from ideas.search import queries, terms

#: At least this share must be common for two titles to be shown as alike.
THRESHOLD = 0.6

#: A title much shorter than the other is not alike for being contained in it ("Limpeza").
_SHORTEST_SHARE = 0.6
_FEWEST_TRIGRAMS = 12
#: Unlike words share letters too ("férias", "período").
_TRUST_IN_TRIGRAMS = 0.9


def likeness(typed: str, other: str, rarity: Mapping[str, float]) -> float:
    """The likeness of a typed title to another; `rarity` weighs its concepts (unknown ones: 1)."""
    return max(_common_concepts(typed, other, rarity), _TRUST_IN_TRIGRAMS * _common_trigrams(typed, other))


def rarity(documents: int) -> float:
    """The weight of a concept that so many documents have."""
    return 1 / (2 + log(1 + max(documents, 1)))


def _common_concepts(typed: str, other: str, weights: Mapping[str, float]) -> float:
    ours = _concepts(typed)
    total = sum(weights.get(concept, 1) for concept in ours)
    return sum(weights.get(concept, 1) for concept in ours & _concepts(other)) / total if total else 0.0


_concepts = lru_cache(maxsize=8192)(queries.concepts)


def _common_trigrams(typed: str, other: str) -> float:
    ours, theirs = _trigrams(typed), _trigrams(other)
    shorter, longer = sorted((len(ours), len(theirs)))
    return len(ours & theirs) / max(shorter, _SHORTEST_SHARE * longer, _FEWEST_TRIGRAMS)


@lru_cache(maxsize=8192)
def _trigrams(title: str) -> frozenset[str]:
    padded = " ".join(["", *(word.folded for word in terms.words(title)), ""])
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
