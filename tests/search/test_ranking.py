"""The ranking of hits, independent of the engine."""

import pytest

from ideas.search import queries, terms
from ideas.search.ranking import Ranking

pytestmark = pytest.mark.engine_independent


def rank(typed: str, title: str) -> float:
    document = terms.document(title, "", "pt-BR")
    return Ranking(queries.parse(typed).parts).rank(" ".join(document.title_terms))


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
def test_title_with_more_query_words_and_fewer_others_ranks_higher(typed, better, worse):
    assert rank(typed, better) > rank(typed, worse)


@pytest.mark.parametrize("title", ["", "de do da", "Férias coletivas", "Conceito"])
def test_title_without_query_words_ranks_zero(title):
    assert rank("concilia", title) == 0


def test_title_equal_to_the_query_has_the_highest_rank():
    assert rank("relatório de comissões", "Comissões: relatórios") == 3


def test_word_inside_another_word_does_not_count():
    assert rank("nota", "Anotações do caixa") == 0


def test_phrase_counts_only_with_all_its_words():
    assert rank("nfe", "Nota de corte") == 0
