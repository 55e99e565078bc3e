"""Search on PostgreSQL: one table per kind with a `tsvector`, and GIN indexes on it and on its titles' terms.

Vectors and queries are built from our terms and cast, not parsed by the server's text search, so that both engines
index the same terms.
"""

# ruff: noqa: S608 - engines.validated checks the kind

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, Float, Subquery, Text, text

from ideas.search.expressions import MAX_PREFIX_TERMS, Syntax
from ideas.search.terms import Document

SYNTAX = Syntax(both=" & ", either=" | ", quote="'")

#: The indexed expression.
_TITLE = "array_to_tsvector(title_terms)"

#: The GIN index collects all hits before the newest are known. Scanning the documents from the newest costs a fifth
#: per document and stops at the limit, so it is faster when hits are frequent: when the hits in a sample of the newest
#: documents, squared, times the number of documents exceed _SCAN_THRESHOLD.
_SAMPLE_SIZE, _MAX_SCANNED, _SCAN_THRESHOLD = 1_000, 50_000, 100_000_000


def stored_terms(connection: Connection, kind: str, id: int) -> set[str]:
    """Return the terms a document was indexed with, and lock its row until the transaction ends."""
    statement = f"SELECT tsvector_to_array(terms) FROM {kind}_search WHERE id = :id FOR UPDATE"
    return set(connection.scalar(text(statement), {"id": id}) or ())


def upsert(connection: Connection, kind: str, id: int, document: Document) -> None:
    """Store a document's terms, replacing the previous ones."""
    connection.execute(
        text(
            f"INSERT INTO {kind}_search (id, title, terms) VALUES (:id, :title, CAST(:terms AS tsvector))"
            " ON CONFLICT (id) DO UPDATE SET title = excluded.title, terms = excluded.terms"
        ),
        {"id": id, "title": document.title, "terms": vector(document)},
    )


def delete(connection: Connection, kind: str, id: int) -> None:
    """Delete a document's terms."""
    connection.execute(text(f"DELETE FROM {kind}_search WHERE id = :id"), {"id": id})


#: PostgreSQL's limit for a position in a vector.
_MAX_POSITION = 16_383


def vector(document: Document) -> str:
    """Return a `tsvector` literal: title terms have weight A, which fills the column `title_terms`, body terms B."""
    weights = ["A"] * len(document.title_terms) + ["B"] * len(document.body_terms)
    weighted = zip((*document.title_terms, *document.body_terms), weights, strict=True)
    return " ".join(
        f"'{term}':{min(position, _MAX_POSITION)}{weight}" for position, (term, weight) in enumerate(weighted, 1)
    )


def matching(kind: str) -> Subquery:
    """Select (id, title_terms) of the newest documents that match :query, and of the newest whose title matches it.

    At most :limit of each.
    """
    expression = "(SELECT expression FROM query)"
    matches, title_matches = f"terms @@ {expression}", f"{_TITLE} @@ {expression}"
    # Below the limit, `newest` already contains every match, unless the scan stopped early.
    if_limited = "(SELECT frequent OR (SELECT count(*) >= :limit FROM newest) FROM sample)"
    statement = f"""
        WITH query (expression) AS MATERIALIZED ({_expanded(kind, "query")}),
        sample (frequent, frequent_in_titles) AS MATERIALIZED (
            SELECT {_is_frequent(kind, "count(*)")}, {_is_frequent(kind, f"count(*) FILTER (WHERE {title_matches})")}
            FROM (SELECT * FROM {kind}_search ORDER BY id DESC LIMIT {_SAMPLE_SIZE}) AS latest WHERE {matches}
        ),
        newest AS MATERIALIZED ({_newest(kind, matches, frequent="(SELECT frequent FROM sample)")}),
        titled AS MATERIALIZED (
            {_newest(kind, f"{if_limited} AND {title_matches}", frequent="(SELECT frequent_in_titles FROM sample)")}
        )
        SELECT id, array_to_string(title_terms, ' ') AS title_terms
        FROM (SELECT id, title_terms FROM newest UNION SELECT id, title_terms FROM titled) AS found
    """
    return text(statement).columns(id=BigInteger, title_terms=Text).subquery()


def sharing_terms(kind: str, frequent: Sequence[bool]) -> Subquery:
    """Select (id, rank, title) of :max_candidates documents whose title matches any of :query_0, :query_1 …

    Only the newest :limit of each query are read. The rank is the sum of :weight_0, :weight_1 … of the matching
    queries. A query that `frequent` marks is answered by a scan.
    """
    each = " UNION ALL ".join(f"({_branch(kind, branch, scan)})" for branch, scan in enumerate(frequent))
    statement = f"""
        WITH branch (id, weight) AS ({each}),
        candidate (id, rank) AS (
            SELECT id, sum(weight) FROM branch GROUP BY id ORDER BY 2 DESC, 1 DESC LIMIT :max_candidates
        )
        SELECT id, rank, title FROM candidate JOIN {kind}_search USING (id)
    """
    return text(statement).columns(id=BigInteger, rank=Float, title=Text).subquery()


def _branch(kind: str, branch: int, scan: bool) -> str:
    matches = f"{_TITLE} @@ ({_expanded(kind, f'query_{branch}')})"
    newest = _scanned(kind, matches) if scan else _from_index(kind, matches)
    return f"SELECT id, CAST(:weight_{branch} AS double precision) FROM ({newest}) AS newest"


def _is_frequent(kind: str, hits: str) -> str:
    """Return SQL for whether the sample has so many hits that a scan is faster. Computed in floats, to not overflow."""
    return f"CAST({hits} AS double precision) ^ 2 * (SELECT max(id) FROM {kind}_search) > {_SCAN_THRESHOLD}"


def _newest(kind: str, condition: str, *, frequent: str) -> str:
    """Return SQL for the newest hits, by a scan or from the index."""
    scanned = _scanned(kind, f"{frequent} AND {condition}")
    from_index = _from_index(kind, f"NOT {frequent} AND {condition}")
    return f"({scanned}) UNION ALL ({from_index})"


def _scanned(kind: str, condition: str) -> str:
    return f"""
        SELECT id, title_terms FROM (SELECT * FROM {kind}_search ORDER BY id DESC LIMIT {_MAX_SCANNED}) AS latest
        WHERE {condition} LIMIT :limit
    """


def _from_index(kind: str, condition: str) -> str:
    """OFFSET 0 stops the planner, which cannot estimate the hits, from choosing a scan."""
    return f"""
        SELECT id, title_terms FROM (SELECT id, title_terms FROM {kind}_search WHERE {condition} OFFSET 0) AS hit
        ORDER BY id DESC LIMIT :limit
    """


def _expanded(kind: str, pieces: str) -> str:
    """Return SQL for the match expression, with each prefix expanded to its most frequent terms."""
    return f"""
        SELECT CAST(string_agg((piece ->> 0) || coalesce((
            SELECT string_agg(' | ''' || term || '''', '') FROM (
                SELECT term FROM {kind}_term WHERE term >= piece ->> 1 AND term < (piece ->> 1) || chr(1114111)
                AND NOT jsonb_exists(piece -> 2, term) ORDER BY documents DESC, term LIMIT {MAX_PREFIX_TERMS}
            ) AS expansion
        ), ''), '' ORDER BY position) AS tsquery)
        FROM jsonb_array_elements(CAST(:{pieces} AS jsonb)) WITH ORDINALITY AS pieces (piece, position)
    """
