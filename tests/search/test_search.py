"""Finding, correcting, resembling: the same promises on both engines."""

import threading

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, event, select, text
from sqlalchemy.orm import Session

from ideas import search
from ideas.db import writing
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
def ideas(database):
    """Twenty ideas, numbered from 1, and one in Spanish."""
    for number, title in enumerate(IDEAS, 1):
        search.index(database, "idea", number, title, "", "pt-BR")
    search.index(database, "idea", 21, "Anillos verdes ciclistas", "Acondicionamiento de los árboles", "es")
    return database


def understood(database, typed: str) -> search.Query:
    return search.corrected(database, "idea", search.parse(typed))


def found(database, typed: str) -> list[int]:
    """What matches, the best first, the newest of equals first."""
    query = understood(database, typed)
    return ranked(database, query) if query else []


def ranked(database, query: search.Query) -> list[int]:
    hits = search.matching(database, "idea", query)
    documents = hits.documents
    ranks = hits.best(map(tuple, database.execute(select(documents.c.id, documents.c.title_terms), hits.values)))
    return sorted(ranks, key=lambda id: (-ranks[id], -id))


def titles(database, typed: str) -> list[str]:
    return [IDEAS[number - 1] for number in found(database, typed)]


def alike(database, title: str, **options) -> list[str]:
    return [IDEAS[one.id - 1] for one in search.similar(database, "idea", title, **options)]


# --- Finding ---------------------------------------------------------------------------------


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
def test_plurals_accents_and_beginnings_are_found(ideas, typed, title):
    assert titles(ideas, typed)[:1] == ([title] if title else [])


def test_every_word_must_be_found(ideas):
    assert titles(ideas, "pedido venda") == ["Duplicar um pedido de venda"]
    assert titles(ideas, "pedido calendário") == []


@pytest.mark.parametrize("typed", ["nfe pdf", "NF-e em PDF", "nota fiscal eletrônica pdf", "danfe pdf"])
def test_synonyms_are_found(ideas, typed):
    assert titles(ideas, typed) == ["Gerar PDF da NF-e"]


def test_a_phrase_is_found_by_its_abbreviation_and_the_reverse(ideas):
    assert titles(ideas, "nfse") == ["Nota fiscal de serviço para várias prefeituras"]
    assert "Gerar PDF da NF-e" in titles(ideas, "nota fiscal")


def test_spanish_is_found_whoever_types_it(ideas):
    assert found(ideas, "anillo verde") == [21]
    assert found(ideas, "arbol") == [21]


def test_a_word_in_the_title_ranks_above_one_in_the_body(database):
    search.index(database, "idea", 1, "Exportar contatos", "texto qualquer sem nada", "pt")
    search.index(database, "idea", 2, "Um outro assunto", "serve para exportar tudo", "pt")
    assert found(database, "exportar") == [1, 2]


@pytest.mark.parametrize("typed", ["", "   ", "o que é", "não", "*", "👩‍💻"])
def test_nothing_to_look_for_finds_nothing(ideas, typed):
    assert found(ideas, typed) == []


_HOSTILE = [
    '"', "'", "*", "NEAR(", "NEAR(a b, 3)", "title_terms:x", "title:emissao", "-", "-emissao", "AND", "OR", "NOT", "AND AND",
    "(", ")", "((((", '"a" "', "a*", "a^2", "{a b}:c", "a\0b", "\0", "\ud800", "a\udfffb", "%", "_", "\\", "a & b | !c", "a:*",
    "a <-> b", "'a':1A", "; DROP TABLE idea_search; --", ":expression", "%(x)s", "{0}", "½ ⑴ ㈱ №", "日本語", "a" * 10_000,
    "ab " * 3_400, "\u202e\u200b", "🇧🇷🇧🇷", "e\u0301" * 3_000, "\x1b[31m", "<script>alert(1)</script>", "1e10 0x1F 1.2.3",
]  # fmt: skip


@pytest.mark.parametrize("typed", _HOSTILE, ids=range(len(_HOSTILE)))
def test_nothing_that_is_typed_breaks_the_search(ideas, typed):
    found(ideas, typed)
    search.similar(ideas, "idea", typed)


@pytest.mark.parametrize("typed", _HOSTILE, ids=range(len(_HOSTILE)))
def test_nothing_that_is_written_breaks_the_index(database, typed):
    storable = typed.replace("\0", "").encode("utf-8", "ignore").decode()
    search.index(database, "idea", 1, storable, storable, "pt")
    found(database, storable)
    search.remove(database, "idea", 1)
    assert vocabulary(database) == {}


