"""The pages for inviting people by a sheet."""

import csv
import re
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from ideas.accounts.documents import looks_like_cpf
from ideas.companies import batch_inviting, batch_validation
from ideas.companies.batch_models import BatchRow, InvitationBatch
from ideas.companies.models import Invitation
from ideas.db import db
from tests.conftest import HTMX, statements
from tests.files.test_accepting import archive, picture

LOT = "/empresa/pessoas/lote"
TITLES = ["nome", "e-mail", "autoatendimento", "consultoria técnica", "restringir chamados"]
#: A line of each sort of fault, and what its row is told.
FAULTY = {
    ";{n}@exemplo.example": "Falta o nome.",
    "Pessoa {n};": "Falta o e-mail.",
    "Pessoa {n};sem-arroba-{n}": "não é um e-mail completo",
    "12345;{n}@exemplo.example": "Isto não parece um nome",
    "=HYPERLINK({n});{n}@exemplo.example": "Isto não parece um nome",
    "Pessoa 529.982.247-25;{n}@exemplo.example": "Há um CPF aqui.",
    "Pessoa {n};529.982.247-25": "Há um CPF aqui.",
    "Pessoa {n};{n}@exemplo.example;talvez": "não é sim nem não",
    "Pessoa {n};repetida@exemplo.example": "Este e-mail já está na linha",
    "Pessoa {n};{n}@exemplo.example;;;;sobra": "Há algo depois da última coluna",
    "Pessoa %s;{n}@exemplo.example" % ("x" * 120): "passa de 120",
}  # fmt: skip


def sheet(*lines: str) -> bytes:
    return "\n".join([";".join(TITLES), *lines]).encode()


def send(client, content: bytes, name: str = "pessoas.csv", **options):
    return client.post(LOT, data={"sheet": (BytesIO(content), name)}, **options)


def confirm(client, address: str) -> None:
    assert client.post(f"{address}/convidar").location == address
    db.session.rollback()
    batch_inviting.invite_all(int(address.rsplit("/", 1)[1]))
    db.session.commit()


def invitations() -> int:
    return db.session.scalar(select(func.count()).select_from(Invitation)) or 0


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(batch_inviting, "PAUSE_SECONDS", 0)


def test_a_sheet_is_reviewed_confirmed_and_carried_out(browser, carla) -> None:
    mine = browser(carla)
    answer = send(mine, sheet("Ana;ana@exemplo.example;sim", "Bruno;bruno@exemplo.example", "Nova Pessoa;nova@exemplo.example",
                              "Sem e-mail;"))  # fmt: skip
    assert answer.status_code == 303
    page = mine.get(answer.location)
    assert "Falta o e-mail." in page.text
    assert "Convidar 3 pessoas" in page.text
    assert invitations() == 0
    rows = mine.get(answer.location + "?ver=pessoas").text
    assert rows.count("será convidada") == 3, "members, other customers and strangers get the same answer"
    confirm(mine, answer.location)
    assert invitations() == 2
    page = mine.get(answer.location).text
    assert "2 convidadas · 1 já faz parte." in " ".join(page.split())
    assert "nova@exemplo.example" in mine.get("/empresa/convites").text


def test_a_batch_counts_members_and_open_invitations_of_its_company(browser, carla) -> None:
    """The administrator sees both in the company's lists anyway."""
    mine = browser(carla)
    first = send(mine, sheet("Nova Pessoa;nova@exemplo.example")).location
    confirm(mine, first)
    assert "1 pessoa convidada." in mine.get(first).text
    second = send(mine, sheet("Ana;ana@exemplo.example", "Nova Pessoa;nova@exemplo.example", "Bia;bia@exemplo.example"))
    confirm(mine, second.location)
    page = " ".join(mine.get(second.location).text.split())
    assert "1 convidada · 1 já faz parte · 1 já tinha convite." in page
    rows = mine.get(f"{second.location}?ver=pessoas").text
    assert [rows.count(f">{words}</span>") for words in ("já faz parte", "já tinha convite", "convidada")] == [1, 1, 1]


