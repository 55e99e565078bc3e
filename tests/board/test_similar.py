"""The similar ideas of a page: their ids are cached, their state is not."""

import pytest

from ideas import clock
from ideas.board.listing import similar
from ideas.board.models import Idea
from ideas.db import db
from tests import make
from tests.conftest import statements

RAZAO = "Exportar o razão contábil para planilha"


def numbers(idea: Idea) -> list[int]:
    return [one.id for one in similar.similar_to(idea)]


def test_similar_ideas_are_shown_without_the_idea_itself() -> None:
    razao, other = make.idea(RAZAO, status="planned"), make.idea("Exportar razão para planilha")
    make.idea("Trocar a cor do menu")
    [one] = similar.similar_to(other)
    assert (one.id, one.title, one.status.key, one.total_count) == (razao.id, RAZAO, "planned", 0)


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_b09_an_idea_out_of_sight_disappears_from_similar_ideas_at_once(fact: str) -> None:
    razao, other = make.idea(RAZAO), make.idea("Exportar razão para planilha")
    assert numbers(other) == [razao.id]
    setattr(razao, fact, clock.now())
    db.session.flush()
    assert numbers(other) == []


def test_a_merged_idea_disappears_from_similar_ideas_at_once() -> None:
    razao, other, third = make.idea(RAZAO), make.idea("Exportar razão para planilha"), make.idea("Balancete")
    assert numbers(other) == [razao.id]
    razao.merged_into_id = razao.root_id = third.id
    db.session.flush()
    assert numbers(other) == []


def test_similar_ideas_show_current_counts_and_status() -> None:
    razao, other = make.idea(RAZAO), make.idea("Exportar razão para planilha")
    assert [one.total_count for one in similar.similar_to(other)] == [0]
    razao.people_count = razao.total_count = 7
    db.session.flush()
    assert [one.total_count for one in similar.similar_to(other)] == [7]


def test_similar_ideas_take_one_statement_until_the_cache_expires(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    razao, other = make.idea(RAZAO), make.idea("Exportar razão para planilha")
    at_first = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at_first)
    assert numbers(other) == [razao.id]
    late = make.idea("Exportar o razão para uma planilha")
    with statements() as sent:
        assert numbers(other) == [razao.id]
    assert len(sent) == 1
    monkeypatch.setattr(clock, "now", lambda: at_first + similar.LIFETIME)
    assert set(numbers(other)) == {razao.id, late.id}


def test_an_idea_without_similar_ones_takes_no_statement_once_cached(monkeypatch: pytest.MonkeyPatch) -> None:
    at_first = clock.now()
    monkeypatch.setattr(clock, "now", lambda: at_first)
    alone = make.idea("Trocar a cor do menu")
    assert numbers(alone) == []
    with statements() as sent:
        assert numbers(alone) == []
    assert sent == []
