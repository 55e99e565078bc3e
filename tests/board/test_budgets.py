"""The budgets of the board's pages: a constant number of statements, and few bytes (performance.md G7, G10)."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, update

from ideas import clock, search
from ideas.accounts.models import Person
from ideas.board.listing import finding
from ideas.board.models import Idea, OfficialResponse
from ideas.db import db
from ideas.web import panels
from tests import make
from tests.conftest import statements

HTMX_COPY = Path(__file__).parent.parent / "vendor" / "htmx-4.0.1.min.js"
PROBLEM = (
    "Hoje copiamos conta por conta do relatório para a planilha, todo fechamento. São quase dois dias por mês de uma "
    "pessoa só para isso, e um erro de cópia já nos custou uma retificação inteira da obrigação acessória."
)


def community(size: int) -> Idea:
    """Create ideas of realistic length; the first is indexed, answered and commented."""
    first = make.idea("Exportar o razão contábil direto para planilha", problem=PROBLEM, module="fiscal")
    search.index(db.session(), finding.KIND, first.id, first.title, PROBLEM, "pt-BR")
    elisa = make.person("elisa")
    first.answered_at = clock.now()
    db.session.add(OfficialResponse(idea_id=first.id, text="Vamos ver.", language="pt-BR", by_id=elisa.id))
    for _ in range(min(size, 30)):
        make.comment(first)
    rows = [
        {
            "title": f"Programar as férias coletivas por setor, com prévia do que muda para cada pessoa, nº {number}",
            "problem": f"{PROBLEM} {number}", "product_id": first.product_id, "module_id": first.module_id,
            "kind": "improvement", "author_id": first.author_id, "company_id": first.company_id, "status_key": "planned",
            "published_at": clock.now() - timedelta(minutes=number), "people_count": number, "total_count": number,
            "company_count": number, "comment_count": number, "trending": number / 7, "random_key": number,
        }
        for number in range(1, size)
    ]  # fmt: skip
    db.session.execute(insert(Idea), rows)
    db.session.execute(update(Idea).values(root_id=Idea.id))
    db.session.commit()
    db.session.refresh(first)
    return first


def cost(client, address: str) -> int:
    """Count the statements of a page, after a first request that writes the session's last use."""
    client.get(address)
    with statements() as sent:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(sent)


#: A reader, and the statements of the board and of an idea for them, without panels.
READERS = [("", 2, 3), ("bruno", 5, 7), ("elisa", 5, 8)]


@pytest.mark.parametrize(("who", "board", "idea"), READERS)
@pytest.mark.parametrize("size", [10, 1000])
def test_g10_the_number_of_statements_does_not_grow_with_the_ideas(browser, who, board, idea, size) -> None:
    first = community(size)
    address = f"/ideias/{first.id}-{first.slug}"
    client = browser(make.person(who) if who else None)
    board += panels.count("board.aside")
    idea += panels.count("idea.aside") + panels.count("idea.timeline")
    for asked in ("/", "/?ordem=recentes", "/?produto=erp&situacao=planned&tipo=melhoria", "/?ordem=aleatorias"):
        assert cost(client, asked) <= board, asked
    assert cost(client, "/?q=planilha+razao") <= board + 1
    assert cost(client, address) <= idea


def test_g10_a_visitor_s_board_takes_three_statements(browser) -> None:
    community(10)
    assert cost(browser(), "/") <= 3


def test_g7_twenty_five_ideas_are_at_most_48_kb_of_html(browser) -> None:
    community(60)
    assert len(browser().get("/").data) <= 48_000


def test_g7_the_first_load_is_light(app: Flask, browser) -> None:
    """The board and its assets: at most twelve requests and 45 kB, of these 15 kB of scripts."""
    community(60)
    page = browser().get("/").text
    own = set(re.findall(r'(?:href|src)="(/assets/[^"#]+)', page)) | set(re.findall(r"url\((/assets/[^)#]+)", page))
    bodies = {address: (Path(app.instance_path) / address.strip("/")).read_bytes() for address in own}
    bodies["/"], bodies["htmx.js"] = page.encode(), HTMX_COPY.read_bytes()
    light = {address: len(gzip.compress(body, 6)) for address, body in bodies.items()}
    foreign = [src for src in re.findall(r'src="(https?:[^"]*)"', page) if "htmx" not in src]
    assert foreign == []
    assert len(bodies) <= 12
    assert sum(size for address, size in light.items() if address.endswith(".js")) <= 15_000, light
    assert sum(light.values()) <= 45_000, light


def test_g10_every_page_of_a_list_takes_the_same_number_of_statements(browser, bruno: Person) -> None:
    community(200)
    client = browser(bruno)
    following = re.search(r'href="([^"]*)" rel="next"', client.get("/").text)[1].replace("&amp;", "&")
    assert cost(client, following) <= 5 + panels.count("board.aside")
