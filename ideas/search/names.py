"""Finding people and companies by the beginnings of the words in their names.

Names are neither stemmed nor corrected, so they have an index of their own: a row for each word. A
table's class says once what it is found by (`keep`), and its rows keep their words by themselves.
"""

import re
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, event, insert, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from ideas.db import Base
from ideas.search.models import NameWord
from ideas.text import fold

#: Words of one search; and letters of one word that are compared.
_MOST_WORDS, _LONGEST = 8, 40


def keep(model: type[Base], thing: str, *columns: str) -> None:
    """Let rows of this table be found by these columns from now on. Bulk statements pass it by."""

    def written(mapper: Mapper[Any], connection: Connection, row: Any) -> None:
        if any(inspect(row).attrs[column].history.has_changes() for column in columns):
            _put(connection, thing, row.id, " ".join(getattr(row, column) or "" for column in columns))

    event.listen(model, "after_insert", written)
    event.listen(model, "after_update", written)


def matching(thing: str, id: InstrumentedAttribute[int], typed: str) -> list[ColumnElement[bool]]:
    """Conditions for rows that have, for each word typed, a word that begins with it."""
    return [id.in_(_beginning(thing, word)) for word in words_of(typed)[:_MOST_WORDS]]


def words_of(text: str) -> list[str]:
    """The words of a name, an e-mail or a number, folded, each once."""
    found = re.findall("[a-z0-9]+", fold(text))
    return list(dict.fromkeys(word[:_LONGEST] for word in found))


def _beginning(thing: str, word: str) -> Any:
    # "{" comes right after "z": the range holds every word that begins so.
    return select(NameWord.thing_id).where(NameWord.thing == thing, NameWord.word >= word, NameWord.word < word + "{")


def _put(connection: Connection, thing: str, id: int, text: str) -> None:
    connection.execute(delete(NameWord).where(NameWord.thing == thing, NameWord.thing_id == id))
    rows = [{"thing": thing, "thing_id": id, "word": word} for word in words_of(text)]
    if rows:
        connection.execute(insert(NameWord), rows)
