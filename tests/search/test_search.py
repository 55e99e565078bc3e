"""Search, spelling correction and similarity: the same results on both engines."""

import threading

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, event, select, text
from sqlalchemy.orm import Session

from ideas import search
from ideas.modes import Mode, in_mode
from ideas.search import finding, postgres, queries

IDEAS = [
    "Gerar PDF da NF-e",
    "Modo escuro no aplicativo",
    "Exportar relatórios para Excel",
    "Integração com o WhatsApp",
    "Aprovar pedidos de compra pelo celular",
    "Emissão de boletos em lote",
    "Duplicar um pedido de venda",
    "Filtro por período no relatório de vendas",
    "Notificações por e-mail de títulos vencidos",
    "Login em duas etapas",
    "Importar produtos por planilha",
    "Conciliação bancária automática",
    "Calendário de férias da equipe",
    "Assinatura digital de contratos",
    "Controle de estoque por lote e validade",
    "Tela inicial personalizável",
    "Permissões por perfil de usuário",
    "Histórico de alterações do cadastro de clientes",
    "Atalhos de teclado",
    "Nota fiscal de serviço para várias prefeituras",
]


@pytest.fixture
def ideas(connection):
    """Twenty ideas with ids from 1, and one in Spanish."""
    for number, title in enumerate(IDEAS, 1):
        search.index(connection, "idea", number, title, "", "pt-BR")
    search.index(connection, "idea", 21, "Anillos verdes ciclistas", "Acondicionamiento de los árboles", "es")
    return connection


def corrected(connection, typed: str) -> search.Query:
    return search.corrected(connection, "idea", search.parse(typed))


def found(connection, typed: str) -> list[int]:
    """Return the ids that match, the best first and ties newest first."""
    query = corrected(connection, typed)
    return ranked(connection, query) if query else []


def ranked(connection, query: search.Query) -> list[int]:
    hits = search.matching(connection, "idea", query)
    documents = hits.documents
    ranks = hits.best(map(tuple, connection.execute(select(documents.c.id, documents.c.title_terms), hits.values)))
    return sorted(ranks, key=lambda id: (-ranks[id], -id))


def titles(connection, typed: str) -> list[str]:
    return [IDEAS[number - 1] for number in found(connection, typed)]


def similar_titles(connection, title: str, **options) -> list[str]:
    return [IDEAS[one.id - 1] for one in search.similar(connection, "idea", title, **options)]


# --- Search ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("relatorio excel", "Exportar relatórios para Excel"),
        ("EMISSÕES", "Emissão de boletos em lote"),
        ("emissao boleto", "Emissão de boletos em lote"),
        ("perfis", "Permissões por perfil de usuário"),
        ("calendários", "Calendário de férias da equipe"),
        ("concilia", "Conciliação bancária automática"),
        ("prefeit", "Nota fiscal de serviço para várias prefeituras"),
        ("assinar contrato digital", None),
    ],
)
def test_plurals_accents_and_prefixes_match(ideas, typed, title):
    assert titles(ideas, typed)[:1] == ([title] if title else [])


def test_every_word_must_match(ideas):
    assert titles(ideas, "pedido venda") == ["Duplicar um pedido de venda"]
    assert titles(ideas, "pedido calendário") == []


@pytest.mark.parametrize("typed", ["nfe pdf", "NF-e em PDF", "nota fiscal eletrônica pdf", "danfe pdf"])
def test_synonyms_match(ideas, typed):
    assert titles(ideas, typed) == ["Gerar PDF da NF-e"]


def test_phrase_and_abbreviation_match_each_other(ideas):
    assert titles(ideas, "nfse") == ["Nota fiscal de serviço para várias prefeituras"]
    assert "Gerar PDF da NF-e" in titles(ideas, "nota fiscal")


def test_spanish_stems_match_without_choosing_a_language(ideas):
    assert found(ideas, "anillo verde") == [21]
    assert found(ideas, "arbol") == [21]


def test_a_word_in_the_title_ranks_above_one_in_the_body(connection):
    search.index(connection, "idea", 1, "Exportar contatos", "texto qualquer sem nada", "pt")
    search.index(connection, "idea", 2, "Um outro assunto", "serve para exportar tudo", "pt")
    assert found(connection, "exportar") == [1, 2]


