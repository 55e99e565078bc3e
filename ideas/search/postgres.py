"""Search on PostgreSQL: one table per kind with a `tsvector`, and GIN indexes on it and on its titles' terms.

Vectors and queries are written out term by term and cast, never parsed by the server's own text
search, so that both engines know exactly the same terms.
"""

# ruff: noqa: S608 - a kind is a name of the code's own, checked by engines.checked

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, Float, Subquery, Text, text

from ideas.search.expressions import MOST_BEGUN, Syntax
from ideas.search.terms import Document

SYNTAX = Syntax(both=" & ", either=" | ", quote="'")

#: As it is indexed.
_TITLE = "array_to_tsvector(title_terms)"

#: The index gathers all hits, each from a page of its own, before the newest are known; walking the documents
#: from the newest costs a fifth of that for each, and ends when enough are found. So it is the quicker way
#: where hits are many, of those probed and of all: their square times the documents, more than this.
_PROBED, _WALKED, _WORTH_WALKING = 1_000, 50_000, 100_000_000


def stored_terms(connection: Connection, kind: str, id: int) -> set[str]:
    """The terms a document was indexed with; the row stays locked until the transaction ends."""
    statement = f"SELECT tsvector_to_array(terms) FROM {kind}_search WHERE id = :id FOR UPDATE"
    return set(connection.scalar(text(statement), {"id": id}) or ())


def put(connection: Connection, kind: str, id: int, document: Document) -> None:
    """Keep a document's terms, in place of those it had."""
    connection.execute(
        text(
            f"INSERT INTO {kind}_search (id, title, terms) VALUES (:id, :title, CAST(:terms AS tsvector))"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, terms = excluded.terms"
        ),
        {"id": id, "title": document.title, "terms": vector(document)},
    )


def delete(connection: Connection, kind: str, id: int) -> None:
    """Forget a document's terms."""
    connection.execute(text(f"DELETE FROM {kind}_search WHERE id = :id"), {"id": id})


#: The server's own limit for a place in a vector.
_LAST_PLACE = 16_383


def vector(document: Document) -> str:
    """Title terms weigh A, by which the table's `title_terms` knows them, and body terms B."""
    weights = ["A"] * len(document.title_terms) + ["B"] * len(document.body_terms)
    placed = zip((*document.title_terms, *document.body_terms), weights, strict=True)
    return " ".join(f"'{term}':{min(place, _LAST_PLACE)}{weight}" for place, (term, weight) in enumerate(placed, 1))


def found(kind: str) -> Subquery:
    """(id, title_terms) of the newest documents that match :sought, and of the newest that do in their title.

    At most :most of each.
    """
    said = "(SELECT expression FROM sought)"
    matching, titled = f"terms @@ {said}", f"{_TITLE} @@ {said}"
    # With fewer than that, all are among the first already, unless those were walked for.
    cut = "(SELECT often OR (SELECT count(*) >= :most FROM newest) FROM probed)"
    statement = f"""
        WITH sought (expression) AS MATERIALIZED ({_completed(kind, "sought")}),
        probed (often, often_titled) AS MATERIALIZED (
            SELECT {_often(kind, "count(*)")}, {_often(kind, f"count(*) FILTER (WHERE {titled})")}
            FROM (SELECT * FROM {kind}_search ORDER BY id DESC LIMIT {_PROBED}) AS latest WHERE {matching}
        ),
        newest AS MATERIALIZED ({_newest(kind, matching, often="(SELECT often FROM probed)")}),
        titled AS MATERIALIZED ({_newest(kind, f"{cut} AND {titled}", often="(SELECT often_titled FROM probed)")})
        SELECT id, array_to_string(title_terms, ' ') AS title_terms
        FROM (SELECT id, title_terms FROM newest UNION SELECT id, title_terms FROM titled) AS found
    """
    return text(statement).columns(id=BigInteger, title_terms=Text).subquery()


def near(kind: str, often: Sequence[bool]) -> Subquery:
    """(id, rank, title) of the :likeliest documents whose title matches one of :sought_0, :sought_1 …

    Among the newest :most of each; the rank is the sum of their :weight_0, :weight_1 … Those that are in
    titles `often` are walked for.
    """
    each = " UNION ALL ".join(f"({_leg(kind, leg, walked)})" for leg, walked in enumerate(often))
    statement = f"""
        WITH leg (id, weight) AS ({each}),
        near (id, rank) AS (SELECT id, sum(weight) FROM leg GROUP BY id ORDER BY 2 DESC, 1 DESC LIMIT :likeliest)
        SELECT id, rank, title FROM near JOIN {kind}_search USING (id)
    """
    return text(statement).columns(id=BigInteger, rank=Float, title=Text).subquery()


def _leg(kind: str, leg: int, walked: bool) -> str:
    said = f"{_TITLE} @@ ({_completed(kind, f'sought_{leg}')})"
    newest = _walked(kind, said) if walked else _gathered(kind, said)
    return f"SELECT id, CAST(:weight_{leg} AS double precision) FROM ({newest}) AS newest"


def _often(kind: str, hits: str) -> str:
    """Are there so many hits among the documents probed? A product of floats, since it may be large."""
    return f"CAST({hits} AS double precision) ^ 2 * (SELECT max(id) FROM {kind}_search) > {_WORTH_WALKING}"


def _newest(kind: str, condition: str, *, often: str) -> str:
    """The newest hits, by whichever way."""
    walked, gathered = _walked(kind, f"{often} AND {condition}"), _gathered(kind, f"NOT {often} AND {condition}")
    return f"({walked}) UNION ALL ({gathered})"


def _walked(kind: str, condition: str) -> str:
    return f"""
        SELECT id, title_terms FROM (SELECT * FROM {kind}_search ORDER BY id DESC LIMIT {_WALKED}) AS latest
        WHERE {condition} LIMIT :most
    """


def _gathered(kind: str, condition: str) -> str:
    """OFFSET 0 keeps the planner, which can't know how many hits there are, from walking by itself."""
    return f"""
        SELECT id, title_terms FROM (SELECT id, title_terms FROM {kind}_search WHERE {condition} OFFSET 0) AS hit
        ORDER BY id DESC LIMIT :most
    """


def _completed(kind: str, pieces: str) -> str:
    """The expression in those pieces, with the most frequent terms that begin as they say."""
    return f"""
        SELECT CAST(string_agg((piece ->> 0) || coalesce((
            SELECT string_agg(' | ''' || term || '''', '') FROM (
                SELECT term FROM {kind}_term WHERE term >= piece ->> 1 AND term < (piece ->> 1) || chr(1114111)
                AND NOT jsonb_exists(piece -> 2, term) ORDER BY documents DESC, term LIMIT {MOST_BEGUN}
            ) AS begun
        ), ''), '' ORDER BY place) AS tsquery)
        FROM jsonb_array_elements(CAST(:{pieces} AS jsonb)) WITH ORDINALITY AS pieces (piece, place)
    """
