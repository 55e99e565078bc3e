"""The pages of the profile (*Meu perfil*)."""

from io import BytesIO

import pytest
from PIL import Image

from ideas import clock
from ideas.accounts import sessions
from ideas.accounts.models import Session
from ideas.db import db
from ideas.files import accepting
from ideas.files.accepting import MB
from ideas.web import uploads
from tests import make
from tests.conftest import HTMX, statements
from tests.files.test_accepting import with_metadata

WHOLE = {"name": "Ana Ribeiro", "phone": "", "language": "auto", "time_zone": "America/Sao_Paulo"}


def send_photo(client, content: bytes, name: str = "eu.jpg"):
    return client.post("/perfil/foto", data={"photo": (BytesIO(content), name)})


def test_the_profile_is_shown_and_saved(browser, ana) -> None:
    mine = browser(ana)
    page = mine.get("/perfil").text
    assert "***.982.247-**" in page
    assert "ana@exemplo.example" in page
    answer = mine.post("/perfil", data={**WHOLE, "name": " Ana  Clara\nRibeiro ", "phone": "(11) 98765-4321",
                                        "language": "es", "time_zone": "America/Manaus"})  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/perfil")
    assert (ana.name, ana.phone, ana.language, ana.time_zone) == (
        "Ana Clara Ribeiro",
        "+5511987654321",
        "es",
        "America/Manaus",
    )
    page = mine.get("/perfil").text
    assert 'lang="es"' in page
    assert "+55 11 98765-4321" in page
    assert "Perfil guardado." in page


def test_the_language_switch_in_the_footer_changes_the_profile(browser, ana, bruno) -> None:
    ana.language = "es"
    for person in (ana, bruno):
        client = browser(person)
        client.post("/preferencias", data={"lang": "en", "back": "/perfil"})
        assert '<html lang="en"' in client.get("/perfil").text
    assert (ana.language, bruno.language) == ("en", None), "a person without a choice still follows the browser"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Escreva seu nome."),
        ({"name": "..."}, "Escreva seu nome com letras."),
        ({"name": "x" * 121}, "Encurte o nome"),
        ({"name": "Ana\u202eRibeiro\0"}, "caracteres que o portal não aceita"),
        ({"phone": "98765-4321"}, "Este telefone não parece completo"),
        ({"language": "fr"}, "error"),
        ({"time_zone": "Mars/Olympus"}, "error"),
        ({"time_zone": "../../etc/passwd"}, "error"),
    ],
)
def test_invalid_input_is_reported_and_kept_in_the_form(browser, ana, wrong, words) -> None:
    answer = browser(ana).post("/perfil", data={**WHOLE, "phone": "(11) 98765-4321", **wrong})
    assert answer.status_code == 422
    assert words in answer.text
    assert ('value="98765-4321"' if "phone" in wrong else 'value="(11) 98765-4321"') in answer.text
    db.session.refresh(ana)
    assert (ana.name, ana.phone) == ("Ana Ribeiro", None)


def test_g11_a_photo_loses_its_metadata_and_is_visible_to_members_only(browser, ana, bruno) -> None:
    mine = browser(ana)
    assert send_photo(mine, with_metadata("JPEG")).location == "/perfil"
    address = f"/pessoas/{ana.id}/foto/{ana.photo_id}"
    assert f'src="{address}"' in mine.get("/perfil").text
    answer = browser(bruno).get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert b"CameraSecreta" not in answer.data
    assert Image.open(BytesIO(answer.data)).size == (192, 192)
    assert "max-age" in answer.headers["Cache-Control"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert browser().get(address).location.startswith("/entrar")


def test_g06_a_photo_is_served_only_at_its_own_address(browser, ana, bruno) -> None:
    mine = browser(ana)
    send_photo(mine, with_metadata("PNG"), "eu.png")
    first = ana.photo_id
    for address in (
        f"/pessoas/{bruno.id}/foto/{first}",
        f"/pessoas/{ana.id}/foto/{first + 1}",
        f"/pessoas/{2**40}/foto/1",
    ):
        assert mine.get(address).status_code == 404
    mine.post("/perfil/foto/remover")
    assert ana.photo_id is None
    assert mine.get(f"/pessoas/{ana.id}/foto/{first}").status_code == 404


def test_visitors_see_initials_instead_of_photos(browser, ana) -> None:
    idea = make.idea(author=ana)
    address, mine = f"/ideias/{idea.id}-{idea.slug}", browser(ana)
    send_photo(mine, with_metadata("PNG"), "eu.png")
    assert "/foto/" in mine.get(address).text
    assert "/foto/" not in browser().get(address).text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"<svg/>", "eu.svg", "Este tipo de arquivo não é aceito aqui. Aceitos: GIF, JPG, PNG, WEBP."),
        (b"<html>", "eu.png", "não é o que o nome diz (PNG)"),
        (b"", "eu.png", "O arquivo está vazio."),
        (b"a", "", "Escolha um arquivo."),
    ],
)
def test_the_refusal_of_a_photo_is_shown_beside_the_field(browser, ana, content, name, words) -> None:
    answer = send_photo(browser(ana), content, name)
    assert answer.status_code == 422
    assert words in answer.text
    assert ana.photo_id is None


