"""Resolve the ids that audit entries store into current names, when the entries are shown.

The stored rows keep ids: names change, and an entry must not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.board.models import Idea
from ideas.companies.batch_models import InvitationBatch
from ideas.companies.models import AccessRequest, Company, Invitation, Membership
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.files.models import File
from ideas.imports.models import IdeaImport
from ideas.moderation.models import Case, Decision, VoteBurst
from ideas.products.models import Module, Product
from ideas.tickets.models import TicketType

#: The kinds of things that the facts of an entry name by their ids.
FACT_KINDS = {
    "administrator": "person",
    "person": "person",
    "company": "company",
    "company_id": "company",
    "product": "product",
    "products": "product",
    "idea_id": "idea",
    "rule_id": "rule",
    "batch_id": "decision_batch",
}


class Reference(NamedTuple):
    """A thing that an entry names: its kind, and its id or key."""

    kind: str
    key: int | str


class CurrentName(NamedTuple):
    """A name in three languages, and the id of the page that shows the thing."""

    pt: str
    es: str
    en: str
    page_id: int | None

    def name_in(self, language: str) -> str:
        """Return the name in that language ("pt-BR", "es" or "en")."""
        return {"es": self.es, "en": self.en}.get(language, self.pt)


Names = Mapping[Reference, CurrentName]


def names_of(entries: Iterable[AuditEntry]) -> dict[Reference, CurrentName]:
    """Return the names of everything that the entries mention: one statement per kind of thing."""
    keys: dict[str, set[int | str]] = {}
    for entry in entries:
        for reference in _of_entry(entry):
            keys.setdefault(reference.kind, set()).add(reference.key)
    return {
        Reference(kind, row.key): CurrentName(row.pt, row.es, row.en, row.page_id)
        for kind, mentioned in keys.items()
        if kind in _QUERIES
        for row in db.session.execute(_QUERIES[kind](sorted(mentioned, key=str)))
    }


def of_fact(name: str, value: object) -> list[Reference] | None:
    """Return what a fact's value names, or None if it is a plain value."""
    if name == "queues" and isinstance(value, list):
        return [one for type_key, product_id in value for one in of_queue(type_key, product_id)]
    kind, values = FACT_KINDS.get(name), value if isinstance(value, list) else [value]
    ids = [one for one in values if isinstance(one, int) and not isinstance(one, bool)]
    return [Reference(kind, one) for one in ids] if kind is not None and len(ids) == len(values) else None


def of_queue(type_key: str, product_id: int | None) -> list[Reference]:
    """Return the type of ticket and the product, if any, of a queue."""
    product = [Reference("product", product_id)] if product_id is not None else []
    return [Reference("ticket_type", type_key), *product]


def _of_entry(entry: AuditEntry) -> Iterator[Reference]:
    if entry.thing_id is not None:
        yield Reference(entry.thing, entry.thing_id)
    for facts in (entry.before, entry.after):
        for name, value in facts.items():
            if name.isdigit():
                yield Reference("idea", int(name))
            else:
                yield from of_fact(name, value) or []


def _select(key: Any, page_id: Any, pt: Any, es: Any = None, en: Any = None) -> Any:
    """Select the columns of a CurrentName; without translations the name is the same in all languages."""
    names = pt.label("pt"), (pt if es is None else es).label("es"), (pt if en is None else en).label("en")
    return select(key.label("key"), page_id.label("page_id"), *names)


def _cases(ids: Sequence[int | str]) -> Any:
    author = select(Person.name).where(Person.id == Case.subject_id).scalar_subquery()
    return _select(Case.id, Case.id, author).where(Case.id.in_(ids), Case.subject_id.is_not(None))


def _decisions(ids: Sequence[int | str]) -> Any:
    rows = _select(Decision.id, Decision.case_id, Person.name).join(Case, Case.id == Decision.case_id)
    return rows.join(Person, Person.id == Case.subject_id).where(Decision.id.in_(ids))


def _memberships(ids: Sequence[int | str]) -> Any:
    rows = _select(Membership.id, Membership.person_id, Person.name).join(Person, Person.id == Membership.person_id)
    return rows.where(Membership.id.in_(ids))


def _bursts(ids: Sequence[int | str]) -> Any:
    rows = _select(VoteBurst.id, VoteBurst.idea_id, Idea.title).join(Idea, Idea.id == VoteBurst.idea_id)
    return rows.where(VoteBurst.id.in_(ids))


def _imports(ids: Sequence[int | str]) -> Any:
    rows = _select(IdeaImport.id, IdeaImport.id, File.name).join(File, File.id == IdeaImport.file_id)
    return rows.where(IdeaImport.id.in_(ids))


def _table(key: Any, page_id: Any, *words: Any) -> Callable[[Sequence[int | str]], Any]:
    return lambda keys: _select(key, page_id, *words).where(key.in_(keys))


_NAMES = ("name_pt", "name_es", "name_en")
#: Each selects the key, the id of the page, and the name or its three translations.
_QUERIES: dict[str, Callable[[Sequence[int | str]], Any]] = {
    "company": _table(Company.id, Company.id, Company.name),
    "person": _table(Person.id, Person.id, Person.name),
    "product": _table(Product.id, Product.id, *(getattr(Product, name) for name in _NAMES)),
    "module": _table(Module.id, Module.product_id, *(getattr(Module, name) for name in _NAMES)),
    "idea": _table(Idea.id, Idea.id, Idea.title),
    "invitation": _table(Invitation.id, Invitation.company_id, Invitation.name),
    "membership": _memberships,
    "access_request": _table(AccessRequest.id, AccessRequest.company_id, AccessRequest.name),
    "invitation_batch": _table(InvitationBatch.id, InvitationBatch.company_id, InvitationBatch.file_name
    ),
    "idea_import": _imports,
    "vote_burst": _bursts,
    "moderation_case": _cases,
    "decision": _decisions,
    "rule": _table(ConductRule.id, ConductRule.id, ConductRule.title_pt, ConductRule.title_es,
                   ConductRule.title_en),
    "ticket_type": _table(TicketType.key, TicketType.position,
                          *(getattr(TicketType, name) for name in _NAMES)),
}  # fmt: skip
