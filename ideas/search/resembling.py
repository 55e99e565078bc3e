"""How much two titles say the same thing, from 0 to 1. Pure.

Two measures, the better one counts: the share of the typed title's concepts that the other title
has, rare ones weighing more (a synonym is the same concept); and the share of its letters in
threes, for misspelt and joined words.
"""

from collections.abc import Mapping
from math import log

from ideas.search import synonyms, terms

#: At least this share must be common for two titles to be shown as alike.
THRESHOLD = 0.6

_FEWEST_TRIGRAMS = 12


def likeness(typed: str, other: str, rarity: Mapping[str, float]) -> float:
    """The likeness of a typed title to another; `rarity` weighs its concepts (unknown ones: 1)."""
    return max(_common_concepts(typed, other, rarity), _common_trigrams(typed, other))


def concepts(title: str) -> frozenset[str]:
    """What a title speaks of: a key for each word's stem, or for the group of a known phrase."""
    folded = [word.folded for word in terms.words(title)]
    return frozenset(
        "=" + group.phrases[0][0] if group else terms.stem(folded[start], "pt")
        for start, _, group in synonyms.parts(folded)
    )


def rarity(documents: int, total: int) -> float:
    """The weight of a concept that so many of all the documents have."""
    return log(1 + total / max(documents, 1))


def _common_concepts(typed: str, other: str, weights: Mapping[str, float]) -> float:
    ours = concepts(typed)
    total = sum(weights.get(concept, 1) for concept in ours)
    return sum(weights.get(concept, 1) for concept in ours & concepts(other)) / total if total else 0.0


def _common_trigrams(typed: str, other: str) -> float:
    ours, theirs = _trigrams(typed), _trigrams(other)
    return len(ours & theirs) / max(min(len(ours), len(theirs)), _FEWEST_TRIGRAMS)


def _trigrams(title: str) -> set[str]:
    padded = " ".join(["", *(word.folded for word in terms.words(title)), ""])
    return {padded[at : at + 3] for at in range(len(padded) - 2)}
