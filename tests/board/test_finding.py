"""Search and similar ideas: only ideas in sight are found, also by the titles of merged ones."""

from ideas import clock, search
from ideas.board.listing import facets, finding, pages
from ideas.board.listing.filters import Filters
from ideas.board.models import Idea
from ideas.db import db
from tests import make
from tests.conftest import statements

RAZAO = "Exportar o razão contábil direto para planilha"


def findable(title: str, **facts: object) -> Idea:
    """Create an idea and index it, as posting does."""
    idea = make.idea(title, **facts)
    search.index(db.session(), finding.KIND, idea.id, idea.title, idea.problem or "", idea.language)
    return idea


def found(words: str) -> list[int]:
    filters = Filters(hits=finding.search(words).hits)
    return [card.id for card in pages.board(filters, pages.RELEVANCE).cards]


def test_a_search_ignores_accents_and_endings() -> None:
    razao = findable(RAZAO)
    findable("Avisar antes de o certificado vencer")
    for words in ("razao contabil", "EXPORTAÇÃO", "planilhas", "razão planilha"):
        assert found(words) == [razao.id], words
    assert found("razão certificado") == []
    assert found("") == []


def test_hits_in_titles_rank_before_hits_in_texts() -> None:
    in_text = findable("Relatórios mais rápidos", problem="A planilha demora.")
    in_title = findable("Planilha com filtros", problem="Demora.")
    assert found("planilha") == [in_title.id, in_text.id]


def test_a_mistyped_word_is_corrected_and_the_correction_returned() -> None:
    razao = findable(RAZAO)
    search_ = finding.search("planhila")
    assert search_.corrected == "planilha"
    assert found("planhila") == [razao.id]
    assert finding.search("planilha").corrected is None


def test_a_merged_idea_s_words_find_the_canonical_idea() -> None:
    canonical, merged = findable("Balancete para o fechamento"), findable(RAZAO)
    merged.merged_into_id = merged.root_id = canonical.id
    db.session.flush()
    assert found("razão") == [canonical.id]
    assert [card.id for card in finding.similar(RAZAO)] == [canonical.id]


def test_b09_what_is_out_of_sight_is_neither_found_nor_counted_nor_similar() -> None:
    for fact in ("hidden_at", "held_at", "withdrawn_at"):
        findable(RAZAO, **{fact: clock.now()})
    hits = finding.search("razão").hits
    assert found("razão") == []
    assert facets.facets(Filters(hits=hits)).total.ideas == 0
    assert finding.similar(RAZAO) == []


def test_b09_duplicates_do_not_find_a_canonical_idea_out_of_sight() -> None:
    canonical, merged = findable("Balancete", hidden_at=clock.now()), findable(RAZAO)
    merged.merged_into_id = merged.root_id = canonical.id
    db.session.flush()
    assert found("razão") == []
    assert finding.similar(RAZAO) == []


def test_b09_the_words_of_a_hidden_duplicate_find_nothing() -> None:
    canonical, merged = findable("Balancete"), findable(RAZAO, hidden_at=clock.now())
    merged.merged_into_id = merged.root_id = canonical.id
    db.session.flush()
    assert found("razão") == []
    assert finding.similar(RAZAO) == []


def test_a_search_is_counted_and_filtered_like_the_rest_of_the_board() -> None:
    findable(RAZAO, module="fiscal")
    rh = findable("Planilha de horas extras", product="rh")
    hits = finding.search("planilha").hits
    counts = facets.facets(Filters(hits=hits))
    assert counts.total.ideas == 2
    assert {choice.key: choice.ideas for choice in counts.values("product")} == {"erp": 1, "rh": 1}
    only_rh = Filters(hits=hits, products=frozenset({"rh"}))
    assert [card.id for card in pages.board(only_rh, pages.RELEVANCE).cards] == [rh.id]
    assert [card.id for card in pages.board(only_rh, pages.ORDERINGS["recent"]).cards] == [rh.id]


def test_a_search_pages_through_every_hit_once() -> None:
    ideas = [findable(f"Planilha {'de conferência ' * (number % 2)}número {number}") for number in range(9)]
    filters = Filters(hits=finding.search("planilha").hits)
    seen, after = [], None
    for _ in range(5):
        page = pages.board(filters, pages.RELEVANCE, after=after, size=2)
        seen += [card.id for card in page.cards]
        after = page.next
    assert after is None
    assert sorted(seen) == sorted(idea.id for idea in ideas)


def test_similar_ideas_have_the_fields_of_a_card() -> None:
    razao = findable(RAZAO, status="planned", target_quarter="2027-T1")
    findable("Trocar a cor do menu")
    [card] = finding.similar("exportar razao contabil em planilha")
    assert (card.id, card.status_key, card.target, card.total_count) == (razao.id, "planned", "2027-T1", 0)


def test_the_first_sentence_of_the_problem_finds_similar_ideas_too() -> None:
    razao = findable(RAZAO)
    assert finding.similar("Menos trabalho no fechamento") == []
    alike = finding.similar("Menos trabalho no fechamento", "Exportar o razão contábil para planilha. É lento.")
    assert [card.id for card in alike] == [razao.id]


def test_an_idea_and_its_duplicates_are_not_similar_to_it() -> None:
    razao, duplicate, other = findable(RAZAO), findable(RAZAO + " já"), findable("Exportar o razão para planilha")
    duplicate.merged_into_id = duplicate.root_id = razao.id
    db.session.flush()
    assert [card.id for card in finding.similar(razao.title, but=razao.id)] == [other.id]


def test_similar_ideas_take_two_statements() -> None:
    findable(RAZAO)
    with statements() as sent:
        finding.similar(RAZAO)
    assert len(sent) == 2
