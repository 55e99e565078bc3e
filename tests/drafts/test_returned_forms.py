"""A refused form returns its words in the answer, to the browser that sent it from a page of the portal."""

import ast
import html
import re
from io import BytesIO
from typing import Any

import pytest
from flask import abort
from sqlalchemy.exc import IntegrityError, OperationalError

from ideas import clock
from ideas.accounts.models import Person
from ideas.config import ROOT
from ideas.drafts.routes.written_fields import LABELS
from ideas.errors import Refused
from tests import make
from tests.conftest import HTMX

TEXT = '\nUma frase com "aspas" & <b>sinais</b>.\r\n\r\nE outra.'
#: Text fields that no refused form shows: keys, documents, and filters of lists.
NOT_SHOWN = {"key", "cnpj", "cpf", "author"}


def words_of(page: str) -> dict[str, str]:
    """Return the text areas of the page as a browser sends them."""
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    flat = [re.findall(r'<textarea[^>]*?name="([^"]+)"', page), [text for _, text in areas]]
    return {name: html.unescape(text) for name, text in zip(*flat, strict=True)}


def failing_with(status: int) -> Any:
    class NotNow(Refused):
        message = "Agora não."

    NotNow.status = status

    def fail(**_: object) -> None:
        if status == 503:
            raise OperationalError("INSERT", {}, Exception("busy"))
        if status == 409:
            raise IntegrityError("INSERT", {}, Exception("UNIQUE"))
        if status in {422, 429}:
            raise NotNow
        abort(status)

    return fail


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 429, 500, 503])
def test_refused_form_returns_its_words(app, browser, monkeypatch, bruno: Person, status: int) -> None:
    idea = make.idea()
    monkeypatch.setitem(app.view_functions, "comments.create", failing_with(status))
    refused = browser(bruno).post(f"/ideias/{idea.id}/comentarios", data={"text": TEXT, "client_token": "t1"})
    assert refused.status_code == status
    assert words_of(refused.text) == {"text": TEXT}
    assert f'action="/ideias/{idea.id}/comentarios"' in refused.text
    assert re.search(r'name="client_token"\s+value="t1"', refused.text)
    assert refused.headers["Cache-Control"] == "no-store"


def test_form_from_before_signing_in_again_can_be_sent_again(browser, bruno: Person) -> None:
    idea, mine = make.idea(), browser(bruno)
    data = {"text": TEXT, "client_token": "t1"}
    refused = mine.post(f"/ideias/{idea.id}/comentarios", data=data | {"csrf_token": "stale"})
    assert (refused.status_code, words_of(refused.text)) == (400, {"text": TEXT})
    assert "Confira o que você escreveu e envie de novo" in refused.text
    token = re.search(r'name="csrf_token"\s+value="([^"]+)"', refused.text[refused.text.index("<textarea") - 600 :])
    assert token
    sent = mine.post(f"/ideias/{idea.id}/comentarios", data=words_of(refused.text) | {"csrf_token": token[1]})
    assert sent.status_code == 303


def test_htmx_gets_the_words_of_an_expired_form_in_a_dialog(browser, bruno: Person) -> None:
    data = {"text": TEXT, "csrf_token": "stale"}
    refused = browser(bruno).post(f"/ideias/{make.idea().id}/comentarios", data=data, headers=HTMX)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (400, "#dialog")
    assert words_of(refused.text) == {"text": TEXT}


def test_htmx_keeps_the_form_on_the_page_for_other_refusals(app, browser, monkeypatch, bruno: Person) -> None:
    monkeypatch.setitem(app.view_functions, "comments.create", failing_with(503))
    refused = browser(bruno).post(f"/ideias/{make.idea().id}/comentarios", data={"text": TEXT}, headers=HTMX)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (503, "#toasts")


def multipart(*parts: tuple[str, str]) -> bytes:
    shown = (f"--x\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n" for head, value in parts)
    return ("".join(shown) + "--x--\r\n").encode()


