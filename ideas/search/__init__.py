"""Search: one small interface for every kind of thing; SQLite and PostgreSQL behind it.

A feature that wants its things found creates the tables of its kind in a migration
(`create_statements`), calls `index` and `remove` in its own deeds, as the last step before its
edge commits, and joins `matching` with the rows a person may see:

    query = search.understand(session, "idea", typed)
    hits = search.matching(session, "idea", query)
    select(Idea).join(hits, hits.c.id == Idea.id).order_by(hits.c.rank.desc(), Idea.id.desc())

understand  what was typed, as a query; unknown words corrected
matching    the documents that have all of it
similar     documents whose title says nearly the same
candidates  the same, to be joined and compared by the caller: one statement less

terms · stop_words · synonyms   from texts to terms
queries · correcting            from what was typed to what is looked for
vocabulary                      in how many documents each term stands
resembling                      how alike two titles are
sqlite · postgres               the two engines, with the same functions

A *kind* is a name the code gives, such as "idea": part of tables' names, never anything typed.
Synonyms hold at once when edited; after a change in the stemming, index everything again.
"""

from ideas.search.finding import MOST_RANKED, Candidates, Resemblance, candidates, matching, similar, understand
from ideas.search.indexing import create_statements, drop_statements, index, remove
from ideas.search.queries import Query

__all__ = [
    "MOST_RANKED",
    "Candidates",
    "Query",
    "Resemblance",
    "candidates",
    "create_statements",
    "drop_statements",
    "index",
    "matching",
    "remove",
    "similar",
    "understand",
]
