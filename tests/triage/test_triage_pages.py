"""The pages of triage: answers, owners, tags, notes and batches; access only for managers of the product."""

import re
from datetime import timedelta

import pytest

from ideas import clock
from ideas.board import deciding
from ideas.board.deciding import Decision
from ideas.db import db
from ideas.triage.models import TriageNote
from tests import make
from tests.conftest import statements

CANARY = "Canário interno amarelo"


def sent(page: str, **facts: str) -> dict[str, str]:
    """The answer form's fields from the page, with other values."""
    seen = re.search(r'name="seen" type="hidden" value="([^"]+)"', page)
    assert seen
    return {"seen": seen[1], "to": "keep", **facts}


def test_answering_removes_the_idea_and_selects_the_next(browser, elisa):
    first, second = make.idea("A primeira ideia que espera"), make.idea("A segunda ideia que espera")
    manager = browser(elisa)
    page = manager.get("/triagem").text
    assert "A primeira ideia" in page
    answer = manager.post(f"/triagem/{first.id}/resposta", data=sent(page, to="under_review", text="Vamos olhar."))
    assert (answer.status_code, answer.location) == (303, "/triagem")
    page = manager.get("/triagem").text
    assert "A primeira ideia que espera</a>" not in page
    manager.post(f"/triagem/{second.id}/resposta", data=sent(page, to="planned"))
    assert "A caixa está vazia" in manager.get("/triagem").text


def test_a_refused_answer_keeps_the_submitted_text(browser, elisa):
    idea = make.idea()
    manager = browser(elisa)
    data = sent(manager.get("/triagem").text, to="declined", text="", link="https://exemplo.example/x")
    answer = manager.post(f"/triagem/{idea.id}/resposta?caixa=abertas", data=data)
    assert answer.status_code == 422
    assert "pede uma resposta oficial" in answer.text
    assert "https://exemplo.example/x" in answer.text


def test_a_concurrent_answer_is_detected(browser, elisa):
    idea = make.idea()
    manager = browser(elisa)
    data = sent(manager.get("/triagem").text, to="planned")
    manager.post(f"/triagem/{idea.id}/resposta", data=data)
    again = manager.post(f"/triagem/{idea.id}/resposta", data=data | {"to": "declined", "text": "Não."})
    assert again.status_code == 422
    assert "Outra pessoa respondeu" in again.text


def test_owner_tags_and_notes_return_to_the_same_list(browser, elisa):
    idea = make.idea()
    manager = browser(elisa)
    answer = manager.post(f"/triagem/{idea.id}/responsavel?caixa=abertas", data={"owner": str(elisa.id)})
    assert answer.location == f"/triagem?caixa=abertas&ideia={idea.id}"
    manager.post(f"/triagem/{idea.id}/etiquetas", data={"tags": "Fiscal, Reforma"})
    manager.post(f"/triagem/{idea.id}/notas", data={"words": CANARY})
    page = manager.get("/triagem?caixa=comigo").text
    assert CANARY in page
    assert "Fiscal, Reforma" in page
    empty = manager.post(f"/triagem/{idea.id}/notas", data={"words": " "})
    assert (empty.status_code, "Escreva a nota" in empty.text) == (422, True)
    many = manager.post(f"/triagem/{idea.id}/etiquetas", data={"tags": ",".join(f"t{number}" for number in range(11))})
    assert (many.status_code, "no máximo 10 etiquetas" in many.text) == (422, True)


def test_the_address_filters_the_inbox(browser, elisa):
    """By product, module, status, tag, and days without an answer, as the form sends them."""
    now = clock.now()
    make.idea("A do estoque", module="estoque", published_at=now - timedelta(days=20))
    make.idea("A do fiscal", module="fiscal", published_at=now, status="under_review")
    manager = browser(elisa)

    def listed(query: str) -> list[bool]:
        page = manager.get(f"/triagem?caixa=abertas&{query}").text
        return [f"{title}</a>" in page for title in ("A do estoque", "A do fiscal")]

    assert listed("") == [True, True]
    assert listed("produto=erp&modulo=estoque") == listed("dias=7") == [True, False]
    assert listed("situacao=under_review") == [False, True]
    assert listed("produto=rh") == listed("etiqueta=Fiscal") == listed("dias=30") == [False, False]


