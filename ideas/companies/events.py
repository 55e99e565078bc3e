"""The recipients and texts of a company's notifications. Registered in wiring/registries.py."""

from collections.abc import Iterable, Sequence

from ideas.accounts.models import Person
from ideas.companies import requesting
from ideas.companies.models import AccessRequest, Company, Membership
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Event

#: The notification to the person concerned, by event.
_SENTENCES = {
    "permissions_changed": N_("%(by)s mudou as suas permissões em %(company)s."),
    "membership_ended": N_("%(by)s tirou você de %(company)s."),
    "administration_received": N_("%(by)s passou a você a administração de %(company)s."),
    "administration_ended": N_("A administração de %(company)s passou a outra pessoa."),
}
#: What the email adds: the consequences, and what to do next.
_DETAILS = {
    "membership_ended": N_(
        "O que você escreveu e votou continua no portal. Para voltar, peça um convite a quem administra a empresa."
    ),
    "administration_received": N_("Agora você convida pessoas, dá permissões e responde aos pedidos de acesso."),
    "administration_ended": N_("Você continua na empresa, com as suas permissões."),
}
_ACCEPTED = N_("%(by)s aceitou o convite e entrou em %(company)s.")
_REQUESTED = N_("%(name)s pede acesso a %(company)s.")


def register() -> None:
    """Register the events of companies with the outbox."""
    for name in _SENTENCES:
        kinds.register_kind(
            name,
            recipients=_person_concerned,
            may_see=_everyone,
            wording=_personal_words,
            level=kinds.EventLevel.PERSONAL,
        )
    kinds.register_kind(
        "invitation_accepted", recipients=_current_administrator, may_see=_everyone, wording=_accepted_words
    )
    kinds.register_kind(
        "access_requested",
        recipients=_deciders,
        may_see=_still_deciding,
        wording=_requested_words,
        level=kinds.EventLevel.PERSONAL,
    )
    kinds.register_kind("invitation_sent")
    kinds.register_kind("access_refused")


def visible_among(numbers: Iterable[int], person: Person) -> set[int]:
    """Notifications about oneself stay visible, also after leaving the company."""
    return set(numbers)


def _person_concerned(event: Event) -> Iterable[int]:
    return [event.data["person_id"]]


def _current_administrator(event: Event) -> Iterable[int]:
    """Return the administrator at the time of the notification."""
    company = db.session.get(Company, event.thing_id)
    held = db.session.get(Membership, company.administrator_id) if company and company.administrator_id else None
    return [held.person_id] if held else []


def _deciders(event: Event) -> Iterable[int]:
    request = db.session.get(AccessRequest, event.thing_id)
    return requesting.deciders(request) if request and not event.data["again"] else []


def _everyone(event: Event, people: Sequence[int]) -> Iterable[int]:
    return people


def _still_deciding(event: Event, people: Sequence[int]) -> Iterable[int]:
    request = db.session.get(AccessRequest, event.thing_id)
    return set(people) & set(requesting.deciders(request)) if request else []


def _personal_words(event: Event) -> kinds.Wording:
    facts = {"company": event.data["company"], "sign": "building"}
    more = _DETAILS.get(event.name, "")
    return kinds.Wording(_SENTENCES[event.name], facts, "company.show", more=more, button=N_("Abrir Minha empresa"))


def _accepted_words(event: Event) -> kinds.Wording:
    facts = {"company": event.data["company"], "sign": "people"}
    return kinds.Wording(_ACCEPTED, facts, "members.index", button=N_("Ver as pessoas da empresa"))


def _requested_words(event: Event) -> kinds.Wording:
    data = event.data
    endpoint = "newcomers.index" if data["orphaned"] else "access_requests.index"
    return kinds.Wording(_REQUESTED, {"name": data["applicant"], "company": data["company"], "sign": "user"}, endpoint)