@pytest.mark.parametrize("typed", ["", "   ", "o que é", "não", "*", "👩‍💻"])
def test_query_without_words_has_no_hits(ideas, typed):
    assert found(ideas, typed) == []


_HOSTILE = [
    '"', "'", "*", "NEAR(", "NEAR(a b, 3)", "title_terms:x", "title:emissao", "-", "-emissao", "AND", "OR", "NOT", "AND AND",
    "(", ")", "((((", '"a" "', "a*", "a^2", "{a b}:c", "a\0b", "\0", "\ud800", "a\udfffb", "%", "_", "\\", "a & b | !c", "a:*",
    "a <-> b", "'a':1A", "; DROP TABLE idea_search; --", ":expression", "%(x)s", "{0}", "½ ⑴ ㈱ №", "日本語", "a" * 10_000,
    "ab " * 3_400, "\u202e\u200b", "🇧🇷🇧🇷", "e\u0301" * 3_000, "\x1b[31m", "<script>alert(1)</script>", "1e10 0x1F 1.2.3",
]  # fmt: skip


@pytest.mark.parametrize("typed", _HOSTILE, ids=range(len(_HOSTILE)))
def test_hostile_input_does_not_break_the_search(ideas, typed):
    found(ideas, typed)
    search.similar(ideas, "idea", typed)


@pytest.mark.parametrize("typed", _HOSTILE, ids=range(len(_HOSTILE)))
def test_hostile_texts_do_not_break_the_index(connection, typed):
    storable = typed.replace("\0", "").encode("utf-8", "ignore").decode()
    search.index(connection, "idea", 1, storable, storable, "pt")
    found(connection, storable)
    search.remove(connection, "idea", 1)
    assert vocabulary(connection) == {}


def test_newest_hits_are_returned_up_to_the_limit(many):
    numbers = found(many, "relatório")
    assert len(numbers) == search.MAX_HITS
    assert numbers[2:] == list(range(search.MAX_HITS + 3, 5, -1))


@pytest.fixture(params=["index", "scan"])
def many_by_index_or_scan(request, many, monkeypatch):
    """PostgreSQL reads the hits from its index, or scans the newest documents when hits are frequent."""
    monkeypatch.setattr(postgres, "_SCAN_THRESHOLD", 0 if request.param == "scan" else 10**12)
    monkeypatch.setattr(finding, "_FREQUENT", 0 if request.param == "scan" else 10**12)
    finding._matching.clear()
    yield many
    finding._matching.clear()


def test_index_and_scan_give_the_same_hits(many_by_index_or_scan):
    assert found(many_by_index_or_scan, "relatório comissões")[:4] == [1, 2, search.MAX_HITS + 3, search.MAX_HITS + 2]
    assert found(many_by_index_or_scan, "mensal") == [2]
    assert [one.id for one in search.similar(many_by_index_or_scan, "idea", "Relatórios de comissão")] == [2, 1]


def test_best_match_is_found_among_many_newer_hits(many):
    """More newer ideas than the limit have both words in their text."""
    assert found(many, "relatório comissões")[:2] == [1, 2]
    assert found(many, "comissões relatorio")[:2] == [1, 2]
    assert found(many, "relat comis")[:2] == [1, 2]


@pytest.fixture
def many(connection):
    """Two old titles that match, and more newer texts that mention the words than the limit."""
    search.index(connection, "idea", 1, "Relatório de comissões", "", "pt")
    search.index(connection, "idea", 2, "Relatório mensal de comissões por vendedor", "", "pt")
    for number in range(3, search.MAX_HITS + 4):
        search.index(connection, "idea", number, "Fechamento", "Sem o relatório, as comissões atrasam.", "pt")
    return connection


def test_hits_can_be_joined_with_visible_rows(ideas):
    idea = Table("seen", MetaData(), Column("id", Integer, primary_key=True))
    idea.create(ideas)
    ideas.execute(idea.insert(), [{"id": 3}])
    with Session(ideas) as session:
        hits = search.matching(session, "idea", search.parse("relatório"))
        rows = select(idea.c.id, hits.documents.c.title_terms).join(hits.documents, hits.documents.c.id == idea.c.id)
        ranks = hits.best(map(tuple, session.execute(rows, hits.values)))
    assert list(ranks) == [3]
    assert ranks[3] > 0
    assert [one.id for one in search.similar(ideas, "idea", "relatórios", among=select(idea.c.id))] == [3]