def test_b09_internal_notes_are_invisible_to_others(browser, elisa, ana, fabio):
    idea = make.idea("Ideia com nota interna")
    db.session.add(TriageNote(idea_id=idea.id, by_id=elisa.id, text=CANARY))
    db.session.commit()
    for client in (browser(), browser(ana), browser(fabio)):
        for address in ("/", f"/ideias/{idea.id}-{idea.slug}", "/?q=canario", "/sitemap.xml", "/triagem"):
            assert CANARY not in client.get(address).text


def test_b08_b12_only_managers_of_the_product_see_its_ideas(browser, elisa, ana, heitor):
    from ideas.accounts.models import ProductManager

    idea = make.idea()
    assert browser(ana).get("/triagem").status_code == 403
    assert browser(heitor).post(f"/triagem/{idea.id}/resposta", data={"to": "planned"}).status_code == 403
    db.session.query(ProductManager).filter_by(person_id=elisa.id, product_id=idea.product_id).delete()
    db.session.commit()
    manager = browser(elisa)
    assert idea.title not in manager.get("/triagem?caixa=todas").text
    assert manager.get(f"/triagem?ideia={idea.id}").status_code == 404
    assert manager.post(f"/triagem/{idea.id}/notas", data={"words": "x"}).status_code == 404
    assert "Nenhuma ideia foi escolhida" in manager.post("/triagem/lote", data={"idea": str(idea.id)}).text


def test_a_batch_is_previewed_confirmed_and_undone(browser, elisa):
    ideas = [make.idea() for _ in range(3)]
    ended = make.idea(status="declined")
    manager = browser(elisa)
    chosen = {"idea": [str(idea.id) for idea in (*ideas, ended)]}
    assert "Mudar 4 ideias" in manager.post("/triagem/lote", data=chosen).text
    missing = manager.post("/triagem/lote", data=chosen | {"to": ""})
    assert (missing.status_code, "Escolha a nova situação." in missing.text) == (422, True)
    look = manager.post("/triagem/lote", data=chosen | {"to": "needs_info", "words": "Conte mais."}).text
    assert "3 ideias passam para Precisa de informação" in look
    assert "1 fica como está" in look
    assert ideas[0].status_key == "new"
    answer = manager.post("/triagem/lote", data=chosen | {"to": "needs_info", "words": "Conte mais.", "confirmed": "1"})
    assert answer.status_code == 303
    assert {idea.status_key for idea in ideas} == {"needs_info"}
    manager.post(f"{answer.location}/desfazer")
    assert {idea.status_key for idea in ideas} == {"new"}
    assert "Desfeita" in manager.get(answer.location).text


def test_a_batch_lists_what_it_changed_whatever_happened_since(browser, elisa):
    later, undone = make.idea(), make.idea()
    manager = browser(elisa)
    form = {"idea": [str(later.id), str(undone.id)], "to": "under_review", "confirmed": "1"}
    batch = manager.post("/triagem/lote", data=form).location
    deciding.decide(later, Decision(to="planned"), by=elisa)
    db.session.commit()
    for _ in range(2):
        shown = " ".join(re.sub(r"<[^>]+>", " ", manager.get(batch).text).split())
        assert shown.count("Nova → Em análise") == 2
        assert manager.post(f"{batch}/desfazer").status_code in {303, 409}
    assert undone.status_key == "new"


@pytest.mark.parametrize(
    "query", ["pagina=xx", "pagina=aTF-MQ", "ideia=99999999999", "caixa=x&dias=-1&ordem=z", "etiqueta=" + "x" * 300]
)
def test_invalid_query_strings_are_answered(browser, elisa, query):
    make.idea()
    assert browser(elisa).get(f"/triagem?{query}").status_code in {200, 404}


@pytest.mark.parametrize("ideas", [1, 25])
def test_the_inbox_keeps_its_statement_budget(browser, elisa, ideas):
    for _ in range(ideas):
        make.idea()
    manager = browser(elisa)
    manager.get("/triagem")
    with statements() as sent_to:
        manager.get("/triagem")
    assert len(sent_to) <= 13, sent_to
