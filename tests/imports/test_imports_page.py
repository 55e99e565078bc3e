"""/painel/importar: an operator uploads, checks and imports a file."""

import io

import pytest
from sqlalchemy import select

from ideas.board.models import Idea
from ideas.db import db
from ideas.files.models import File
from ideas.imports import routes, running
from ideas.imports.models import IdeaImport
from tests.conftest import HTMX, statements
from tests.imports.sheets_of_ideas import csv_of, row

ROWS = [row(1), row(2, titulo="Avisar <b>antes</b>"), row(3, data="ontem"), row(4, votos="=1+1")]


def send(client, content: bytes | None = None, name: str = "ideias.csv", **fields: str):
    content = csv_of(ROWS) if content is None else content
    data = {"preset": "csv", "origin": "forum", "product": "erp", "file": (io.BytesIO(content), name), **fields}
    return client.post("/painel/importar", data=data, content_type="multipart/form-data")


def sent(client, **fields) -> IdeaImport:
    assert send(client, **fields).status_code == 303
    return db.session.scalars(select(IdeaImport)).one()


def work(one: IdeaImport) -> None:
    db.session.commit()
    running.process(one.id, one.turn)
    db.session.commit()


def chosen(one: IdeaImport, **other: str) -> dict[str, str]:
    return {f"column-{key}": name for key, name in (one.mapping | other).items()}


def test_an_operator_uploads_checks_and_imports_a_file(browser, iris) -> None:
    client = browser(iris)
    one = sent(client)
    address = f"/painel/importar/{one.id}"
    page = client.get(address).text
    assert "Avisar &lt;b&gt;antes&lt;/b&gt;" in page
    assert '<option selected value="titulo">' in page
    assert client.post(address + "/conferir", data=chosen(one)).status_code == 303
    assert "Conferindo" in client.get(address).text
    work(one)
    page = client.get(address).text
    assert "Importar 2 ideias" in page
    assert "A data não está" in page
    assert db.session.query(Idea).count() == 0
    client.post(address + "/importar")
    work(one)
    assert "Importada" in client.get(address).text
    assert "Importada" in client.get("/painel/importar").text
    report = client.get(address + "/relatorio.csv", buffered=True)
    assert report.headers["Content-Disposition"].startswith("attachment")
    assert "recusada;Os votos não são um número inteiro: “=1+1”." in report.text
    assert "Exportar o razão" in browser().get("/?ordem=recentes").text


def test_the_page_polls_a_running_import_and_can_stop_it(browser, iris) -> None:
    client = browser(iris)
    one = sent(client)
    client.post(f"/painel/importar/{one.id}/conferir", data=chosen(one))
    fragment = client.get(f"/painel/importar/{one.id}", headers=HTMX).text
    assert 'data-hx-trigger="every 2s"' in fragment
    assert "<h1" not in fragment
    assert client.post(f"/painel/importar/{one.id}/parar").status_code == 303
    work(one)
    page = client.get(f"/painel/importar/{one.id}").text
    assert "every 2s" not in page
    assert "Conferir sem gravar" in page


def test_unknown_column_names_are_mapped_by_hand(browser, iris) -> None:
    client = browser(iris)
    one = sent(client, content=csv_of([["9", "Um assunto qualquer"]], ["chave", "texto livre"]))
    address = f"/painel/importar/{one.id}/conferir"
    refused = client.post(address, data={"column-id": "chave", "column-title": ""})
    assert refused.status_code == 422
    assert "Escolha a coluna." in refused.text
    assert '<option selected value="chave">' in refused.text
    assert client.post(address, data={"column-id": "inventada", "column-title": "chave"}).status_code == 422
    client.post(address, data={"column-id": "chave", "column-title": "texto livre"})
    work(one)
    assert (one.made, one.refused) == (1, 0)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"", "ideias.csv", "está vazio"),
        (b"\x89PNG\r\n\x1a\n", "foto.png", "não é aceito aqui"),
        (b"\x89PNG\r\n\x1a\n", "foto.csv", "não é o que o nome diz"),
        (b"id;titulo\n1;\x81\x8d", "ideias.csv", "Os acentos deste arquivo"),
        (b"id|titulo\n1|x", "ideias.csv", "separados por"),
        (b"id;titulo\n", "ideias.csv", "não há nada abaixo"),
        (b'id;titulo\n1;"x', "ideias.csv", "Confira as aspas"),
    ],
)
def test_a_wrong_file_gets_a_clear_message_and_changes_nothing(browser, iris, content, name, message) -> None:
    answer = send(browser(iris), content, name)
    assert answer.status_code == 422
    assert message in answer.text
    assert 'value="forum"' in answer.text, "nothing typed is lost"
    assert db.session.query(IdeaImport).count() == db.session.query(File).count() == 0


@pytest.mark.parametrize("origin", ["", "Fórum", "a b", "x" * 41])
def test_an_origin_is_a_short_name(browser, iris, origin) -> None:
    answer = send(browser(iris), origin=origin)
    assert answer.status_code == 422
    assert "Dê um nome curto" in answer.text
    assert "(opcional)" not in answer.text


def test_a_second_click_reports_that_the_import_changed(browser, iris) -> None:
    client = browser(iris)
    one = sent(client)
    assert client.post(f"/painel/importar/{one.id}/importar").status_code == 409
    client.post(f"/painel/importar/{one.id}/conferir", data=chosen(one))
    assert client.post(f"/painel/importar/{one.id}/conferir", data=chosen(one)).status_code == 409


def test_only_operators_import(browser, iris, elisa) -> None:
    one = sent(browser(iris))
    for path in ("", f"/{one.id}", f"/{one.id}/relatorio.csv", "/modelo.csv"):
        assert browser(elisa).get("/painel/importar" + path).status_code == 403
    assert browser(elisa).post(f"/painel/importar/{one.id}/importar").status_code == 403
    assert browser(iris).get("/painel/importar/77").status_code == 404


def test_the_template_downloads(browser, iris) -> None:
    answer = browser(iris).get("/painel/importar/modelo.csv", buffered=True)
    assert answer.text.startswith("\ufeffid;titulo;problema")


@pytest.mark.parametrize("rows", [1, 200])
def test_g10_the_cost_of_pages_does_not_depend_on_the_file_s_length(browser, iris, rows, monkeypatch) -> None:
    monkeypatch.setattr(routes, "PAGE_SIZE", 2)
    client = browser(iris)
    for _ in range(rows // 50 or 1):
        send(client, csv_of([row(number, data="x") for number in range(rows)]))
    one = db.session.scalars(select(IdeaImport).order_by(IdeaImport.id)).first()
    client.post(f"/painel/importar/{one.id}/conferir", data=chosen(one))
    work(one)
    for address, most in ((f"/painel/importar/{one.id}", 5), ("/painel/importar", 4)):
        client.get(address)
        with statements() as asked:
            assert client.get(address).status_code == 200
        assert len(asked) <= most, asked
