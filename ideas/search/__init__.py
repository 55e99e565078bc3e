"""Search: one small interface for every kind of document, with SQLite and PostgreSQL behind it.

To make its rows searchable, a feature creates the tables of its kind in a migration (`release_item_search` and
`release_item_term` are an example), calls `index` and `remove` in its operations, as the last step before the edge
commits, and joins the matches with the rows a person may see:

    found = search.matching(session, "idea", search.parse(text))
    rows = select(Idea.id, found.documents.c.title_terms).join(found.documents, found.documents.c.id == Idea.id)
    ranks = found.best(session.execute(rows, found.values))

parse       parse search text into a query
matching    the documents that have every part of a query
corrected   a query without hits, with unknown words replaced by similar ones
similar     documents with a similar title
candidates  the same, for the caller to join and compare: one statement less

terms · stop_words · synonyms   split text into terms
indexing · finding              update the index; search it
queries · correcting            parse search text, correct its spelling
expressions · ranking           build match expressions, rank the hits
vocabulary                      the number of documents that have each term
similarity                      the similarity of two titles
sqlite · postgres · engines     the two engines, with the same functions, and which one serves a database
names                           people and companies by the prefixes of their names

A *kind* is a name from the code, such as "idea"; it is part of table names and never user input.
Edited synonyms apply at once; after a change in the stemming, reindex every document.
"""

from ideas.search.finding import (
    MAX_HITS,
    Candidates,
    Matches,
    SimilarDocument,
    best_candidates,
    candidates,
    corrected,
    matching,
    similar,
)
from ideas.search.indexing import index, remove
from ideas.search.queries import Query, parse

__all__ = [
    "MAX_HITS",
    "Candidates",
    "Matches",
    "Query",
    "SimilarDocument",
    "best_candidates",
    "candidates",
    "corrected",
    "index",
    "matching",
    "parse",
    "remove",
    "similar",
]