def test_kind_must_be_an_identifier(connection):
    with pytest.raises(ValueError, match="not a kind"):
        search.remove(connection, "idea; DROP TABLE x", 1)


# --- Correction ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("boletso", "boletos"),
        ("relatroios em exel", "relatórios em excel"),
        ("conciliasão", "conciliação"),
        ("integraç", "integração"),
        ("wahtsapp", "whatsapp"),
        ("hwatsapp", "whatsapp"),
        ("xportar", "exportar"),
        ("ritmo do calendáiro", "ritmo do calendário"),
    ],
)
def test_unknown_word_is_corrected_and_shown(ideas, typed, shown):
    query = corrected(ideas, typed)
    assert query.corrected == shown
    assert query.typed == typed


def test_long_prefix_is_completed(connection):
    search.index(connection, "idea", 1, "Conciliar automaticamente", "", "pt")
    assert corrected(connection, "automaticam").corrected == "automaticamente"


def test_corrected_query_has_hits(ideas):
    assert titles(ideas, "boletso em lote") == ["Emissão de boletos em lote"]


@pytest.mark.parametrize(
    "typed", ["relatório", "prefeit", "xyzzyq", "abc", "nfe", "senha", "relatório xyzzyq", "script", "canetas"]
)
def test_known_and_unrecognisable_words_are_not_corrected(ideas, typed):
    assert corrected(ideas, typed).corrected is None


def test_correction_runs_a_bounded_number_of_statements(ideas):
    words = " ".join(f"desconhecida{letter}" for letter in "abcdefghijkl")
    statements = count_statements(ideas, lambda: corrected(ideas, words))
    assert statements <= 1 + 12 + 3 * 2


# --- Similarity ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("nota fiscal não emite PDF", "Gerar PDF da NF-e"),
        ("gostaria de um tema escuro", "Modo escuro no aplicativo"),
        ("exportar relatorio em xlsx", "Exportar relatórios para Excel"),
        ("emisão de boletos", "Emissão de boletos em lote"),
        ("emitir boleto em lote", "Emissão de boletos em lote"),
        ("aprovar compras no app", "Aprovar pedidos de compra pelo celular"),
        ("integraçao whatsap", "Integração com o WhatsApp"),
        ("autenticação de dois fatores", "Login em duas etapas"),
        ("importação de produtos do excel", "Importar produtos por planilha"),
        ("calendario de ferias", "Calendário de férias da equipe"),
    ],
)
def test_idea_with_the_same_meaning_is_similar(ideas, typed, title):
    assert similar_titles(ideas, typed)[0] == title


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("nota fiscal não emite boleto", "Gerar PDF da NF-e"),
        ("relatório de férias", "Filtro por período no relatório de vendas"),
        ("relatório de férias", "Exportar relatórios para Excel"),
        ("duplicar cliente", "Duplicar um pedido de venda"),
        ("tela de senha", "Tela inicial personalizável"),
    ],
)
def test_idea_that_shares_one_word_is_not_similar(ideas, typed, title):
    assert title not in similar_titles(ideas, typed)


@pytest.mark.parametrize("typed", ["", "o que é", "xyzzy", "***"])
def test_title_of_unknown_words_has_no_similar_ideas(ideas, typed):
    assert similar_titles(ideas, typed) == []


def test_similarity_searches_rare_words_and_few_documents():
    common, less, rare, rarest, unknown = queries.parse("comum menos rara raríssima desconhecida").parts
    counts = {common: 40_000, less: 4_990, rare: 30, rarest: 2, unknown: 0}
    assert finding._rarest(counts) == [rarest, rare]
    assert finding._rarest({common: 40_000, less: 30_000}) == [less, common]
    assert finding._rarest({common: 4, less: 3, rare: 2, rarest: 1, unknown: 5}) == [rarest, rare, less, common]


def test_most_similar_come_first_up_to_the_limit(connection):
    for number in range(1, 10):
        search.index(connection, "idea", number, "Exportar contatos para planilha", "", "pt")
    search.index(connection, "idea", 10, "Exportar contatos", "", "pt")
    ranked = search.similar(connection, "idea", "exportar contatos planilha", limit=3)
    assert [one.id for one in ranked] == [9, 8, 7]
    assert all(one.similarity == 1 for one in ranked)


