"""The log of privileged acts in words: what was done, to what, and what changed."""

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


class Change(NamedTuple):
    """One fact, before and after; None where there was none."""

    name: str
    before: str | None
    after: str | None


def role_name(role: str) -> str:
    """A role in the reader's language."""
    return str(gettext(ROLES[role]))


def deed_name(deed: str) -> str:
    """What was done, in the reader's language; the bare word for one that the portal no longer knows."""
    return str(gettext(ACTIONS[deed])) if deed in ACTIONS else deed


def thing_name(entry: AuditEntry) -> str:
    """What it was done to."""
    if entry.thing in THINGS:
        return str(gettext(THINGS[entry.thing], id=entry.thing_id))
    return entry.thing if entry.thing_id is None else f"{entry.thing} {entry.thing_id}"


def thing_url(entry: AuditEntry) -> str | None:
    """The page of what it was done to, where the panel has one."""
    if entry.thing not in _PAGES or entry.thing_id is None:
        return None
    endpoint, name = _PAGES[entry.thing]
    values: dict[str, Any] = {name: entry.thing_id}
    return url_for(endpoint, **values)


def changes(entry: AuditEntry) -> Iterator[Change]:
    """Each fact that is another after than before."""
    for name in [*entry.before, *(name for name in entry.after if name not in entry.before)]:
        before, after = entry.before.get(name), entry.after.get(name)
        if before != after:
            said = _SAID.get(name, _value)
            yield Change(_fact_name(name), said(before), said(after))


def _fact_name(name: str) -> str:
    """A fact's name; a number stands for an idea, whose votes a merging changed (ideas/board/merging/merging.py)."""
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
    """How many: each is a pair of a type and a product."""
    return str(len(value)) if isinstance(value, list) else _value(value)


def _value(value: object) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, list):
        return ", ".join(str(gettext(ROLES[one])) if one in ROLES else str(one) for one in value)
    if isinstance(value, bool):
        return str(gettext("sim") if value else gettext("não"))
    return str(value)


#: What says a fact's value, where plain words do not.
_SAID: dict[str, Callable[[object], str | None]] = {
    "suspended_until": _moment,
    "until": _moment,
    "outcome": _outcome,
    "queues": _queues,
}
