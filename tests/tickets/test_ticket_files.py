"""Files of tickets are validated, stored under random keys and served only to those who may see the ticket (G01–G07)."""

import io
import zipfile
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.db import db
from ideas.files.models import File
from ideas.tickets import participating
from ideas.tickets.models import Ticket, TicketFile, TicketMessage
from tests import lookups, make
from tests.conftest import HTMX
from tests.tickets.test_ticket_pages import NEW, address

MB = 1024 * 1024
PDF = b"%PDF-1.7\ncan\xc3\xa1rio"


def png(size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, "PNG", **more)
    return written.getvalue()


def zipped(entries: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return written.getvalue()


def send(client: Any, ticket: Ticket, *files: tuple[bytes, str], to: str = "mensagens", **more: Any) -> Any:
    data = {"text": "Segue.", "files": [(io.BytesIO(content), name) for content, name in files]}
    answer = client.post(address(ticket, to), data=data, content_type="multipart/form-data", **more)
    # The test client leaves the temporary file of a large body open.
    answer.request.environ["wsgi.input"].close()
    return answer


def only_file() -> File:
    return db.session.scalars(select(File)).one()


def test_a_file_of_a_message_is_served_under_the_ticket_s_address(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    assert send(ours, ticket, (PDF, "log do erro.pdf")).status_code == 303
    page = ours.get(address(ticket)).text
    assert "log do erro.pdf" in page
    answer = ours.get(address(ticket, "arquivos", str(only_file().id)))
    assert answer.data == PDF


def test_a_new_ticket_with_files_skips_the_suggestions(browser: Any, ana: Person) -> None:
    make.idea("Como emitir a nota de devolução em lote")
    ours = browser(ana)
    data = NEW | {"files": [(io.BytesIO(png()), "tela.png"), (io.BytesIO(PDF), "nota.pdf")]}
    answer = ours.post("/chamados/novo", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303
    page = ours.get(answer.location).text
    assert "tela.png" in page
    assert "nota.pdf" in page


def test_files_of_a_closed_ticket_are_served_through_its_follow_up(browser: Any, ana: Person, davi: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    send(ours, ticket, (PDF, "log.pdf"))
    ticket.state_key, ticket.closed_at = "closed", clock.now()
    following = ours.post(address(ticket, "acompanhamento"), data={"text": "Voltou."}).location
    made = db.session.scalars(select(Ticket).where(Ticket.follow_up_of_id == ticket.id)).one()
    participating.add(made, davi.id, by=ana)
    theirs, number = browser(davi), only_file().id
    assert theirs.get(f"{following}/arquivos/{number}").data == PDF
    assert theirs.get(address(ticket, "arquivos", str(number))).status_code == 404


def test_g01_a_file_may_have_exactly_twenty_megabytes(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    assert send(ours, ticket, (b"a" * 20 * MB, "grande.txt")).status_code == 303
    refused = send(ours, ticket, (b"a" * (20 * MB + 1), "maior.txt"))
    assert refused.status_code == 422
    assert "maior.txt: O arquivo passa de 20 MB." in refused.text
    assert "Segue." in refused.text
    assert (lookups.count(File), lookups.count(TicketMessage)) == (1, 1)


def test_g01_a_request_beyond_the_limit_is_refused_before_it_is_read(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    for length in (str(64 * MB), str(10**12)):
        data = {"text": "Segue.", "files": [(io.BytesIO(PDF), "log.pdf")]}
        answer = ours.post(address(ticket, "mensagens"), data=data, content_type="multipart/form-data",
                           environ_overrides={"CONTENT_LENGTH": length})  # fmt: skip
        assert answer.status_code == 413
    assert lookups.count(TicketMessage) == 0


def test_more_than_five_files_are_refused_and_the_text_is_kept(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    answer = send(ours, ticket, *[(PDF, f"{number}.pdf") for number in range(6)])
    assert answer.status_code == 422
    assert "no máximo 5" in answer.text
    assert "Segue." in answer.text
    assert lookups.count(File) == 0


BAD = {
    "g02_gif_with_a_script_called_jpg": (b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)", "foto.jpg"),
    "g02_html_called_pdf": (b"<script>alert(1)</script>", "nota.pdf"),
    "g02_double_extension": (b"MZ\x90\0", "nota.pdf.exe"),
    "g02_program": (b"MZ\x90\0", "nota.txt"),
    "g02_nul_in_the_name": (b"MZ\x90\0", "nota.exe\0.pdf"),
    "g03_svg_with_a_script": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "a.svg"),
    "g03_html": (b"<html><script>alert(1)</script>", "a.html"),
    "g04_pixel_bomb": (None, "bomba.png"),
    "g04_ten_thousand_entries": (None, "muitos.zip"),
    "g04_an_archive_within": (None, "dentro.zip"),
    "g04_cut_picture": (png()[:60], "cortada.png"),
    "g04_no_archive": (b"PK\x03\x04" + b"x" * 60, "nada.zip"),
    "empty": (b"", "vazio.txt"),
}


def bad_file(name: str) -> tuple[bytes, str]:
    content, file = BAD[name]
    if name == "g04_pixel_bomb":
        content = png((9000, 9000))
    if name == "g04_ten_thousand_entries":
        content = zipped({str(number): b"" for number in range(2_100)})
    if name == "g04_an_archive_within":
        content = zipped({"dentro.zip": zipped({"a": b"a"})})
    assert content is not None
    return content, file


@pytest.mark.parametrize("name", BAD)
def test_g02_g03_g04_harmful_files_are_refused(name: str, browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    answer = send(ours, ticket, bad_file(name))
    assert answer.status_code == 422
    assert 'id="reply-files-error"' in answer.text
    assert (lookups.count(File), lookups.count(TicketMessage)) == (0, 0)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("con.txt", "_con.txt"),
        ("\u202etxt.exe.txt", "txt.exe.txt"),
        ("a" * 300 + ".txt", "a" * 116 + ".txt"),
    ],
)
def test_g05_names_are_cleaned_and_nothing_is_overwritten(sent: str, stored: str, browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    for content in (b"um", b"dois"):
        assert send(ours, ticket, (content, sent)).status_code == 303
    files = db.session.scalars(select(File).order_by(File.id)).all()
    assert [file.name for file in files] == [stored, stored]
    assert files[0].key != files[1].key
    got = [ours.get(address(ticket, "arquivos", str(file.id))).data for file in files]
    assert got == [b"um", b"dois"]


def test_g06_files_are_served_only_to_readers_of_the_ticket(browser: Any, ana: Person, bruno: Person, carla: Person,
                                                            davi: Person, elisa: Person, fabio: Person, heitor: Person) -> None:  # fmt: skip
    ticket, other = make.ticket(owner=ana), make.ticket(owner=bruno)
    send(browser(ana), ticket, (PDF, "log.pdf"))
    number = str(only_file().id)
    for one in (ana, carla, heitor):
        assert browser(one).get(address(ticket, "arquivos", number)).data == PDF
    absent = browser(bruno).get("/chamados/2020-000001/arquivos/1").data
    for one in (bruno, davi, elisa, fabio):
        for where in (ticket, other):
            answer = browser(one).get(address(where, "arquivos", number))
            assert answer.status_code == 404
            assert one is not bruno or len(answer.data) == len(absent)
    assert browser().get(address(ticket, "arquivos", number)).status_code == 303
    participating.add(ticket, davi.id, by=ana)
    assert browser(davi).get(address(ticket, "arquivos", number)).status_code == 200
    participating.remove(ticket, davi.id, by=ana)
    assert browser(davi).get(address(ticket, "arquivos", number)).status_code == 404


def test_g06_files_of_notes_are_served_only_to_analysts(
    browser: Any, ana: Person, carla: Person, heitor: Person
) -> None:
    ticket = make.ticket(owner=ana)
    send(browser(heitor), ticket, (PDF, "canario.pdf"), to="notas")
    number = str(only_file().id)
    assert browser(heitor).get(address(ticket, "arquivos", number)).data == PDF
    for one in (ana, carla):
        assert browser(one).get(address(ticket, "arquivos", number)).status_code == 404
        assert "canario" not in browser(one).get(address(ticket)).text


def test_g06_a_hidden_file_is_neither_shown_nor_served(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    send(ours, ticket, (PDF, "log.pdf"))
    only_file().hidden_at = clock.now()
    assert "log.pdf" not in ours.get(address(ticket)).text
    assert ours.get(address(ticket, "arquivos", str(only_file().id))).status_code == 404


@pytest.mark.parametrize(("content", "name", "how"), [(PDF, "log.pdf", "attachment"), (png(), "tela.png", "inline")])
def test_g07_files_are_served_sandboxed_with_a_safe_disposition(
    content: bytes, name: str, how: str, browser: Any, ana: Person
) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    send(ours, ticket, (content, name))
    headers = ours.get(address(ticket, "arquivos", str(only_file().id))).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Disposition"].startswith(how)
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_g11_exif_data_is_removed_from_pictures(browser: Any, ana: Person) -> None:
    exif = Image.Exif()
    exif[0x010E] = "canario de latitude"
    ticket, ours = make.ticket(owner=ana), browser(ana)
    send(ours, ticket, (png(exif=exif), "foto.png"))
    assert b"canario" not in ours.get(address(ticket, "arquivos", str(only_file().id))).data


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_form_asks_to_choose_its_files_again(headers: dict[str, str], browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    data = {"text": " ", "files": [(io.BytesIO(PDF), "log.pdf")]}
    answer = ours.post(address(ticket, "mensagens"), data=data, content_type="multipart/form-data", headers=headers)
    assert answer.status_code == 422
    assert "Escolha os arquivos de novo" in answer.text


def test_d01_submitting_a_message_with_a_file_twice_stores_it_once(browser: Any, ana: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(ana)
    for _ in range(2):
        data = {"text": "Segue.", "client_token": "m1", "files": [(io.BytesIO(PDF), "log.pdf")]}
        assert ours.post(address(ticket, "mensagens"), data=data, content_type="multipart/form-data").status_code == 303
    assert (lookups.count(TicketMessage), lookups.count(TicketFile), lookups.count(File)) == (1, 1, 1)
