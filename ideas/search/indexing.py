"""Update the search index within the caller's transaction."""

from ideas.search import engines, vocabulary
from ideas.search.engines import Database
from ideas.search.terms import document


def index(database: Database, kind: str, id: int, title: str, body: str, lang: str) -> None:
    """Index a document by these texts, replacing its previous terms. `lang` is the language of the texts.

    Call it last in an operation: it locks the rows of common terms until the transaction ends.
    """
    engine, connection = engines.resolve(database)
    kind, new = engines.validated(kind), document(title, body, lang)
    old = engine.stored_terms(connection, kind, id)
    engine.upsert(connection, kind, id, new)
    gained = {term: word for term, word in new.written.items() if term not in old}
    vocabulary.update_counts(connection, kind, gained, lost=old - new.terms)


def remove(database: Database, kind: str, id: int) -> None:
    """Remove a document from the index, and its terms from the vocabulary if no other document has them."""
    engine, connection = engines.resolve(database)
    old = engine.stored_terms(connection, engines.validated(kind), id)
    engine.delete(connection, kind, id)
    vocabulary.update_counts(connection, kind, {}, lost=old)
