"""Emails about several events."""

from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from tests import make
from tests.outbox.emails.ideas import followed
from tests.outbox.emails.scenes import MAX_ITEMS, Expected, scene

ANA = "ana@exemplo.example"
TITLES = ("Exportar o razão em planilha", "Boleto por aproximação", "Emitir a devolução em lote")


@scene("notices_mailed")
def several_events(language: str) -> Expected:
    for title in TITLES:
        comment(title)
    deciding.decide(followed("Uma quarta ideia"), Decision(to="under_review"), by=make.person("elisa"))
    return Expected(ANA, ("Ana", *TITLES, "Uma quarta ideia", "Davi Prado", "Elisa Moraes"), "/notificacoes")


@scene("notices_mailed", "one_too_many")
def one_event_too_many(language: str) -> Expected:
    for number in range(MAX_ITEMS + 1):
        comment(f"{TITLES[0]}, parte {number}")
    return Expected(ANA, ("Ana", "Davi Prado"), "/notificacoes")


@scene("notices_mailed", "too_many")
def three_events_too_many(language: str) -> Expected:
    for number in range(MAX_ITEMS + 3):
        comment(f"{TITLES[0]}, parte {number}")
    return Expected(ANA, ("Ana", "Davi Prado", "3"), "/notificacoes")


@scene("idea_commented", "several")
def several_comments(language: str) -> Expected:
    comment(TITLES[0], times=3)
    return Expected(ANA, ("Ana", TITLES[0], "3"), "/ideias/")


def comment(title: str, times: int = 1) -> None:
    idea, davi = followed(title), make.person("davi")
    for _ in range(times):
        commenting.add(idea, NewComment(text="Aqui também."), author=davi, company=make.company_of(davi))
