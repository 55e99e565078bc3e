"""Format audit entries for display: the action, the thing, and the changed facts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext

from ideas.accounts.sanctions import NO_END
from ideas.audit.actions import ACTIONS
from ideas.audit.models import AuditEntry
from ideas.operations.words import FACTS, OUTCOMES, ROLES, THINGS
from ideas.web import context

_PAGES = {
    "company": ("panel_companies.show", "company_id"),
    "person": ("panel_people.show", "person_id"),
    "product": ("products.show", "product_id"),
}


class FactChange(NamedTuple):
    """A fact before and after; None if it had no value."""

    name: str
    before: str | None
    after: str | None


def role_name(role: str) -> str:
    """The role's name in the reader's language."""
    return str(gettext(ROLES[role]))


def action_name(action: str) -> str:
    """The action's name in the reader's language; the stored word if the action is unknown."""
    return str(gettext(ACTIONS[action])) if action in ACTIONS else action


def thing_name(entry: AuditEntry) -> str:
    """The name of the entry's thing."""
    if entry.thing in THINGS:
        return str(gettext(THINGS[entry.thing], id=entry.thing_id))
    return entry.thing if entry.thing_id is None else f"{entry.thing} {entry.thing_id}"


def thing_url(entry: AuditEntry) -> str | None:
    """The page of the entry's thing, if the panel has one."""
    if entry.thing not in _PAGES or entry.thing_id is None:
        return None
    endpoint, name = _PAGES[entry.thing]
    values: dict[str, Any] = {name: entry.thing_id}
    return url_for(endpoint, **values)


def changes(entry: AuditEntry) -> Iterator[FactChange]:
    """The facts that changed."""
    for name in [*entry.before, *(name for name in entry.after if name not in entry.before)]:
        before, after = entry.before.get(name), entry.after.get(name)
        if before != after:
            format_value = _FORMATTERS.get(name, _value)
            yield FactChange(_fact_name(name), format_value(before), format_value(after))


def _fact_name(name: str) -> str:
    """The fact's name. A number is the id of an idea whose votes a merge changed (board/merging/merging.py)."""
    if name.isdigit():
        return str(gettext("votos da ideia nº %(id)s", id=name))
    return str(gettext(FACTS[name])) if name in FACTS else name


def _moment(value: object) -> str | None:
    if value is None:
        return None
    return str(gettext("sem prazo")) if value == NO_END else context.moment(datetime.fromisoformat(str(value)))


def _outcome(value: object) -> str | None:
    return str(gettext(OUTCOMES[value])) if isinstance(value, str) and value in OUTCOMES else _value(value)


def _queues(value: object) -> str | None:
    """The number of queues: each is a pair of type and product."""
    return str(len(value)) if isinstance(value, list) else _value(value)


def _value(value: object) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return ", ".join(str(gettext(ROLES[one])) if one in ROLES else str(one) for one in value)
    if isinstance(value, bool):
        return str(gettext("sim") if value else gettext("não"))
    return str(value)


#: Formatters of facts that are not plain values.
_FORMATTERS: dict[str, Callable[[object], str | None]] = {
    "suspended_until": _moment,
    "until": _moment,
    "outcome": _outcome,
    "queues": _queues,
}
