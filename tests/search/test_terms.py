"""Words and stems, without a database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.search import queries, synonyms, terms
from ideas.search.stop_words import STOP_WORDS
from ideas.text import fold


def stems_of(text: str, lang: str = "pt") -> set[str]:
    return {terms.stem(word.folded, lang) for word in terms.words(text)}


@pytest.mark.parametrize(
    "kin",
    [
        "relatório relatórios relatorio RELATORIOS",
        "emissão emissões emissao emissoes",
        "integração integrações integracao integrar",
        "fiscal fiscais",
        "anel anéis aneis",
        "animal animais",
        "perfil perfis",
        "item itens",
        "imagem imagens",
        "valor valores",
        "mês meses",
        "útil úteis",
        "fácil fáceis",
        "lei leis",
        "cartão cartões cartao",
        "lençol lençóis",
        "permissão permissões",
        "exportar exportação exportando",
        "irmão irmãos",
    ],
)
def test_singular_plural_and_accents_are_one_term_in_portuguese(kin):
    assert len({stem for word in kin.split() for stem in stems_of(word)}) == 1


@pytest.mark.parametrize(
    ("lang", "kin"),
    [
        ("es", "anillo anillos"),
        ("es", "ciudad ciudades"),
        ("es", "emisión emisiones emision"),
        ("es", "luz luces"),
        ("es", "autobús autobuses autobus"),
        ("en", "report reports reporting"),
        ("en", "company companies"),
    ],
)
def test_singular_and_plural_are_one_term_in_spanish_and_english(lang, kin):
    assert len({stem for word in kin.split() for stem in stems_of(word, lang)}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("carta", "cartão"), ("conta", "contrato"), ("pedido", "perfil"), ("pai", "pão")]
)
def test_different_words_stay_different(one, other):
    assert not stems_of(one) & stems_of(other)


def test_stop_words_say_nothing():
    assert stems_of("o que é isso? não, para a the of los ¿qué?") == set()
    assert all(word == fold(word) for word in STOP_WORDS)


def test_a_word_knows_where_it_was_written():
    text = "Não emite: Relatórios!"
    assert [text[word.start : word.end] for word in terms.words(text)] == ["emite", "Relatórios"]


@given(st.text())
def test_terms_hold_only_letters_and_digits(text):
    for word in terms.words(text):
        for term in terms.stems(word.folded):
            assert term.isalnum()
            assert len(term) <= 40


def test_an_unknown_language_is_taken_for_portuguese():
    assert terms.stem("fiscais", "xx") == terms.stem("fiscais", "pt-BR") == "fiscal"


def test_stemming_in_many_threads_gives_the_same_stems():
    """The stemmer keeps its word in itself: sharing one between threads would mix words up."""
    words = [f"configuracoes{'abcdefghij'[n % 10]}{n}" for n in range(3_000)]
    terms._stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: terms.stem(word, "pt"), words))
    terms._stem.cache_clear()
    assert together == [terms.stem(word, "pt") for word in words]


def test_a_document_keeps_its_terms_and_how_they_are_written():
    document = terms.document("Emissões da NF-e", "Emissão de boletos", "pt-BR")
    assert document.title_terms == ("emissa", "nf")
    assert document.body_terms == ("emissa", "bolet")
    assert document.written == {"emissa": "emissões", "nf": "nf", "bolet": "boletos"}


def test_decomposed_letters_are_one_word():
    assert terms.document("emissa\u0303o", "", "pt").title_terms == ("emissa",)


# --- Synonyms --------------------------------------------------------------------------------


def test_the_longest_phrase_is_the_one_meant():
    (part,) = queries.parse("notas fiscais de serviço").parts
    assert part.concept == "=nfs"
    (part,) = queries.parse("Nota fiscal eletrônica").parts
    assert part.concept == "=nf"


def test_every_phrase_of_every_group_is_understood_as_its_group():
    for group in synonyms._groups():
        for phrase in group.phrases:
            assert len(queries.parse(" ".join(phrase)).parts) == 1, phrase


def test_no_phrase_belongs_to_two_groups():
    phrases = [phrase for group in synonyms._groups() for phrase in group.phrases]
    assert len(phrases) == len(set(phrases))


# --- Queries ---------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "  ", "o que é", "***", "👩‍💻", "\0", "\ud800", '"'])
def test_a_query_without_words_looks_for_nothing(typed):
    assert not queries.parse(typed)


def test_a_word_is_looked_for_by_its_beginning_from_four_letters():
    (part,) = queries.parse("rela").parts
    assert part.ways[0][0].beginning == "rela"
    (part,) = queries.parse("rel").parts
    assert part.ways[0][0].beginning is None


def test_long_queries_are_cut_to_what_a_person_reads():
    assert len(queries.parse("palavra" * 2_000).typed) == 300
    assert len(queries.parse(" ".join(f"w{n}" for n in range(80))).parts) == 12


def test_the_same_word_twice_is_one_part():
    assert len(queries.parse("relatório relatórios RELATORIO").parts) == 1
