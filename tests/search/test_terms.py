"""Words and stems, without a database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.search import queries, synonyms, terms
from ideas.search.stop_words import STOP_WORDS
from ideas.text import fold

pytestmark = pytest.mark.engine_independent


def stems_of(text: str, lang: str = "pt") -> set[str]:
    return {terms.stem(word.folded, lang) for word in terms.words(text)}


@pytest.mark.parametrize(
    "inflections",
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
def test_inflections_and_accents_share_a_term_in_portuguese(inflections):
    assert len({stem for word in inflections.split() for stem in stems_of(word)}) == 1


@pytest.mark.parametrize(
    ("lang", "inflections"),
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
def test_inflections_share_a_term_in_spanish_and_english(lang, inflections):
    assert len({stem for word in inflections.split() for stem in stems_of(word, lang)}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("carta", "cartão"), ("conta", "contrato"), ("pedido", "perfil"), ("pai", "pão")]
)
def test_different_words_have_different_terms(one, other):
    assert not stems_of(one) & stems_of(other)


def test_stop_words_have_no_terms():
    assert stems_of("o que é isso? não, para a the of los ¿qué?") == set()
    assert all(word == fold(word) for word in STOP_WORDS)


def test_word_has_its_position_in_the_text():
    text = "Não emite: Relatórios!"
    assert [text[word.start : word.end] for word in terms.words(text)] == ["emite", "Relatórios"]


@given(st.text())
def test_terms_contain_only_letters_and_digits(text):
    for word in terms.words(text):
        for term in terms.stems(word.folded):
            assert term.isalnum()
            assert len(term) <= 40


def test_unknown_language_is_treated_as_portuguese():
    assert terms.stem("fiscais", "xx") == terms.stem("fiscais", "pt-BR") == "fiscal"


def test_stemming_is_thread_safe():
    """A stemmer stores its current word, so one shared between threads would mix words up."""
    words = [f"configuracoes{'abcdefghij'[n % 10]}{n}" for n in range(3_000)]
    terms._stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda word: terms.stem(word, "pt"), words))
    terms._stem.cache_clear()
    assert together == [terms.stem(word, "pt") for word in words]


def test_document_has_terms_and_their_written_forms():
    document = terms.document("Emissões da NF-e", "Emissão de boletos", "pt-BR")
    assert document.title_terms == ("emissa", "nf")
    assert document.body_terms == ("emissa", "bolet")
    assert document.written == {"emissa": "emissões", "nf": "nf", "bolet": "boletos"}


def test_decomposed_letters_form_one_word():
    assert terms.document("emissa\u0303o", "", "pt").title_terms == ("emissa",)


# --- Synonyms --------------------------------------------------------------------------------


def test_longest_synonym_phrase_wins():
    (part,) = queries.parse("notas fiscais de serviço").parts
    assert part.concept == "=nfs"
    (part,) = queries.parse("Nota fiscal eletrônica").parts
    assert part.concept == "=nf"


def test_every_synonym_phrase_parses_as_one_part():
    for group in synonyms._groups():
        for phrase in group.phrases:
            assert len(queries.parse(" ".join(phrase)).parts) == 1, phrase


def test_no_phrase_is_in_two_synonym_groups():
    phrases = [phrase for group in synonyms._groups() for phrase in group.phrases]
    assert len(phrases) == len(set(phrases))


# --- Queries ---------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "  ", "o que é", "***", "👩‍💻", "\0", "\ud800", '"'])
def test_query_without_words_is_empty(typed):
    assert not queries.parse(typed)


def test_word_matches_by_prefix_from_four_letters():
    (part,) = queries.parse("rela").parts
    assert part.alternatives[0][0].prefix == "rela"
    (part,) = queries.parse("rel").parts
    assert part.alternatives[0][0].prefix is None


def test_long_queries_are_truncated():
    assert len(queries.parse("palavra" * 2_000).typed) == 300
    assert len(queries.parse(" ".join(f"w{n}" for n in range(80))).parts) == 12


def test_repeated_word_is_one_part():
    assert len(queries.parse("relatório relatórios RELATORIO").parts) == 1
