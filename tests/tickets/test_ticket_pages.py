"""The pages of tickets: lists, a new ticket, the thread, its people."""

import re
from typing import Any

import pytest
from sqlalchemy import func, select

from ideas.accounts.models import Person
from ideas.db import db
from ideas.tickets import participating, thread
from ideas.tickets.models import Ticket, TicketMessage, TicketNote
from tests import make
from tests.conftest import HTMX, statements

NEW = {
    "type": "question",
    "subject": "Como emitir a nota de devolução?",
    "product": "erp",
    "description": "Procurei no menu **Fiscal** e não achei.",
    "client_token": "t1",
}


def address(ticket: Ticket, *more: str) -> str:
    return "/".join([f"/chamados/{ticket.code}", *more])


def only_ticket() -> Ticket:
    return db.session.scalars(select(Ticket)).one()


def test_opening_a_ticket_redirects_to_it(browser: Any, ana: Person) -> None:
    ours = browser(ana)
    answer = ours.post("/chamados/novo", data=NEW)
    ticket = only_ticket()
    assert (answer.status_code, answer.location) == (303, address(ticket))
    page = ours.get(answer.location).text
    assert "Como emitir a nota de devolução?" in page
    assert "menu <strong>Fiscal</strong>" in page
    assert "Esperando um analista começar o atendimento." in page
    assert ticket.code in ours.get("/chamados").text


def test_suggestions_are_shown_before_a_ticket_is_opened(browser: Any, ana: Person) -> None:
    make.idea("Emitir a nota de devolução em lote")
    ours = browser(ana)
    asked = ours.post("/chamados/novo", data=NEW | {"subject": "Emitir a nota de devolução"})
    assert "Isto já responde?" in asked.text
    assert "Emitir a nota de devolução em lote" in asked.text
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0
    back = ours.post("/chamados/novo", data=NEW | {"change": "1"})
    assert "Procurei no menu **Fiscal**" in back.text
    assert ours.post("/chamados/novo", data=NEW | {"confirmed": "1"}).status_code == 303


