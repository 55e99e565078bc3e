"""Search on SQLite: one FTS5 table per kind. It stores the terms, so that they can be removed exactly.

The terms are already stemmed, so the tokenizer only splits at spaces: `ascii` treats every character beyond ASCII as
part of a term.
"""

# ruff: noqa: S608 - engines.validated checks the kind

from collections.abc import Sequence

from sqlalchemy import Connection, Float, Integer, Subquery, Text, text

from ideas.search.expressions import MAX_PREFIX_TERMS, Syntax
from ideas.search.terms import Document

SYNTAX = Syntax(both=" AND ", either=" OR ", quote='"')


def stored_terms(connection: Connection, kind: str, id: int) -> set[str]:
    """Return the terms a document was indexed with."""
    row = connection.execute(
        text(f"SELECT title_terms, body_terms FROM {kind}_search WHERE rowid = :id"), {"id": id}
    ).one_or_none()
    return set(" ".join(row).split()) if row else set()


def upsert(connection: Connection, kind: str, id: int, document: Document) -> None:
    """Store a document's terms, replacing the previous ones."""
    delete(connection, kind, id)
    connection.execute(
        text(
            f"INSERT INTO {kind}_search (rowid, title_terms, body_terms, title)"
            " VALUES (:id, :title_terms, :body_terms, :title)"
        ),
        {
            "id": id,
            "title_terms": " ".join(document.title_terms),
            "body_terms": " ".join(document.body_terms),
            "title": document.title,
        },
    )


def delete(connection: Connection, kind: str, id: int) -> None:
    """Delete a document's terms."""
    connection.execute(text(f"DELETE FROM {kind}_search WHERE rowid = :id"), {"id": id})


def matching(kind: str) -> Subquery:
    """Select (id, title_terms) of the newest documents that match :query, and of the newest whose title matches it.

    At most :limit of each.
    """
    # Below the limit, `newest` already contains every match.
    if_limited = "(SELECT count(*) = :limit FROM newest)"
    titled = _in_title("SELECT expression FROM query")
    statement = f"""
        WITH query (expression) AS MATERIALIZED ({_expanded(kind, "query")}),
        newest AS MATERIALIZED ({_newest(kind, "(SELECT expression FROM query)")}),
        titled AS MATERIALIZED ({_newest(kind, titled, only_if=if_limited)})
        SELECT id, title_terms FROM newest UNION SELECT id, title_terms FROM titled
    """
    return text(statement).columns(id=Integer, title_terms=Text).subquery()


def sharing_terms(kind: str, frequent: Sequence[bool]) -> Subquery:
    """Select (id, rank, title) of :max_candidates documents whose title matches any of :query_0, :query_1 …

    Only the newest :limit of each query are read. The rank is the sum of :weight_0, :weight_1 … of the matching
    queries. There are as many queries as items in `frequent`.
    """
    each = " UNION ALL ".join(_branch(kind, branch) for branch in range(len(frequent)))
    statement = f"""
        WITH branch (id, weight) AS ({each}),
        candidate (id, rank) AS (
            SELECT id, sum(weight) FROM branch GROUP BY id ORDER BY 2 DESC, 1 DESC LIMIT :max_candidates
        )
        SELECT candidate.id, candidate.rank, title FROM candidate
        JOIN {kind}_search ON {kind}_search.rowid = candidate.id
    """
    return text(statement).columns(id=Integer, rank=Float, title=Text).subquery()


def _branch(kind: str, branch: int) -> str:
    newest = _newest(kind, _in_title(_expanded(kind, f"query_{branch}")))
    return f"SELECT id, :weight_{branch} FROM ({newest})"


def _newest(kind: str, expression: str, only_if: str = "true") -> str:
    """Return SQL for the newest matches. FTS5 reads hits in rowid order, so it stops at the limit."""
    return f"""
        SELECT rowid AS id, title_terms FROM {kind}_search WHERE {only_if} AND {kind}_search MATCH {expression}
        ORDER BY rowid DESC LIMIT :limit
    """


def _in_title(expression: str) -> str:
    return f"('title_terms : (' || ({expression}) || ')')"


def _expanded(kind: str, pieces: str) -> str:
    """Return SQL for the match expression, with each prefix expanded to its most frequent terms."""
    return f"""
        SELECT group_concat(json_extract(piece, '$[0]') || coalesce((
            SELECT group_concat(' OR "' || term || '"', '') FROM (
                SELECT term FROM {kind}_term
                WHERE term >= json_extract(piece, '$[1]') AND term < json_extract(piece, '$[1]') || char(1114111)
                AND term NOT IN (SELECT value FROM json_each(piece, '$[2]'))
                ORDER BY documents DESC, term LIMIT {MAX_PREFIX_TERMS}
            )
        ), ''), '')
        FROM (SELECT value AS piece FROM json_each(:{pieces}) ORDER BY key)
    """