# --- The index equals the documents ------------------------------------------------------


def vocabulary(connection) -> dict[str, int]:
    return {row.term: row.documents for row in connection.execute(text("SELECT term, documents FROM idea_term"))}


def test_terms_are_counted_per_document(connection):
    search.index(connection, "idea", 1, "Boletos e boletos", "boleto", "pt")
    search.index(connection, "idea", 2, "Boleto em PDF", "", "pt")
    assert vocabulary(connection) == {"bolet": 2, "pdf": 1}


def test_edited_text_matches_only_its_new_words(connection):
    search.index(connection, "idea", 1, "Boletos", "em lote", "pt")
    search.index(connection, "idea", 1, "Contratos", "em lote", "pt")
    assert vocabulary(connection) == {"contrat": 1, "lot": 1}
    assert found(connection, "contrato") == [1]
    assert ranked(connection, search.parse("boleto")) == []


def test_indexing_twice_changes_nothing(ideas):
    before = vocabulary(ideas)
    search.index(ideas, "idea", 3, IDEAS[2], "", "pt-BR")
    assert vocabulary(ideas) == before


def test_removed_documents_leave_no_terms(ideas):
    for number in range(1, 22):
        search.remove(ideas, "idea", number)
        search.remove(ideas, "idea", number)
    assert vocabulary(ideas) == {}
    assert found(ideas, "relatório") == []
    assert ideas.scalar(text("SELECT count(*) FROM idea_search")) == 0


def test_removing_one_document_keeps_the_others(ideas):
    search.remove(ideas, "idea", 3)
    assert titles(ideas, "relatório") == ["Filtro por período no relatório de vendas"]


def test_rollback_undoes_indexing(engine):
    with engine.connect() as connection, in_mode(Mode.WRITE):
        search.index(connection, "idea", 1, "Boletos", "", "pt")
        connection.rollback()
        assert vocabulary(connection) == {}
        assert found(connection, "boleto") == []


def test_concurrent_indexing_neither_deadlocks_nor_miscounts(engine):
    """Each thread indexes and removes texts with the same words in a different order."""
    words = [f"palavra{letter}" for letter in "abcdefghijklmnop"]
    failures = []

    def work(worker: int) -> None:
        try:
            for turn in range(15):
                title = " ".join(words[(worker + turn) % 16 :] + words[: (worker + turn) % 12])
                with in_mode(Mode.WRITE), engine.begin() as connection:
                    search.index(connection, "idea", worker * 100 + turn, title, "", "pt")
                with in_mode(Mode.WRITE), engine.begin() as connection:
                    if turn % 3 == 0:
                        search.remove(connection, "idea", worker * 100 + turn)
                    else:
                        search.index(
                            connection, "idea", worker * 100 + turn, " ".join(reversed(words[turn:])), "", "pt"
                        )
        except Exception as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with engine.connect() as connection:
        assert vocabulary(connection) == recounted(connection)


def test_concurrent_edits_of_one_text_count_it_once(engine):
    with in_mode(Mode.WRITE), engine.begin() as connection:
        search.index(connection, "idea", 1, "boletos", "", "pt")

    def edit(worker: int) -> None:
        for turn in range(20):
            with in_mode(Mode.WRITE), engine.begin() as connection:
                search.index(connection, "idea", 1, f"boletos palavra{worker} turno{turn}", "", "pt")

    threads = [threading.Thread(target=edit, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert vocabulary(connection) == recounted(connection)


def recounted(connection) -> dict[str, int]:
    """Count the documents per term from the index itself."""
    column = "title_terms" if connection.dialect.name == "sqlite" else "array_to_string(tsvector_to_array(terms), ' ')"
    counts: dict[str, int] = {}
    for document in connection.execute(text(f"SELECT {column} FROM idea_search")).scalars():
        for term in set(document.split()):
            counts[term] = counts.get(term, 0) + 1
    return counts


def count_statements(connection, run) -> int:
    statements: list[str] = []

    def note(*args) -> None:
        statements.append(args[2])

    event.listen(connection, "before_cursor_execute", note)
    run()
    event.remove(connection, "before_cursor_execute", note)
    return len(statements)