@pytest.mark.parametrize("last", ['name="files"; filename="nota.pdf"', 'name="other"'], ids=["file", "text"])
def test_too_large_form_returns_the_words_before_its_file(browser, bruno: Person, last: str) -> None:
    body = multipart(('name="text"', "Ação"), ('name="client_token"', "t1"), (last, "x" * 1_100_000))
    refused = browser(bruno).open(
        f"/ideias/{make.idea().id}/comentarios",
        method="POST",
        input_stream=BytesIO(body),
        content_length=len(body),
        content_type="multipart/form-data; boundary=x",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert refused.status_code == 413
    assert words_of(refused.text) == {"text": "Ação"}
    assert ("Os arquivos não foram guardados" in refused.text) == ("filename" in last)


def test_words_over_500_kb_are_returned_up_to_there(browser, bruno: Person) -> None:
    refused = browser(bruno).post(f"/ideias/{make.idea().id}/comentarios", data={"text": "a" * 1_100_000})
    assert refused.status_code == 413
    assert 499_000 < len(words_of(refused.text)["text"]) <= 500_000


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}], ids=["no header", "none"])
def test_request_of_unknown_origin_gets_no_words(browser, bruno: Person, headers: dict[str, str]) -> None:
    data = {"text": TEXT, "csrf_token": "stale"}
    refused = browser(bruno).post(
        f"/ideias/{make.idea().id}/comentarios", data=data, headers=headers, from_portal=False
    )
    assert refused.status_code == 400
    assert "aspas" not in refused.text


def test_visitors_form_of_unknown_origin_is_not_stored(browser) -> None:
    asked = browser().post("/ideias/1/comentarios", data={"text": TEXT}, from_portal=False)
    assert asked.status_code == 303
    assert "kept=" not in str(asked.headers)


def test_no_password_and_no_cpf_is_returned(browser, bruno: Person) -> None:
    data = {"text": "Meu CPF é 529.982.247-25.", "password": "uma senha comprida", "cpf": "529.982.247-25",
            "key": "52998224725", "new_password": "outra senha", "csrf_token": "stale"}  # fmt: skip
    refused = browser(bruno).post(f"/ideias/{make.idea().id}/comentarios", data=data)
    assert "Meu CPF é" in refused.text
    assert not re.search("senha comprida|outra senha|529.?982.?247", refused.text)


def test_flooded_requests_get_no_words(app, browser, monkeypatch, bruno: Person) -> None:
    def flooded() -> None:
        from flask import g

        g.flooded = True
        abort(429)

    mine, idea = browser(bruno), make.idea()
    monkeypatch.setitem(app.before_request_funcs, None, [flooded, *app.before_request_funcs[None]])
    refused = mine.post(f"/ideias/{idea.id}/comentarios", data={"text": TEXT})
    assert refused.status_code == 429
    assert "aspas" not in refused.text


def test_form_without_words_is_not_returned(browser, bruno: Person) -> None:
    refused = browser(bruno).post(f"/ideias/{make.idea().id}/voto", data={"csrf_token": "stale"})
    assert refused.status_code == 400
    assert "Enviar de novo" not in refused.text


def test_sign_in_without_cookies_names_the_cookies(browser) -> None:
    refused = browser().post("/entrar", data={"key": "ana@exemplo.example", "password": "x"}, csrf=False)
    assert refused.status_code == 400
    assert "Permita cookies" in refused.text


def test_second_sign_in_tab_says_that_the_person_is_signed_in(browser, bruno: Person) -> None:
    refused = browser(bruno).post("/entrar", data={"key": "bruno@exemplo.example", "csrf_token": "stale"})
    assert refused.status_code == 400
    assert "Você já entrou em outra aba" in refused.text


def test_suspended_persons_words_are_returned(browser, bruno: Person) -> None:
    idea = make.idea()
    bruno.suspended_at = clock.now()
    refused = browser(bruno).post(f"/ideias/{idea.id}/comentarios", data={"text": TEXT})
    assert refused.status_code == 403
    assert "aspas" in words_of(refused.text)["text"]


@pytest.mark.engine_independent
def test_every_text_field_of_the_forms_has_a_label() -> None:
    missing = set()
    for path in (ROOT / "ideas").rglob("*form*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                kind = getattr(node.value.func, "id", "")
                if kind in {"LineField", "WordsField", "StringField", "TextAreaField"}:
                    missing |= {name.id for name in node.targets if isinstance(name, ast.Name)}
    assert missing - set(LABELS) == NOT_SHOWN & missing


@pytest.mark.engine_independent
def test_text_fields_stand_before_files() -> None:
    """A request that is too large is read up to its first file."""
    late = []
    for path in (ROOT / "templates").rglob("*.html"):
        for form in re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
            _, _found, after = form.partition('type="file"')
            after = after or form.partition("_files_field.html")[2]
            if re.search(r"<textarea|type=\"text\"|\{\{ field\((?!reply\.then)", after):
                late.append(str(path.relative_to(ROOT)))
    assert late == []
