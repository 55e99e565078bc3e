"""The facts of a notice in its reader's language, for the sentence that they fill."""

from ideas.outbox.kinds import Words


def facts_in(language: str, words: Words, *, by: str) -> dict[str, object]:
    """What fills the sentence's places: names in that language ("pt-BR", "es" or "en"), and `by`, who did it."""
    named = {key: fact.name_in(language) if hasattr(fact, "name_in") else fact for key, fact in words.facts.items()}
    return named | {"by": by}
