"""Search: one small interface for every kind of thing; SQLite and PostgreSQL behind it.

A feature that wants its things found makes the tables of its kind in a migration (`release_item_search`
and `release_item_term` show how), calls `index` and `remove` in its own deeds, as the last step before
its edge commits, and joins what matches with the rows a person may see:

    found = search.matching(session, "idea", search.parse(typed))
    rows = select(Idea.id, found.documents.c.title_terms).join(found.documents, found.documents.c.id == Idea.id)
    ranks = found.best(session.execute(rows, found.values))

parse       what was typed, as a query
matching    the documents that have all of it
corrected   the query, when it finds nothing: unknown words replaced by near ones
similar     documents whose title says nearly the same
candidates  the same, to be joined and compared by the caller: one statement less

terms · stop_words · synonyms   from texts to terms
indexing · finding              keeping what can be found; asking for it
queries · correcting            from what was typed to what is looked for
expressions · ranking           what an engine is told, and what becomes of its hits
vocabulary                      in how many documents each term stands
similarity                      how alike two titles are
sqlite · postgres · engines     the two engines, with the same functions; which serves a database
names                           people and companies by the beginnings of their names

A *kind* is a name the code gives, such as "idea": part of tables' names, never anything typed.
Synonyms hold at once when edited; after a change in the stemming, index everything again.
"""

from ideas.search.finding import (
    MOST_FOUND,
    Candidates,
    Matches,
    Resemblance,
    candidates,
    corrected,
    likeliest,
    matching,
    similar,
)
from ideas.search.indexing import index, remove
from ideas.search.queries import Query, parse

__all__ = [
    "MOST_FOUND",
    "Candidates",
    "Matches",
    "Query",
    "Resemblance",
    "candidates",
    "corrected",
    "index",
    "likeliest",
    "matching",
    "parse",
    "remove",
    "similar",
]
