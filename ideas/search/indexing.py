"""Keeping what can be found equal to what there is, within the caller's transaction."""

from ideas.search import engines, vocabulary
from ideas.search.engines import Database
from ideas.search.terms import document


def index(database: Database, kind: str, id: int, title: str, body: str, lang: str) -> None:
    """Make a document findable by these texts alone, whatever it had before. `lang` is theirs.

    Call it last in a deed: it locks the rows of common terms until the transaction ends.
    """
    engine, connection = engines.of(database)
    kind, new = engines.checked(kind), document(title, body, lang)
    old = engine.stored_terms(connection, kind, id)
    engine.put(connection, kind, id, new)
    gained = {term: word for term, word in new.written.items() if term not in old}
    vocabulary.change(connection, kind, gained, lost=old - new.terms)


def remove(database: Database, kind: str, id: int) -> None:
    """Make a document findable no more, and its terms unknown if no other has them."""
    engine, connection = engines.of(database)
    old = engine.stored_terms(connection, engines.checked(kind), id)
    engine.delete(connection, kind, id)
    vocabulary.change(connection, kind, {}, lost=old)
