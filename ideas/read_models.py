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

from collections import namedtuple
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Any, TypeVar, cast, dataclass_transform, get_args, get_type_hints

from sqlalchemy import Label

Model = TypeVar("Model")
Make = Callable[[Sequence[Any]], Any]

#: How to make a model from a row, by the model and the labels of the row.
_makers: dict[tuple[type[Any], tuple[str, ...]], Make] = {}


@dataclass_transform(frozen_default=True)
def read_model(cls: type[Model]) -> type[Model]:
    """Make a class a read model: a named tuple of its fields and those of the read models it inherits from.

    Tuples are created, compared and hashed in C. A page has a hundred objects that are part of cache keys.
    """
    own = vars(cls)
    names = [name for base in reversed(cls.__mro__[1:]) for name in vars(base).get("_fields", ())]
    names = list(dict.fromkeys([*names, *own.get("__annotations__", {})]))
    defaults = [own[name] for name in names if name in own]
    fields = cast(Any, namedtuple)(cls.__name__, names, defaults=defaults)
    members = {name: value for name, value in own.items() if name not in {*names, "__dict__", "__weakref__"}}
    return cast(type[Model], type(cls.__name__, (fields, *cls.__bases__), members))


def replace(model: Model, **values: Any) -> Model:
    """Return a copy of a read model with these fields changed."""
    changed: Model = cast(Any, model)._replace(**values)
    return changed


def columns(model: type[Any], source: Any, **sources: Any) -> list[Label[Any]]:
    """Return one labelled column for each field of the model.

    A field is the attribute of `source` with its name, unless `sources` gives another expression for it. For a nested
    read model, `sources` gives the table or alias to read it from.
    """
    unknown = sources.keys() - set(model._fields)
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
    for name in model._fields:
        kinds = get_args(hints[name]) or (hints[name],)
        nested = next((kind for kind in kinds if hasattr(kind, "_fields")), None)
        found.append((name, nested, type(None) in kinds))
    return found


def _maker(model: type[Any], labels: tuple[str, ...], prefix: str = "", optional: bool = False) -> Make:
    """Return the function that makes the model from a row with those labels."""
    places, parts = [], []
    for position, (name, nested, may_be_none) in enumerate(_fields(model)):
        if nested is None:
            places.append(labels.index(prefix + name))
        else:
            # The value is replaced by the nested model.
            places.append(0)
            parts.append((position, _maker(nested, labels, f"{prefix}{name}__", may_be_none)))
    pick: Make = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)

    def make(row: Sequence[Any]) -> Any:
        if optional and row[places[0]] is None:
            return None
        values = pick(row)
        if parts:
            values = list(values)
            for position, part in parts:
                values[position] = part(row)
        return tuple.__new__(model, values)

    return make