def test_a_sheet_does_not_reveal_who_has_an_account_elsewhere(browser, carla) -> None:
    """Customers of other companies and strangers get the same answer."""
    mine = browser(carla)
    pages = []
    for email in ("bruno@exemplo.example", "zz000@exemplo.example", "gilda@exemplo.example"):
        address = send(mine, sheet(f"Pessoa;{email}")).location
        before = mine.get(address).text
        confirm(mine, address)
        shown = before + mine.get(address).text
        pages.append(re.sub(r'value="[^"]{40,}"|/lote/[0-9]+', "", shown.replace(email, "")))
    assert pages[0] == pages[1] == pages[2]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (sheet(), "a.csv", "A planilha está vazia"),
        (b"", "a.csv", "O arquivo está vazio."),
        (b"nome;fone\nAna;1\n", "a.csv", "Faltam colunas na primeira linha: e-mail."),
        (b"nome;e-mail;cargo\nAna;a@b.example;x\n", "a.csv", "Há colunas que o portal não conhece: cargo."),
        (b"nome;e-mail;CPF\nAna;a@b.example;x\n", "a.csv", "Apague a coluna de CPF"),
        (b"nome|e-mail\nAna|a@b.example\n", "a.csv", "Faltam colunas na primeira linha: nome, e-mail."),
        (b'nome;e-mail\nAna;"a@b.example\n', "a.csv", "A partir da linha 2 o arquivo"),
        (b"nome;e-mail\n\x81\x8d;a@b.example\n", "a.csv", "Os acentos deste arquivo"),
        (picture(), "a.csv", "não é o que o nome diz (CSV)"),
        (picture(), "a.png", "Aceitos: CSV, XLSX."),
        (archive({"xl/workbook.xml": b"<x/>"}), "a.xlsx", "Não foi possível ler esta planilha."),
        (archive({"x": b"y"}), "a.xlsx", "não é o que o nome diz"),
        (sheet(*["Ana;a@b.example"] * 5001), "a.csv", "A planilha passa de 5000 linhas."),
    ],
)
def test_the_refusal_of_a_file_is_shown_beside_the_field(browser, carla, content, name, words) -> None:
    answer = send(browser(carla), content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'id="sheet-error"' in answer.text
    assert db.session.query(InvitationBatch).count() == 0


def test_only_the_administrator_may_see_the_batches(browser, carla, ana, bruno, iris) -> None:
    address = send(browser(carla), sheet("Nova;nova@exemplo.example")).location
    for path in (LOT, address, f"{address}/andamento", f"{address}/problemas.csv", f"{LOT}/modelo.csv"):
        assert browser(ana).get(path).status_code == 403, path
        assert browser(iris).get(path).status_code == 403, path
    for path in (address, f"{address}/andamento", f"{address}/problemas.csv"):
        assert browser(bruno).get(path).status_code == 404, "another company's administrator"
    assert browser(bruno).post(f"{address}/convidar").status_code == 404
    assert send(browser(ana), sheet("x;y@z.example")).status_code == 403


@pytest.mark.parametrize("word", ["csv", "xlsx"])
@pytest.mark.parametrize(("language", "yes"), [("pt-BR", "sim"), ("es", "sí"), ("en", "yes")])
def test_the_template_has_no_fault(browser, carla, word, language, yes) -> None:
    carla.language = language
    mine = browser(carla)
    template = mine.get(f"{LOT}/modelo.{word}", buffered=True)
    assert template.headers["Content-Disposition"].endswith(f'.{word}"')
    if word == "csv":
        content = template.data + f"José da Conceição;jose@exemplo.example;{yes}\r\n".encode()
    else:
        book, written = load_workbook(BytesIO(template.data)), BytesIO()
        book.active.append(["José da Conceição", "jose@exemplo.example", yes])
        book.save(written)
        content = written.getvalue()
    assert send(mine, content, f"cheia.{word}").status_code == 303
    row = db.session.query(BatchRow).one()
    assert (row.name, row.self_service, row.technical_consulting, row.faults) == ("José da Conceição", True, False, [])
    assert mine.get(f"{LOT}/modelo.exe").status_code == 404


def test_c08_the_report_contains_no_formula_and_no_cpf(browser, carla) -> None:
    mine = browser(carla)
    address = send(mine, sheet('=cmd|"/c calc"!A1;@SUM(1)', "+55;-x", "Ana 529.982.247-25;529.982.247-25")).location
    report = mine.get(f"{address}/problemas.csv", buffered=True)
    assert report.mimetype == "text/csv"
    rows = list(csv.reader(StringIO(report.data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert rows[0] == ["linha", "coluna", "nome", "e-mail", "o que está errado", "como corrigir"]
    assert not [
        cell for row in rows for cell in row if cell[:1] in "=+-@" and cell and not re.fullmatch(r"[+-]?\d+", cell)
    ]
    assert not looks_like_cpf(report.text)
    book = load_workbook(BytesIO(mine.get(f"{address}/problemas.xlsx").data))
    assert {cell.data_type for row in book.active.iter_rows() for cell in row} <= {"s", "n"}
    assert not looks_like_cpf(mine.get(address).text)


def test_progress_is_shown_with_htmx_and_by_reloading(browser, carla, monkeypatch) -> None:
    monkeypatch.setattr(batch_inviting, "CHUNK_SIZE", 2)
    mine = browser(carla)
    address = send(mine, sheet(*(f"Pessoa {'abc'[n]};p{n}@exemplo.example" for n in range(3)))).location
    mine.post(f"{address}/convidar")
    page = mine.get(address).text
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "0 / 3" in page
    batch_inviting.invite_chunk(number := int(address.rsplit("/", 1)[1]))
    db.session.commit()
    fragment = mine.get(f"{address}/andamento", headers=HTMX)
    assert "2 / 3" in fragment.text
    assert "<html" not in fragment.text
    assert mine.get(f"{address}/andamento").location == address
    batch_inviting.invite_all(number)
    db.session.commit()
    done = mine.get(f"{address}/andamento", headers=HTMX)
    assert done.headers["HX-Retarget"] == "#batch"
    assert "data-announce" in done.text
    assert 'http-equiv="refresh"' not in mine.get(address).text


def test_confirming_twice_enqueues_one_job(browser, carla) -> None:
    mine = browser(carla)
    address = send(mine, sheet("Nova;nova@exemplo.example")).location
    for _ in range(2):
        confirm(mine, address)
    assert invitations() == 1


def test_the_pages_stay_within_their_statement_budget(browser, carla) -> None:
    mine = browser(carla)
    address = send(mine, sheet(*(f"Pessoa {n};p{n}" for n in range(120)))).location
    for path, budget in [(LOT, 3), (address, 4), (f"{address}?ver=pessoas", 4)]:
        mine.get(path)
        with statements() as sent:
            page = mine.get(path)
        assert page.status_code == 200
        assert len(sent) <= budget, sent
    first = mine.get(address).text
    more = re.search(r'href="([^"]+pagina=[^"]+)" rel="next"', first)[1].replace("&amp;", "&")
    seen = re.findall(r">Linha (\d+)</span>", first + mine.get(more).text)
    assert seen == [str(number) for number in range(2, 102)]


def test_a_batch_of_5000_with_every_kind_of_fault(browser, carla) -> None:
    """The review lists every fault, the job invites the valid rows, and repeating it changes nothing."""
    faults = list(FAULTY)
    lines = ["Repetida;repetida@exemplo.example"]
    expected = {}
    for number in range(3, 5002):
        if number % 4 == 0:
            sort = faults[number // 4 % len(faults)]
            expected[number] = FAULTY[sort]
            lines.append(sort.replace("{n}", str(number)))
        else:
            lines.append(f"Pessoa da Silva;p{number}@exemplo.example;{'sim' if number % 2 else ''}")
    content = sheet(*lines)
    mine = browser(carla)
    address = send(mine, content).location
    report = mine.get(f"{address}/problemas.csv", buffered=True).data.decode("utf-8-sig")
    told = {int(row[0]): row[4] for row in list(csv.reader(StringIO(report, newline=""), delimiter=";"))[1:]}
    assert set(told) == set(expected)
    assert [number for number in expected if expected[number] not in told[number]] == []
    confirm(mine, address)
    assert invitations() == batch_validation.MAX_ROWS - len(expected)
    confirm(mine, address)
    confirm(mine, send(mine, content).location)
    assert invitations() == batch_validation.MAX_ROWS - len(expected)
