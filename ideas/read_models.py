"""Read models: typed rows for pages, filled from columns by name.

A page selects columns instead of loading ORM objects: that takes half the time, and nothing more can be loaded by
accident. A class decorated with `@read_model` names the columns, `columns` selects them and `read` turns the rows
into objects:

    @read_model
    class IdeaLink:
        id: int
        title: str

    read(IdeaLink, rows(select(*columns(IdeaLink, Idea))))

A field may itself be a read model. Its columns are labelled "field__name", and it is None where an outer join found
no row, if its type allows None.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from operator import itemgetter
from typing import Any, TypeVar, dataclass_transform, get_args, get_type_hints

from sqlalchemy import Label

Model = TypeVar("Model")
Make = Callable[[Sequence[Any]], Any]

#: How to make a model from a row, by the model and the labels of the row.
_makers: dict[tuple[type[Any], tuple[str, ...]], Make] = {}


@dataclass_transform(frozen_default=True)
def read_model(cls: type[Model]) -> type[Model]:
    """Make a class a read model: a dataclass that is hashable, so that it can be part of a cache key.

    Type checkers treat it as frozen. At run time it is not, since creating a frozen dataclass takes ten times as long.
    """
    return dataclass(slots=True, unsafe_hash=True)(cls)


def columns(model: type[Any], source: Any, **sources: Any) -> list[Label[Any]]:
    """Return one labelled column for each field of the model.

    A field is the attribute of `source` with its name, unless `sources` gives another expression for it. For a nested
    read model, `sources` gives the table or alias to read it from.
    """
    unknown = sources.keys() - {field.name for field in fields(model)}
    if unknown:
        raise TypeError(f"{model.__name__} has no field {', '.join(sorted(unknown))}")
    return [expression.label(name) for name, expression in _expressions(model, source, sources)]


def read(model: type[Model], rows: Sequence[Any]) -> list[Model]:
    """Return one object for each row of a statement that selects the model's `columns`, among others."""
    if not rows:
        return []
    key = model, tuple(rows[0]._fields)
    make = _makers.get(key)
    if make is None:
        make = _makers[key] = _maker(*key)
    return [make(row) for row in rows]


def _expressions(model: type[Any], source: Any, sources: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, nested, _ in _fields(model):
        if nested is not None:
            yield from ((f"{name}__{inner}", column) for inner, column in _expressions(nested, sources[name], {}))
        else:
            yield name, sources[name] if name in sources else getattr(source, name)


def _fields(model: type[Any]) -> list[tuple[str, type[Any] | None, bool]]:
    """The name of each field, the read model that it holds if any, and whether it may be None."""
    hints = get_type_hints(model)
    found = []
    for field in fields(model):
        kinds = get_args(hints[field.name]) or (hints[field.name],)
        nested = next((kind for kind in kinds if is_dataclass(kind)), None)
        found.append((field.name, nested if isinstance(nested, type) else None, type(None) in kinds))
    return found


def _maker(model: type[Any], labels: tuple[str, ...], prefix: str = "", optional: bool = False) -> Make:
    """Return the function that makes the model from a row with those labels."""
    if not any(nested for _, nested, _ in _fields(model)):
        return _flat_maker(model, [labels.index(prefix + name) for name, _, _ in _fields(model)], optional)
    parts: list[Make] = [
        itemgetter(labels.index(prefix + name))
        if nested is None
        else _maker(nested, labels, f"{prefix}{name}__", may_be_none)
        for name, nested, may_be_none in _fields(model)
    ]
    return lambda row: model(*[part(row) for part in parts])


def _flat_maker(model: type[Any], places: list[int], optional: bool) -> Make:
    if len(places) == 1:
        only = places[0]
        return lambda row: None if optional and row[only] is None else model(row[only])
    pick = itemgetter(*places)
    if not optional:
        return lambda row: model(*pick(row))
    first = places[0]
    return lambda row: None if row[first] is None else model(*pick(row))
