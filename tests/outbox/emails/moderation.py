"""Emails about moderation."""

from datetime import timedelta

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.board.voting import casting
from ideas.conduct import publishing
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.moderation import appealing, bursts, deciding, reporting, targets
from ideas.moderation.deciding import Verdict
from ideas.moderation.models import AppealOutcome, Decision, DecisionOutcome
from ideas.moderation.reporting import NewReport
from ideas.moderation.targets import TargetKey
from tests import make
from tests.outbox.emails.scenes import Expected, discard_earlier_events, scene

ANA, BRUNO, FABIO = (f"{key}@exemplo.example" for key in ("ana", "bruno", "fabio"))
TITLE = "Exportar o razão em planilha"


def rule() -> ConductRule:
    code = publishing.current()
    assert code is not None
    return publishing.rules_of(code)[0]


def ideas(count: int = 1) -> list[Idea]:
    return [make.idea(author=make.person("bruno")) for _ in range(count)]


def judge(outcome: DecisionOutcome, *about: Idea) -> Decision:
    until = clock.now() + timedelta(days=7) if outcome is DecisionOutcome.SUSPENSION else None
    verdict = Verdict(
        outcome=outcome, rule=rule(), reason="Veja a regra.", quote="à mão", gravity="Grave.", until=until
    )
    deciding.decide([TargetKey("idea", idea.id) for idea in about], verdict, by=make.person("fabio"))
    db.session.flush()
    return db.session.query(Decision).order_by(Decision.id).first()  # type: ignore[return-value]


def report(idea: Idea) -> None:
    name, ana = TargetKey("idea", idea.id), make.person("ana")
    thing = targets.load([name])[name]
    reporting.report(thing, NewReport(rule(), "Ofende."), reporter=ana, company=make.company_of(ana))


def sentence(outcome: DecisionOutcome, many: int) -> None:
    def judged(language: str) -> Expected:
        decision = judge(outcome, *ideas(many))
        until = ["2026"] if outcome is DecisionOutcome.SUSPENSION else []
        return Expected(
            BRUNO, ("Bruno", *([str(many)] if many > 1 else []), *until), f"/moderacao/decisoes/{decision.id}"
        )

    scene("words_judged", f"{outcome.value}_{many}")(judged)


for outcome in DecisionOutcome:
    if outcome is not DecisionOutcome.NOTHING:
        sentence(outcome, 1)
        sentence(outcome, 3)


@scene("report_answered", "nothing_wrong")
def found_nothing(language: str) -> Expected:
    (idea,) = ideas()
    make.person("ana").last_company_id = make.company_of(make.person("ana")).id
    report(idea)
    judge(DecisionOutcome.NOTHING, idea)
    return Expected(ANA, ("Ana",), "/moderacao/denuncias")


@scene("report_answered", "acted")
def acted(language: str) -> Expected:
    (idea,) = ideas()
    report(idea)
    judge(DecisionOutcome.HIDE, idea)
    return Expected(ANA, ("Ana",), "/moderacao/denuncias")


def appealed() -> Decision:
    decision = judge(DecisionOutcome.WARNING, *ideas())
    discard_earlier_events()
    appealing.appeal(decision, "Não concordo.", by=make.person("bruno"))
    return decision


@scene("decision_appealed")
def somebody_appealed(language: str) -> Expected:
    decision = appealed()
    return Expected("gilda@exemplo.example", ("Gilda",), f"/moderacao/casos/{decision.case_id}")


def answer(outcome: AppealOutcome) -> None:
    def answered(language: str) -> Expected:
        decision = appealed()
        discard_earlier_events()
        appeal = appealing.appeal_against(decision)
        assert appeal is not None
        appealing.answer(appeal, outcome, "Vimos de novo.", by=make.person("gilda"))
        return Expected(BRUNO, ("Bruno",), f"/moderacao/decisoes/{decision.id}")

    scene("appeal_answered", outcome.value)(answered)


for answer_given in AppealOutcome:
    answer(answer_given)


@scene("votes_burst")
def many_new_people_voted(language: str) -> Expected:
    idea, company = make.idea(TITLE), make.company("Trinta Novos")
    for number in range(12):
        person: Person = make.customer(f"Pessoa {number}", company)
        casting.cast(idea, voter=person, company=company)
    bursts.find()
    return Expected(FABIO, ("Fábio", TITLE, "12"), "/moderacao/rajadas")
