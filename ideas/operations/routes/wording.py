"""Format audit entries for display: the action, the thing, and the changed facts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext

from ideas.accounts.sanctions import NO_END
from ideas.audit.actions import ACTIONS
from ideas.audit.models import AuditEntry
from ideas.operations import references
from ideas.operations.references import Names, Reference
from ideas.operations.words import FACTS, IMPORTANCES, OUTCOMES, ROLES, THINGS
from ideas.web import context, languages
from ideas.web.person import has_role

#: Kind of thing -> its page, the page's parameter, and the role that may open it beside operators.
_PAGES: dict[str, tuple[str, str, str | None]] = {
    "company": ("panel_companies.show", "company_id", None),
    "invitation": ("panel_companies.show", "company_id", None),
    "invitation_batch": ("panel_companies.show", "company_id", None),
    "access_request": ("panel_companies.show", "company_id", None),
    "person": ("panel_people.show", "person_id", None),
    "membership": ("panel_people.show", "person_id", None),
    "product": ("products.show", "product_id", None),
    "module": ("products.show", "product_id", None),
    "idea": ("ideas.short", "number", None),
    "vote_burst": ("ideas.short", "number", None),
    "idea_import": ("imports.show", "number", None),
    "moderation_case": ("cases.show", "number", "moderator"),
    "decision": ("cases.show", "number", "moderator"),
    "decision_batch": ("batches.show", "number", "moderator"),
}


class FactPart(NamedTuple):
    """A part of a fact's value, with the page of what it names."""

    words: str
    url: str | None = None


class FactChange(NamedTuple):
    """A fact before and after; None if it had no value."""

    name: FactPart
    before: list[FactPart] | None
    after: list[FactPart] | None


def role_name(role: str) -> str:
    """The role's name in the reader's language."""
    return str(gettext(ROLES[role]))


def action_name(action: str) -> str:
    """The action's name in the reader's language; the stored word if the action is unknown."""
    return str(gettext(ACTIONS[action])) if action in ACTIONS else action


def thing(entry: AuditEntry, names: Names) -> FactPart:
    """The entry's thing: what it is, and its name and page."""
    if entry.thing_id is None:
        return FactPart(entry.thing)
    kind = str(gettext(THINGS[entry.thing], id=entry.thing_id)) if entry.thing in THINGS else ""
    name, url = _resolve(Reference(entry.thing, entry.thing_id), names)
    if name is None:
        return FactPart(kind or f"{entry.thing} {entry.thing_id}", url)
    return FactPart(name if entry.thing in _NAMED_ALONE else f"{kind}, “{name}”", url)


def changes(entry: AuditEntry, names: Names) -> Iterator[FactChange]:
    """The facts that changed."""
    for name in [*entry.before, *(name for name in entry.after if name not in entry.before)]:
        before, after = entry.before.get(name), entry.after.get(name)
        if before != after:
            gone = [FactPart(str(gettext("contados na outra ideia")))] if name.isdigit() and after is None else None
            yield FactChange(_fact_name(name, names), _parts(name, before, names), _parts(name, after, names) or gone)


#: Things that need no word for their kind.
_NAMED_ALONE = frozenset({"company", "person", "product"})


def _resolve(reference: Reference, names: Names) -> tuple[str | None, str | None]:
    """The current name and the page of a thing; None for a name if it has none or is gone."""
    name, page = names.get(reference), _PAGES.get(reference.kind)
    page_id = name.page_id if name else reference.key if reference.kind == "decision_batch" else None
    url = None
    if page is not None and page_id is not None and (page[2] is None or has_role(page[2])):
        values: dict[str, Any] = {page[1]: page_id}
        url = url_for(page[0], **values)
    return (name.name_in(languages.language()) if name else None), url


def _part(reference: Reference, names: Names) -> FactPart:
    name, url = _resolve(reference, names)
    if name is not None and reference.kind == "idea":
        name = f"{gettext(THINGS['idea'], id=reference.key)}, “{name}”"
    return FactPart(name or _number(reference), url)


def _number(reference: Reference) -> str:
    if reference.kind in THINGS:
        return str(gettext(THINGS[reference.kind], id=reference.key))
    return str(reference.key)


def _fact_name(name: str, names: Names) -> FactPart:
    """The fact's name. A number is the id of an idea whose votes a merge changed (board/merging/merging.py)."""
    if name.isdigit():
        title, url = _resolve(Reference("idea", int(name)), names)
        if title is None:
            return FactPart(str(gettext("votos da ideia nº %(id)s", id=name)))
        return FactPart(str(gettext("votos da ideia nº %(id)s, “%(title)s”", id=name, title=title)), url)
    return FactPart(str(gettext(FACTS[name])) if name in FACTS else name)


def _parts(name: str, value: object, names: Names) -> list[FactPart] | None:
    """A fact's value as names with links, or as plain words; None for no value."""
    if value is None or value == []:
        return None
    if name == "queues" and isinstance(value, list):
        return [FactPart(", ".join(_part(one, names).words for one in references.of_queue(*queue))) for queue in value]
    if (named := references.of_fact(name, value)) is not None:
        return [_part(one, names) for one in named]
    words = _FORMATTERS.get(name, _value)(value)
    return [FactPart(words)] if words is not None else None


def _moment(value: object) -> str | None:
    if value is None:
        return None
    return str(gettext("sem prazo")) if value == NO_END else context.moment(datetime.fromisoformat(str(value)))


def _outcome(value: object) -> str | None:
    return str(gettext(OUTCOMES[value])) if isinstance(value, str) and value in OUTCOMES else _value(value)


def _importance(value: object) -> str | None:
    return str(gettext(IMPORTANCES[value])) if isinstance(value, str) and value in IMPORTANCES else _value(value)


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
    "importance": _importance,
}