def test_suggestions_shown_while_typing_are_not_shown_again(browser: Any, ana: Person) -> None:
    make.idea("Emitir a nota de devolução em lote")
    ours = browser(ana)
    suggestions = ours.get("/chamados/novo/sugestoes?subject=Emitir+a+nota+de+devolução", headers=HTMX)
    assert "Emitir a nota de devolução em lote" in suggestions.text
    assert ours.post("/chamados/novo", data=NEW | {"seen": "1"}).status_code == 303
    assert ours.get("/chamados/novo/sugestoes?subject=Xyz").location == "/chamados/novo?assunto=Xyz"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": "Oi"}, "ao menos 5 letras"),
        ({"subject": "a" * 121}, "o limite é de 120"),
        ({"subject": "a\x00bcdef"}, "caracteres"),
        ({"description": ""}, "Descreva o que acontece"),
        ({"description": "a" * 10_001}, "o limite é de 10000"),
        ({"product": ""}, "Escolha o produto"),
        ({"product": "folha"}, "Escolha o produto"),
        ({"module": "rh.folha"}, "de outro produto"),
        ({"type": "technical_consulting"}, "Escolha um tipo da lista"),
        ({"type": ""}, "Escolha o tipo"),
        ({"client_token": "á" * 80}, "Recarregue"),
    ],
)
def test_an_invalid_ticket_is_refused_and_the_text_is_kept(
    wrong: dict[str, str], sentence: str, browser: Any, ana: Person
) -> None:
    answer = browser(ana).post("/chamados/novo", data=NEW | wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "não achei" in answer.text or "description" in wrong
    assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0


def test_a_conversation_from_end_to_end(browser: Any, ana: Person, heitor: Person) -> None:
    ticket = make.ticket("O relatório sai cortado", owner=ana)
    customer, analyst = browser(ana), browser(heitor)
    sent = analyst.post(address(ticket, "mensagens"), data={"text": "Qual a versão?", "then": "awaiting_customer"})
    assert sent.status_code == 303
    page = customer.get(address(ticket)).text
    assert "Qual a versão?" in page
    assert "Esperando a sua resposta" in page
    assert "Heitor Lima assumiu o atendimento" in page
    customer.post(address(ticket, "mensagens"), data={"text": "A 12.1.2510."})
    assert ticket.state_key == "in_progress"
    analyst.post(address(ticket, "mensagens"), data={"text": "Atualize.", "then": "awaiting_customer_validation"})
    assert "Resolveu: confirmar" in customer.get(address(ticket)).text
    customer.post(address(ticket, "situacao"), data={"to": "resolved"})
    assert ticket.state_key == "resolved"
    assert "Solução confirmada" in customer.get(address(ticket)).text


def test_htmx_gets_the_rendered_ticket(browser: Any, ana: Person) -> None:
    ticket = make.ticket(owner=ana)
    answer = browser(ana).post(address(ticket, "mensagens"), data={"text": "Mais um detalhe."}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'data-announce="Mensagem enviada."' in answer.text
    assert "Mais um detalhe." in answer.text


def test_d01_submitting_a_message_twice_stores_it_once(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    for _ in range(3):
        assert ours.post(address(ticket, "mensagens"), data={"text": "Oi.", "client_token": "m1"}).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(TicketMessage)) == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_message_shows_an_error_at_its_field(headers: dict[str, str], browser: Any, ana: Person) -> None:
    ticket = make.ticket(owner=ana)
    answer = browser(ana).post(address(ticket, "mensagens"), data={"text": "  "}, headers=headers)
    assert answer.status_code == 422
    assert 'id="reply-text-error"' in answer.text


def test_a_reply_to_a_ticket_that_just_closed_keeps_the_text(browser: Any, ana: Person) -> None:
    ticket = make.ticket(owner=ana, state="closed")
    answer = browser(ana).post(address(ticket, "mensagens"), data={"text": "Voltou a acontecer."})
    assert answer.status_code == 409
    assert "abra um acompanhamento" in answer.text
    assert "Voltou a acontecer." in answer.text


def test_a_follow_up_is_opened_from_the_closed_ticket(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket("O relatório sai cortado", owner=ana, state="closed"), browser(ana)
    assert "Abrir acompanhamento" in ours.get(address(ticket)).text
    answer = ours.post(address(ticket, "acompanhamento"), data={"text": "Voltou a acontecer."})
    assert answer.status_code == 303
    page = ours.get(answer.location).text
    assert "Voltou a acontecer." in page
    assert "sem a última linha" in page
    assert "continua no" in ours.get(address(ticket)).text


def test_a_transferred_ticket_shows_who_opened_and_wrote_it(browser: Any, ana: Person, carla: Person) -> None:
    ticket = make.ticket("O relatório sai cortado", owner=ana)
    participating.transfer(ticket, carla.id, by=carla)
    db.session.commit()
    for reader in (ana, carla):
        page = " ".join(re.sub(r"<[^>]+>", " ", browser(reader).get(address(ticket)).text).split())
        assert "Ana Ribeiro abriu o chamado" in page
        assert f"{carla.name} abriu o chamado" not in page
        assert "Aberto por Ana Ribeiro" in page
        assert f"{carla.name} passou a propriedade a {carla.name}" in page


def test_a_follow_up_shows_who_opened_each_ticket_of_the_chain(browser: Any, ana: Person, carla: Person) -> None:
    first = make.ticket("O relatório sai cortado", owner=ana, state="closed")
    answer = browser(carla).post(address(first, "acompanhamento"), data={"text": "Voltou a acontecer."})
    page = " ".join(re.sub(r"<[^>]+>", " ", browser(ana).get(answer.location).text).split())
    assert "Ana Ribeiro abriu o chamado" in page
    assert f"{carla.name} abriu o acompanhamento" in page


def test_participants_are_added_and_removed_on_the_people_page(browser: Any, ana: Person, davi: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    page = ours.get(address(ticket, "pessoas")).text
    assert "Davi Prado" in page
    assert "Bruno Leal" not in page
    assert "Davi Prado" not in ours.get(address(ticket, "pessoas?q=carla")).text
    ours.post(address(ticket, "pessoas"), data={"person": str(davi.id)})
    assert browser(davi).get(address(ticket)).status_code == 200
    ours.post(address(ticket, "pessoas", str(davi.id), "retirar"))
    assert browser(davi).get(address(ticket)).status_code == 404


def test_the_owner_transfers_the_ticket(browser: Any, ana: Person, carla: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    answer = ours.post(address(ticket, "pessoas", "proprietario"), data={"person": str(carla.id)}, headers=HTMX)
    assert answer.status_code == 200
    assert "Agora o chamado é de Carla Nunes." in answer.text
    assert ticket.owner_id == carla.id
    assert [person.id for person in participating.participants_of(ticket)] == [ana.id]


def test_an_analyst_takes_a_ticket_and_writes_a_note(browser: Any, ana: Person, heitor: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(heitor)
    assert "Assumir o atendimento" in ours.get(address(ticket)).text
    ours.post(address(ticket, "analista"), data={"person": str(heitor.id)})
    assert ticket.analyst_id == heitor.id
    assert ours.post(address(ticket, "notas"), data={"text": "Parece o caso de ontem."}).status_code == 303
    assert db.session.scalars(select(TicketNote)).one().author_id == heitor.id
    assert "Parece o caso de ontem." in ours.get(address(ticket)).text


@pytest.mark.parametrize("who", ["ana", "elisa", "heitor"])
def test_each_reader_sees_their_default_list(who: str, browser: Any, ana: Person) -> None:
    make.ticket("O relatório sai cortado", owner=ana)
    page = browser(make.person(who)).get("/chamados").text
    assert ("O relatório sai cortado" in page) == (who != "elisa")
    assert ("Chamados são de empresas clientes" in page) == (who == "elisa")


def test_lists_are_paged_by_keyset(browser: Any, ana: Person) -> None:
    for number in range(30):
        make.ticket(f"Chamado do dia {number:02d}", owner=ana)
    ours = browser(ana)
    first = ours.get("/chamados").text
    assert first.count('class="ticket-row"') == 25
    following = first.split('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&")
    assert ours.get(following).text.count('class="ticket-row"') == 5
    assert ours.get(following, headers=HTMX).text.count('class="ticket-row"') == 5
    for bad in ("?pagina=xxx", "?situacao=nope", "?pagina=aTF-MQ"):
        assert ours.get("/chamados" + bad).status_code == 404


def test_a_long_thread_shows_the_newest_messages_and_links_to_earlier_ones(
    browser: Any, ana: Person, monkeypatch
) -> None:
    monkeypatch.setattr(thread, "PAGE_SIZE", 3)
    ticket, ours = make.ticket(owner=ana), browser(ana)
    for number in range(4):
        db.session.add(TicketMessage(ticket_id=ticket.id, author_id=ana.id, text=f"recado-{number}", language="pt-BR",
                                     is_vendors=False))  # fmt: skip
    db.session.commit()
    last = ours.get(address(ticket)).text
    assert ("recado-0" in last, "recado-1" in last, "recado-3" in last) == (False, True, True)
    link = re.search(rf'href="({address(ticket)}\?pagina=[\w-]+)"', last)
    assert link is not None
    before = ours.get(link[1]).text
    assert ("recado-0" in before, "recado-1" in before, "Ir para as mais novas" in before) == (True, False, True)


@pytest.mark.parametrize(("who", "lists", "one", "people"), [("ana", 6, 11, 7), ("heitor", 5, 13, 7)])
def test_g10_the_number_of_statements_is_constant(
    who: str, lists: int, one: int, people: int, browser: Any, ana: Person
) -> None:
    ticket = make.ticket("O primeiro de todos", owner=ana)
    ours = browser(make.person(who))
    ours.get("/chamados")
    for some in (1, 20):
        for number in range(some):
            make.ticket(owner=ana)
            db.session.add(TicketMessage(ticket_id=ticket.id, author_id=ana.id, text=f"{number}", language="pt-BR",
                                         is_vendors=False))  # fmt: skip
        for page, most in (("/chamados", lists), (address(ticket), one), (address(ticket, "pessoas"), people)):
            with statements() as sent:
                assert ours.get(page).status_code == 200
            assert len(sent) <= most, (page, len(sent), sent)