@pytest.mark.parametrize(("path", "told"), [("/perfil/foto", 11 * MB + 500_000), ("/perfil", 1_500_000)])
def test_g01_a_body_whose_declared_length_exceeds_the_limit_is_not_read(browser, ana, path, told) -> None:
    answer = browser(ana).open(path, method="POST", input_stream=BytesIO(b"--x\r\n"), content_type="multipart/form-data; boundary=x",
                               environ_overrides={"CONTENT_LENGTH": str(told)})  # fmt: skip
    assert answer.status_code == 413


def test_g01_a_body_without_a_declared_length_is_refused_at_the_limit(browser, ana, monkeypatch) -> None:
    # 200 kB in total: above 500 kB the parser opens a temporary file, which only the garbage collector closes.
    monkeypatch.setitem(uploads._max_bytes, "profile.create_photo", 200_000 - uploads._OTHER_FIELDS_BYTES)
    body = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="eu.png"\r\n\r\n' + b"0" * 400_000
    answer = browser(ana).open("/perfil/foto", method="POST", input_stream=BytesIO(body),
                               content_type="multipart/form-data; boundary=x", environ_base={"wsgi.input_terminated": True})  # fmt: skip
    assert answer.status_code == 413


def test_no_transaction_is_open_while_a_picture_is_re_encoded(browser, ana, monkeypatch) -> None:
    seen = []
    real = accepting.accept

    def accept(*args):
        seen.append(db.session().in_transaction())
        return real(*args)

    monkeypatch.setattr(accepting, "accept", accept)
    send_photo(browser(ana), with_metadata("JPEG"))
    assert seen == [False]


def device_of(person, name: str) -> int:
    sessions.start(person, device=name)
    db.session.commit()
    return max(row.id for row in db.session.query(Session).filter_by(person_id=person.id))


def test_an_unknown_device_is_labelled_in_the_readers_language(browser, ana) -> None:
    device_of(ana, "")
    for language, words in (
        ("pt-BR", "Aparelho desconhecido"),
        ("es", "Dispositivo desconocido"),
        ("en", "Unknown device"),
    ):
        client = browser(ana)
        client.set_cookie("lang", language)
        assert words in client.get("/perfil/aparelhos").text


def test_v7_5_2_a_person_lists_sessions_and_ends_one_or_all_others(browser, ana, bruno) -> None:
    mine = browser(ana)
    phone, tablet, foreign = (
        device_of(ana, "Safari, iPhone"),
        device_of(ana, "Chrome, Android"),
        device_of(bruno, "X"),
    )
    page = mine.get("/perfil/aparelhos").text
    assert all(word in page for word in ("Safari, iPhone", "Chrome, Android", "este aparelho"))
    assert mine.post(f"/perfil/aparelhos/{phone}/encerrar").location == "/perfil/aparelhos"
    page = mine.get("/perfil/aparelhos").text
    assert "Safari, iPhone" not in page
    mine.post(f"/perfil/aparelhos/{foreign}/encerrar")
    assert db.session.get(Session, foreign) is not None, "she cannot end another person's session"
    answer = mine.post("/perfil/aparelhos/encerrar", headers=HTMX)
    assert answer.status_code == 200
    assert 'data-announce="Você saiu de todos os outros aparelhos."' in answer.text
    assert db.session.get(Session, tablet) is None
    assert mine.get("/perfil/aparelhos").status_code == 200, "the current session stays"


def test_a13_an_ended_session_is_signed_out_at_its_next_request(browser, ana) -> None:
    mine, other = browser(ana), browser(ana)
    assert other.get("/perfil").status_code == 200
    mine.post("/perfil/aparelhos/encerrar")
    assert other.get("/perfil").location.startswith("/entrar")


def test_expired_sessions_are_not_listed(browser, ana) -> None:
    mine = browser(ana)
    old = db.session.get_one(Session, device_of(ana, "Navegador antigo"))
    old.last_used_at = clock.now() - sessions.CUSTOMER_LIMITS.idle
    db.session.commit()
    assert "Navegador antigo" not in mine.get("/perfil/aparelhos").text


def test_the_profile_pages_stay_within_their_statement_budget(browser, ana) -> None:
    mine = browser(ana)
    for address, budget in [("/perfil", 3), ("/perfil/aparelhos", 3)]:
        mine.get(address)
        with statements() as sent:
            assert mine.get(address).status_code == 200
        assert len(sent) <= budget, sent
    send_photo(mine, with_metadata("PNG"), "eu.png")
    address = f"/pessoas/{ana.id}/foto/{ana.photo_id}"
    with statements() as sent:
        mine.get(address)
    assert len(sent) <= 2, sent
