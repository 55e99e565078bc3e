"""The values of a notification's sentence in the reader's language."""

from ideas.outbox.kinds import Wording


def facts_in(language: str, wording: Wording, *, by: str) -> dict[str, object]:
    """Return the values, names translated to the language ("pt-BR", "es" or "en"), and `by`, the actor's name."""
    named = {key: fact.name_in(language) if hasattr(fact, "name_in") else fact for key, fact in wording.facts.items()}
    return named | {"by": by}