def test_of_more_hits_than_anyone_reads_the_newest_are_found(many):
    numbers = found(many, "relatório")
    assert len(numbers) == search.MOST_FOUND
    assert numbers[2:] == list(range(search.MOST_FOUND + 3, 5, -1))


@pytest.fixture(params=["gathered", "walked"])
def many_by_either_way(request, many, monkeypatch):
    """PostgreSQL gathers the hits by its index, or walks the newest documents where many are hits."""
    monkeypatch.setattr(postgres, "_WORTH_WALKING", 0 if request.param == "walked" else 10**12)
    monkeypatch.setattr(finding, "_OFTEN", 0 if request.param == "walked" else 10**12)
    finding._found.cache_clear()
    yield many
    finding._found.cache_clear()


def test_the_way_to_the_hits_changes_nothing(many_by_either_way):
    assert found(many_by_either_way, "relatório comissões")[:4] == [1, 2, 503, 502]
    assert found(many_by_either_way, "mensal") == [2]
    assert [one.id for one in search.similar(many_by_either_way, "idea", "Relatórios de comissão")] == [2, 1]


def test_the_best_match_is_found_however_old_it_is(many):
    """Five hundred newer ideas have both words somewhere in their text."""
    assert found(many, "relatório comissões")[:2] == [1, 2]
    assert found(many, "comissões relatorio")[:2] == [1, 2]
    assert found(many, "relat comis")[:2] == [1, 2]


@pytest.fixture
def many(database):
    """Two old titles that say it, and more newer texts that mention it than are found."""
    search.index(database, "idea", 1, "Relatório de comissões", "", "pt")
    search.index(database, "idea", 2, "Relatório mensal de comissões por vendedor", "", "pt")
    for number in range(3, search.MOST_FOUND + 4):
        search.index(database, "idea", number, "Fechamento", "Sem o relatório, as comissões atrasam.", "pt")
    return database


def test_hits_are_joined_with_what_a_person_may_see(ideas):
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


def test_a_kind_is_never_something_typed(database):
    with pytest.raises(ValueError, match="not a kind"):
        search.remove(database, "idea; DROP TABLE x", 1)


# --- Correcting ------------------------------------------------------------------------------


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
def test_a_word_that_no_idea_has_is_corrected_and_it_is_said(ideas, typed, shown):
    query = understood(ideas, typed)
    assert query.corrected == shown
    assert query.typed == typed


def test_a_long_word_half_typed_is_completed(database):
    search.index(database, "idea", 1, "Conciliar automaticamente", "", "pt")
    assert understood(database, "automaticam").corrected == "automaticamente"


def test_what_is_corrected_is_found(ideas):
    assert titles(ideas, "boletso em lote") == ["Emissão de boletos em lote"]


@pytest.mark.parametrize(
    "typed", ["relatório", "prefeit", "xyzzyq", "abc", "nfe", "senha", "relatório xyzzyq", "script", "canetas"]
)
def test_known_words_and_strange_ones_are_left_alone(ideas, typed):
    assert understood(ideas, typed).corrected is None


def test_a_query_of_unknown_words_asks_little_of_the_database(ideas):
    words = " ".join(f"desconhecida{letter}" for letter in "abcdefghijkl")
    statements = count_statements(ideas, lambda: understood(ideas, words))
    assert statements <= 1 + 12 + 3 * 2


# --- Resembling ------------------------------------------------------------------------------


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
def test_an_idea_that_says_the_same_is_found(ideas, typed, title):
    assert alike(ideas, typed)[0] == title


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
def test_an_idea_that_shares_a_word_says_something_else(ideas, typed, title):
    assert title not in alike(ideas, typed)


@pytest.mark.parametrize("typed", ["", "o que é", "xyzzy", "***"])
def test_a_title_of_unknown_words_resembles_nothing(ideas, typed):
    assert alike(ideas, typed) == []


def test_resemblance_looks_for_rare_words_and_never_brings_in_everything():
    common, less, rare, rarest, unknown = queries.parse("comum menos rara raríssima desconhecida").parts
    counts = {common: 40_000, less: 4_990, rare: 30, rarest: 2, unknown: 0}
    assert finding._rarest(counts) == [rarest, rare]
    assert finding._rarest({common: 40_000, less: 30_000}) == [less, common]
    assert finding._rarest({common: 4, less: 3, rare: 2, rarest: 1, unknown: 5}) == [rarest, rare, less, common]


