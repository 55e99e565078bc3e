"""What makes one hit better than another, apart from any engine."""

import pytest

from ideas.search import queries, terms
from ideas.search.ranking import Ranking


def rank(typed: str, title: str) -> float:
    document = terms.document(title, "", "pt-BR")
    return Ranking(queries.parse(typed).parts).of(" ".join(document.title_terms))


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("relatório comissão", "Relatório de comissões", "Relatório mensal de comissões por vendedor"),
        ("relatório comissão", "Relatório mensal de comissões por vendedor, filial e período", "Comissões"),
        ("relatório comissão", "Comissões por vendedor", "Pagamento de vendedores"),
        ("nota fiscal", "NF-e em PDF", "Nota de corte por filial"),
        ("concilia", "Conciliação bancária", "Conciliação bancária automática de cartões"),
    ],
)
def test_a_title_that_says_more_of_what_was_typed_and_less_besides_is_better(typed, better, worse):
    assert rank(typed, better) > rank(typed, worse)


@pytest.mark.parametrize("title", ["", "de do da", "Férias coletivas", "Conceito"])
def test_a_title_that_says_nothing_of_it_has_no_rank(title):
    assert rank("concilia", title) == 0


def test_a_title_that_says_just_what_was_typed_has_the_highest_rank():
    assert rank("relatório de comissões", "Comissões: relatórios") == 3


def test_a_word_within_another_is_not_said():
    assert rank("nota", "Anotações do caixa") == 0


def test_a_phrase_is_said_only_by_all_its_words():
    assert rank("nfe", "Nota de corte") == 0
