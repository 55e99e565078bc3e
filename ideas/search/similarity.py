"""The similarity of two titles, from 0 to 1. Pure functions.

The higher of two measures: the share of the first title's concepts that the other has, weighted by rarity (synonyms
are one concept); and the share of common trigrams, for misspelt and joined words.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import log

from ideas.search import queries, terms

#: The lowest score at which two titles count as similar.
THRESHOLD = 0.6

#: A title much shorter than the other is not similar just because the other contains it ("Limpeza").
_MIN_LENGTH_RATIO = 0.6
_MIN_TRIGRAMS = 12
#: Unrelated words share letters too ("férias", "período").
_TRIGRAM_WEIGHT = 0.9


def similarity(typed: str, other: str, rarity: Mapping[str, float]) -> float:
    """Return the similarity of a typed title to another; `rarity` weighs its concepts (unknown ones: 1)."""
    return max(_common_concepts(typed, other, rarity), _TRIGRAM_WEIGHT * _common_trigrams(typed, other))


def rarity(documents: int) -> float:
    """Return the weight of a concept that this many documents have."""
    return 1 / (2 + log(1 + max(documents, 1)))


def _common_concepts(typed: str, other: str, weights: Mapping[str, float]) -> float:
    ours = _concepts(typed)
    total = sum(weights.get(concept, 1) for concept in ours)
    return sum(weights.get(concept, 1) for concept in ours & _concepts(other)) / total if total else 0.0


_concepts = lru_cache(maxsize=8192)(queries.concepts)


def _common_trigrams(typed: str, other: str) -> float:
    ours, theirs = _trigrams(typed), _trigrams(other)
    shorter, longer = sorted((len(ours), len(theirs)))
    return len(ours & theirs) / max(shorter, _MIN_LENGTH_RATIO * longer, _MIN_TRIGRAMS)


@lru_cache(maxsize=8192)
def _trigrams(title: str) -> frozenset[str]:
    padded = " ".join(["", *(word.folded for word in terms.words(title)), ""])
    return frozenset(padded[at : at + 3] for at in range(len(padded) - 2))
