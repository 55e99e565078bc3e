"""Emails about ideas: status changes, responses, comments, merges and votes."""

from typing import Any

from ideas import clock
from ideas.accounts import sanctions as accounts
from ideas.accounts.models import Person
from ideas.board import deciding, following
from ideas.board.deciding import Decision
from ideas.board.merging import merging, objecting, separating
from ideas.board.models import Idea, Reason
from ideas.board.voting import casting, proxying, reconciling, setting_aside
from ideas.board.voting.proxying import OnBehalf
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.db import db
from tests import make
from tests.outbox.emails.scenes import Expected, discard_earlier_events, scene

ANA, CARLA, ELISA, IRIS = (f"{key}@exemplo.example" for key in ("ana", "carla", "elisa", "iris"))
TITLE, OTHER = "Exportar o razão em planilha", "Planilha do razão contábil"
#: Status changes with different sentences: the status before, and the decision.
STEPS: dict[str, tuple[str, dict[str, Any]]] = {
    "moved": ("new", {"to": "under_review"}),
    "moved_answered": ("new", {"to": "declined", "text": "Não cabe no produto."}),
    "aimed": ("new", {"to": "planned", "target_quarter": "2027-T1"}),
    "aimed_answered": ("new", {"to": "planned", "target_quarter": "2027-T1", "text": "Vem aí."}),
    "delivered": ("planned", {"to": "delivered"}),
    "delivered_answered": ("planned", {"to": "delivered", "text": "Já dá para usar."}),
    "aim_taken": ("planned", {"to": "planned", "target_quarter": None}),
    "aim_taken_answered": ("planned", {"to": "planned", "target_quarter": None, "text": "Ainda não sabemos."}),
    "aim_moved": ("planned", {"to": "planned", "target_quarter": "2027-T2"}),
    "aim_moved_answered": ("planned", {"to": "planned", "target_quarter": "2027-T2", "text": "Atrasou."}),
    "asked": ("new", {"to": "needs_info", "text": "Em qual tela?"}),
}


def followed(title: str = TITLE, *, by: str = "ana", **facts: Any) -> Idea:
    """Create an idea of Bruno's with a follower."""
    idea = make.idea(title, author=make.person("bruno"), **facts)
    following.follow(idea, make.person(by), Reason.CHOSE)
    return idea


def elisa() -> Person:
    return make.person("elisa")


def step(case: str) -> None:
    before, facts = STEPS[case]

    def decided(language: str) -> Expected:
        aim = {"target_quarter": "2026-T4"} if before == "planned" else {}
        more = {"delivered_release_id": make.release().id} if facts["to"] == "delivered" else {}
        idea = followed(status=before, **aim)
        deciding.decide(idea, Decision(**facts, **more), by=elisa())
        quarter = clock.format_quarter(facts.get("target_quarter") or "", language)
        target = quarter or ("12.1.2510" if more else None)
        says = filter(None, ("Ana", "Elisa Moraes", TITLE, target, facts.get("text")))
        return Expected(ANA, tuple(says), f"/ideias/{idea.id}")

    scene("idea_status_changed", case)(decided)


for case in STEPS:
    step(case)


@scene("idea_status_changed", "by_a_closed_account")
def decided_by_a_closed_account(language: str) -> Expected:
    idea, by = followed(), elisa()
    deciding.decide(idea, Decision(to="planned"), by=by)
    by.closed_at, by.email = clock.now(), None
    return Expected(ANA, ("Ana", TITLE), f"/ideias/{idea.id}")


@scene("idea_answered")
def answered(language: str) -> Expected:
    idea = followed(status="under_review")
    deciding.decide(idea, Decision(text="Estamos vendo."), by=elisa())
    return Expected(ANA, ("Ana", "Elisa Moraes", TITLE, "Estamos vendo."), f"/ideias/{idea.id}")


@scene("idea_commented")
def commented(language: str) -> Expected:
    idea, davi = followed(), make.person("davi")
    commenting.add(idea, NewComment(text="Aqui também."), author=davi, company=make.company_of(davi))
    return Expected(ANA, ("Ana", "Davi Prado", TITLE, "Aqui também."), f"/ideias/{idea.id}#comentario-")


@scene("idea_merged")
def merged(language: str) -> Expected:
    idea, into = followed(OTHER), make.idea(TITLE, author=make.person("joao"))
    merging.merge([idea], into, by=elisa())
    return Expected(ANA, ("Ana", "Elisa Moraes", OTHER, TITLE), f"/ideias/{idea.id}")


@scene("idea_merged", "several")
def several_merged(language: str) -> Expected:
    ideas, into = [followed(f"{OTHER} {number}") for number in range(3)], make.idea(TITLE, author=make.person("joao"))
    merging.merge(ideas, into, by=elisa())
    return Expected(ANA, ("Ana", "Elisa Moraes", "3", TITLE, *(idea.title for idea in ideas)), f"/ideias/{into.id}")


@scene("idea_unmerged")
def separated(language: str) -> Expected:
    idea, into = followed(OTHER), make.idea(TITLE, author=make.person("joao"))
    merging.merge([idea], into, by=elisa())
    _deliver_without_email(idea)
    separating.unmerge(idea, by=elisa())
    return Expected(ANA, ("Ana", "Elisa Moraes", OTHER, TITLE), f"/ideias/{idea.id}")


def _deliver_without_email(idea: Idea) -> None:
    """Deliver pending events, and delete their emails."""
    from ideas.notifications.models import MailedNotification
    from ideas.outbox.delivery import deliver_pending

    db.session.commit()
    deliver_pending()
    db.session.query(MailedNotification).delete()


@scene("merge_objected")
def objected(language: str) -> Expected:
    idea, into = followed(OTHER), make.idea(TITLE, author=make.person("joao"))
    merging.merge([idea], into, by=make.person("iris"))
    discard_earlier_events()
    objecting.object_to(idea, "A minha é sobre o balancete.", by=make.person("ana"))
    return Expected(ELISA, ("Elisa", "Ana Ribeiro", OTHER, TITLE, "A minha é sobre o balancete."), f"/ideias/{idea.id}")


@scene("vote_cast_on_behalf")
def voted_for(language: str) -> Expected:
    idea, ana = make.idea(TITLE, author=make.person("bruno")), make.person("ana")
    asked = OnBehalf(voter=ana, company=make.company_of(ana), source="ligação de 17/11")
    proxying.cast(idea, asked, by=make.person("heitor"))
    return Expected(ANA, ("Ana", "Heitor Lima", TITLE, "ligação de 17/11"), f"/ideias/{idea.id}#peso")


def _suspended_voter() -> Person:
    carla = make.person("carla")
    casting.cast(make.idea(TITLE), voter=carla, company=make.company_of(carla))
    accounts.suspend(carla, until=None)
    db.session.commit()
    return carla


@scene("votes_set_aside")
def votes_set_aside(language: str) -> Expected:
    setting_aside.settle_votes(_suspended_voter().id)
    return Expected(CARLA, ("Carla",), "/minhas-ideias?aba=votadas")


@scene("votes_restored")
def votes_restored(language: str) -> Expected:
    carla = _suspended_voter()
    setting_aside.settle_votes(carla.id)
    discard_earlier_events()
    accounts.restore(carla)
    db.session.commit()
    setting_aside.settle_votes(carla.id)
    return Expected(CARLA, ("Carla",), "/minhas-ideias?aba=votadas")


@scene("counters_drifted")
def counters_drifted(language: str) -> Expected:
    idea = make.idea(TITLE)
    idea.people_count = idea.total_count = 3
    reconciling.recount()
    return Expected(IRIS, ("Íris", "1"), "/")
