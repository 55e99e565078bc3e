"""Search people and companies by the prefixes of the words in their names.

Names are neither stemmed nor corrected, so they have an index of their own with one row per word. A model declares
its searchable columns once (`index_columns`); mapper events then maintain the index.
"""

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, event, insert, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from ideas.db import Base
from ideas.search.models import NameWord
from ideas.text import fold

_MAX_QUERY_WORDS = 8
_MAX_WORD_LENGTH = 40


def index_columns(model: type[Base], thing: str, *columns: str) -> None:
    """Index these columns of a model. Bulk statements bypass the index."""

    def update_words(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        if any(inspect(row).attrs[column].history.has_changes() for column in columns):
            _replace_words(connection, thing, row.id, " ".join(getattr(row, column) or "" for column in columns))

    event.listen(model, "after_insert", update_words)
    event.listen(model, "after_update", update_words)


def matching(thing: str, id: InstrumentedAttribute[int], text: str) -> list[ColumnElement[bool]]:
    """Return the conditions for rows that have, for each word of `text`, a word that starts with it."""
    return [id.in_(_starting_with(thing, word)) for word in words_of(text)[:_MAX_QUERY_WORDS]]


def words_of(text: str) -> list[str]:
    """Return the distinct words of a name, an email or a number, folded."""
    found = re.findall("[a-z0-9]+", fold(text))
    return list(dict.fromkeys(word[:_MAX_WORD_LENGTH] for word in found))


def _starting_with(thing: str, word: str) -> Any:
    # "{" sorts right after "z", so the range contains every word with this prefix.
    return select(NameWord.thing_id).where(NameWord.thing == thing, NameWord.word >= word, NameWord.word < word + "{")


def _replace_words(connection: Connection, thing: str, id: int, text: str) -> None:
    connection.execute(delete(NameWord).where(NameWord.thing == thing, NameWord.thing_id == id))
    rows = [{"thing": thing, "thing_id": id, "word": word} for word in words_of(text)]
    if rows:
        connection.execute(insert(NameWord), rows)
