"""Search on SQLite: one FTS5 table per kind, which keeps its terms so that removing is exact.

The terms are ready-made, so the engine's tokenizer only splits at spaces: `ascii` takes every
character beyond ASCII as part of a term.
"""

# ruff: noqa: S608 - a kind is a name of the code's own, checked by engines.checked

from collections.abc import Sequence

from sqlalchemy import Connection, Float, Integer, Subquery, Text, text

from ideas.search.expressions import MOST_BEGUN, Syntax
from ideas.search.terms import Document

SYNTAX = Syntax(both=" AND ", either=" OR ", quote='"')


def stored_terms(connection: Connection, kind: str, id: int) -> set[str]:
    """The terms a document was indexed with."""
    row = connection.execute(
        text(f"SELECT title_terms, body_terms FROM {kind}_search WHERE rowid = :id"), {"id": id}
    ).one_or_none()
    return set(" ".join(row).split()) if row else set()


def put(connection: Connection, kind: str, id: int, document: Document) -> None:
    """Keep a document's terms, in place of those it had."""
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
    """Forget a document's terms."""
    connection.execute(text(f"DELETE FROM {kind}_search WHERE rowid = :id"), {"id": id})


def found(kind: str) -> Subquery:
    """(id, title_terms) of the newest documents that match :sought, and of the newest that do in their title.

    At most :most of each.
    """
    # With fewer than that, all are among the first already.
    cut = "(SELECT count(*) = :most FROM newest)"
    titled = _in_title("SELECT expression FROM sought")
    statement = f"""
        WITH sought (expression) AS MATERIALIZED ({_completed(kind, "sought")}),
        newest AS MATERIALIZED ({_newest(kind, "(SELECT expression FROM sought)")}),
        titled AS MATERIALIZED ({_newest(kind, titled, only_if=cut)})
        SELECT id, title_terms FROM newest UNION SELECT id, title_terms FROM titled
    """
    return text(statement).columns(id=Integer, title_terms=Text).subquery()


def near(kind: str, often: Sequence[bool]) -> Subquery:
    """(id, rank, title) of the :likeliest documents whose title matches one of :sought_0, :sought_1 …

    Among the newest :most of each; the rank is the sum of their :weight_0, :weight_1 … There are as many as in `often`.
    """
    each = " UNION ALL ".join(_leg(kind, leg) for leg in range(len(often)))
    statement = f"""
        WITH leg (id, weight) AS ({each}),
        near (id, rank) AS (SELECT id, sum(weight) FROM leg GROUP BY id ORDER BY 2 DESC, 1 DESC LIMIT :likeliest)
        SELECT near.id, near.rank, title FROM near JOIN {kind}_search ON {kind}_search.rowid = near.id
    """
    return text(statement).columns(id=Integer, rank=Float, title=Text).subquery()


def _leg(kind: str, leg: int) -> str:
    newest = _newest(kind, _in_title(_completed(kind, f"sought_{leg}")))
    return f"SELECT id, :weight_{leg} FROM ({newest})"


def _newest(kind: str, expression: str, only_if: str = "true") -> str:
    """The engine walks its hits from the newest, so it reads no more of them than are wanted."""
    return f"""
        SELECT rowid AS id, title_terms FROM {kind}_search WHERE {only_if} AND {kind}_search MATCH {expression}
        ORDER BY rowid DESC LIMIT :most
    """


def _in_title(expression: str) -> str:
    return f"('title_terms : (' || ({expression}) || ')')"


def _completed(kind: str, pieces: str) -> str:
    """The expression in those pieces, with the most frequent terms that begin as they say."""
    return f"""
        SELECT group_concat(json_extract(piece, '$[0]') || coalesce((
            SELECT group_concat(' OR "' || term || '"', '') FROM (
                SELECT term FROM {kind}_term
                WHERE term >= json_extract(piece, '$[1]') AND term < json_extract(piece, '$[1]') || char(1114111)
                AND term NOT IN (SELECT value FROM json_each(piece, '$[2]'))
                ORDER BY documents DESC, term LIMIT {MOST_BEGUN}
            )
        ), ''), '')
        FROM (SELECT value AS piece FROM json_each(:{pieces}) ORDER BY key)
    """