def test_the_most_alike_come_first_and_not_too_many(database):
    for number in range(1, 10):
        search.index(database, "idea", number, "Exportar contatos para planilha", "", "pt")
    search.index(database, "idea", 10, "Exportar contatos", "", "pt")
    ranked = search.similar(database, "idea", "exportar contatos planilha", limit=3)
    assert [one.id for one in ranked] == [9, 8, 7]
    assert all(one.likeness == 1 for one in ranked)


# --- The index is exactly what there is ------------------------------------------------------


def vocabulary(database) -> dict[str, int]:
    return {row.term: row.documents for row in database.execute(text("SELECT term, documents FROM idea_term"))}


def test_terms_are_counted_by_documents(database):
    search.index(database, "idea", 1, "Boletos e boletos", "boleto", "pt")
    search.index(database, "idea", 2, "Boleto em PDF", "", "pt")
    assert vocabulary(database) == {"bolet": 2, "pdf": 1}


def test_an_edited_text_is_found_by_its_new_words_alone(database):
    search.index(database, "idea", 1, "Boletos", "em lote", "pt")
    search.index(database, "idea", 1, "Contratos", "em lote", "pt")
    assert vocabulary(database) == {"contrat": 1, "lot": 1}
    assert found(database, "contrato") == [1]
    assert ranked(database, search.parse("boleto")) == []


def test_indexing_again_changes_nothing(ideas):
    before = vocabulary(ideas)
    search.index(ideas, "idea", 3, IDEAS[2], "", "pt-BR")
    assert vocabulary(ideas) == before


def test_what_is_removed_is_nowhere(ideas):
    for number in range(1, 22):
        search.remove(ideas, "idea", number)
        search.remove(ideas, "idea", number)
    assert vocabulary(ideas) == {}
    assert found(ideas, "relatório") == []
    assert ideas.scalar(text("SELECT count(*) FROM idea_search")) == 0


def test_removing_one_leaves_the_others(ideas):
    search.remove(ideas, "idea", 3)
    assert titles(ideas, "relatório") == ["Filtro por período no relatório de vendas"]


def test_what_is_rolled_back_was_never_indexed(engine):
    with engine.connect() as connection, writing():
        search.index(connection, "idea", 1, "Boletos", "", "pt")
        connection.rollback()
        assert vocabulary(connection) == {}
        assert found(connection, "boleto") == []


def test_many_at_once_neither_lock_each_other_nor_miscount(engine):
    """Each writes and removes texts with the same words in another order."""
    words = [f"palavra{letter}" for letter in "abcdefghijklmnop"]
    failures = []

    def work(worker: int) -> None:
        try:
            for turn in range(15):
                title = " ".join(words[(worker + turn) % 16 :] + words[: (worker + turn) % 12])
                with writing(), engine.begin() as connection:
                    search.index(connection, "idea", worker * 100 + turn, title, "", "pt")
                with writing(), engine.begin() as connection:
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


def test_edits_of_one_text_at_the_same_time_count_it_once(engine):
    with writing(), engine.begin() as connection:
        search.index(connection, "idea", 1, "boletos", "", "pt")

    def edit(worker: int) -> None:
        for turn in range(20):
            with writing(), engine.begin() as connection:
                search.index(connection, "idea", 1, f"boletos palavra{worker} turno{turn}", "", "pt")

    threads = [threading.Thread(target=edit, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        assert vocabulary(connection) == recounted(connection)


def recounted(connection) -> dict[str, int]:
    """How many documents have each term, by asking for the documents themselves."""
    column = "title_terms" if connection.dialect.name == "sqlite" else "array_to_string(tsvector_to_array(terms), ' ')"
    counts: dict[str, int] = {}
    for document in connection.execute(text(f"SELECT {column} FROM idea_search")).scalars():
        for term in set(document.split()):
            counts[term] = counts.get(term, 0) + 1
    return counts


def count_statements(connection, deed) -> int:
    statements: list[str] = []

    def note(*happening) -> None:
        statements.append(happening[2])

    event.listen(connection, "before_cursor_execute", note)
    deed()
    event.remove(connection, "before_cursor_execute", note)
    return len(statements)
