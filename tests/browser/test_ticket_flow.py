"""A ticket from opening to closing: customer, company administrator and analyst, with and without JavaScript."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from ideas import clock
from ideas.db import db
from ideas.modes import Mode, set_mode
from ideas.tickets import closing
from ideas.tickets.models import Ticket
from tests import make
from tests.browser.test_axe import violations

SUBJECT = "O balancete sai cortado na impressão"


def close_due_tickets() -> None:
    """Move the closing date of every ticket to yesterday, and run the job that closes them."""
    db.session.rollback()
    set_mode(Mode.WRITE)
    for ticket in db.session.scalars(select(Ticket).where(Ticket.stays_until.is_not(None))):
        ticket.stays_until = clock.date_in_sao_paulo(clock.now()) - timedelta(days=1)
    db.session.commit()
    closing.close_due()
    db.session.commit()
    set_mode(Mode.TRANSACTION)


def expect_state(page: Page, text: str) -> None:
    expect(page.get_by_role("main").locator(".ticket__line")).to_contain_text(text)


def send(page: Page, text: str, then: str | None = None) -> None:
    page.get_by_label("Responder", exact=True).fill(text)
    if then:
        page.get_by_label("Depois de enviar").select_option(label=then)
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.get_by_role("main").get_by_text(text)).to_be_visible()


@pytest.mark.every_engine
def test_ticket_is_answered_closed_followed_up_and_turned_into_an_idea(js, open_page, enter, ana, carla, heitor):
    make.idea("Imprimir o balancete em folha deitada")
    db.session.commit()

    # Ana opens a ticket.
    customer = open_page(js=js)
    enter(customer, ana)
    customer.goto("/chamados")
    customer.get_by_role("main").get_by_role("link", name="Novo chamado").first.click()
    customer.get_by_label("Assunto").fill(SUBJECT)
    customer.get_by_text("Inconsistência", exact=True).click()
    customer.get_by_label("Produto", exact=True).select_option(label="ERP")
    customer.get_by_label("Descrição").fill("A última coluna **não aparece** no papel.")
    customer.get_by_label("Anexar arquivos").set_input_files(
        {"name": "tela.txt", "mimeType": "text/plain", "buffer": b"uma tela"}
    )
    customer.get_by_role("button", name="Abrir chamado").click()
    expect(customer.get_by_role("heading", level=1)).to_have_text(SUBJECT)
    expect(customer.get_by_role("link", name="tela.txt")).to_be_visible()
    expect_state(customer, "Esperando um analista")
    address = customer.url

    # Carla, the administrator, sees it among the company's tickets; Ana adds Davi.
    administrator = open_page(js=js)
    enter(administrator, carla)
    administrator.goto("/chamados?quais=empresa")
    expect(administrator.get_by_role("link", name=SUBJECT)).to_be_visible()
    customer.get_by_role("link", name="Pessoas", exact=True).click()
    customer.get_by_label("Nome do colega").fill("davi")
    customer.get_by_role("button", name="Buscar").click()
    customer.get_by_role("button", name=re.compile("Incluir.*Davi Prado")).click()
    expect(customer.get_by_role("button", name=re.compile("Retirar.*Davi Prado"))).to_be_visible()

    # Heitor takes it from his queue, writes a note, asks, and proposes a solution.
    analyst = open_page(js=js)
    enter(analyst, heitor)
    analyst.goto("/chamados")
    analyst.get_by_role("link", name=SUBJECT).click()
    analyst.get_by_role("button", name="Assumir o atendimento").click()
    expect(analyst.get_by_text("Heitor Lima assumiu o atendimento").first).to_be_visible()
    analyst.get_by_text("Escrever uma nota interna").click()
    analyst.get_by_label("Nota interna").fill("Parece a margem do modelo.")
    analyst.get_by_role("button", name="Salvar nota").click()
    expect(analyst.get_by_role("main").get_by_text("Parece a margem do modelo.")).to_be_visible()
    send(analyst, "Qual a impressora?", "Aguardando cliente")
    expect_state(analyst, "Esperando a resposta de Ana Ribeiro")

    customer.goto(address)
    expect(customer.get_by_text("Parece a margem")).to_have_count(0)
    expect_state(customer, "Esperando a sua resposta")
    send(customer, "A do escritório, em A4.")
    expect_state(customer, "Com o suporte: Heitor Lima")

    analyst.goto(address)
    send(analyst, "Ajuste a margem em Relatórios e tente de novo.", "Validação Cliente")

    # Ana rejects the first solution and confirms the second. The ticket then closes.
    customer.goto(address)
    customer.get_by_role("link", name="Não resolveu: responder").click()
    send(customer, "Continua cortado.")
    expect_state(customer, "Em atendimento")
    analyst.goto(address)
    send(analyst, "E com a folha deitada?", "Validação Cliente")
    customer.goto(address)
    customer.get_by_role("button", name="Resolveu: confirmar").click()
    expect_state(customer, "Resolvido")
    close_due_tickets()
    customer.goto(address)
    expect_state(customer, "Fechado em")

    # Ana opens a follow-up ticket, which shows the history.
    customer.get_by_label("Ficou alguma dúvida?").fill("Hoje voltou a cortar.")
    customer.get_by_role("button", name="Abrir acompanhamento").click()
    expect(customer.get_by_role("main").get_by_text("Hoje voltou a cortar.")).to_be_visible()
    expect(customer.get_by_role("main").get_by_text("E com a folha deitada?")).to_be_visible()
    expect(customer.get_by_role("link", name="tela.txt")).to_be_visible()
    assert customer.url != address

    # The analyst turns the ticket into an idea; both pages link to each other.
    analyst.goto(customer.url)
    analyst.get_by_role("link", name="Virar ideia ou voto").click()
    analyst.get_by_label("Título").fill("Imprimir relatórios largos sem cortar")
    analyst.get_by_label("O problema").fill("A última coluna não cabe no papel.")
    analyst.get_by_role("button", name="Publicar a ideia").click()
    analyst.get_by_role("link", name="Imprimir relatórios largos sem cortar").click()
    expect(analyst.get_by_role("heading", level=1)).to_have_text("Imprimir relatórios largos sem cortar")
    customer.goto(analyst.url)
    expect(customer.get_by_role("heading", name="Meus chamados")).to_be_visible()
    customer.get_by_role("main").get_by_role("link", name=SUBJECT).click()
    expect(customer.get_by_role("heading", level=1)).to_have_text(SUBJECT)


def test_administrator_transfers_a_ticket_to_a_colleague(js, open_page, enter, ana, carla):
    ticket = make.ticket(SUBJECT, owner=ana)
    db.session.commit()
    page = open_page(js=js, width=375)
    enter(page, carla)
    page.goto(f"/chamados/{ticket.code}/pessoas")
    page.get_by_role("button", name=re.compile("Tornar proprietário.*Davi Prado")).click()
    expect(page.get_by_role("button", name=re.compile("Retirar.*Ana Ribeiro"))).to_be_visible()


def test_dropped_and_pasted_files_are_attached(open_page, enter, ana):
    ticket = make.ticket(SUBJECT, owner=ana)
    db.session.commit()
    page = open_page()
    enter(page, ana)
    page.goto(f"/chamados/{ticket.code}")
    for kind, attribute in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        page.get_by_label("Responder", exact=True).evaluate(
            """(field, [kind, attribute]) => {
              const files = new DataTransfer();
              files.items.add(new File(["conteudo"], `${kind}.txt`, {type: "text/plain"}));
              const event = new Event(kind, {bubbles: true, cancelable: true});
              Object.defineProperty(event, attribute, {value: files});
              field.dispatchEvent(event);
            }""",
            [kind, attribute],
        )
    send(page, "Seguem os dois.")
    for name in ("drop.txt", "paste.txt"):
        expect(page.get_by_role("link", name=name)).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_ticket_pages_have_no_violations_and_do_not_scroll_sideways(width, open_page, enter, ana, heitor):
    ticket = make.ticket("Um anticonstitucionalissimamentecomprido assunto de chamado", owner=ana,
                         state="awaiting_customer_validation")  # fmt: skip
    make.ticket(owner=ana)
    make.idea("Um assunto comprido de chamado")
    db.session.commit()
    found = []
    for who, pages in (
        (ana, ("/chamados", "/chamados?situacao=closed", "/chamados/novo", f"/chamados/{ticket.code}",
               f"/chamados/{ticket.code}/pessoas")),
        (heitor, ("/chamados", f"/chamados/{ticket.code}", f"/chamados/{ticket.code}/ideia")),
        (make.person("iris"), ("/painel/filas", f"/painel/filas/{heitor.id}", "/chamados")),
    ):  # fmt: skip
        page = open_page(width=width, dark=width == 320)
        enter(page, who)
        for address in pages:
            page.goto(address)
            found += violations(page, address)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert found == []
