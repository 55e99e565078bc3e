"""How a file is handed over: no browser runs it, and nobody else keeps it."""

import pytest
from werkzeug.exceptions import NotFound

from ideas import clock
from ideas.files import storing
from ideas.files.accepting import Accepted
from ideas.web import downloads


def sent(app, name: str = "nota.pdf", media_type: str = "application/pdf", width: int | None = None, **how):
    file = storing.save(Accepted(name, media_type, b"%PDF-1.7", width, width), by=None)
    with app.test_request_context():
        return downloads.send(file, **how)


def test_g07_v3_2_1_v5_4_1_a_file_is_for_saving_in_a_sandbox_and_for_this_reader_alone(app) -> None:
    answer = sent(app)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert (answer.mimetype, answer.content_length) == ("application/pdf", 8)
    assert b"".join(answer.response) == b"%PDF-1.7"


def test_g07_only_a_picture_that_we_drew_is_shown_in_a_page(app) -> None:
    answer = sent(app, "eu.webp", "image/webp", 256, max_age=3600)
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert set(answer.headers["Cache-Control"].split(", ")) == {"private", "max-age=3600"}


def test_c09_v5_4_2_a_name_can_add_no_header(app) -> None:
    answer = sent(app, 'ação "x"; filename=evil\r\nSet-Cookie: a=b.pdf')
    said = answer.headers["Content-Disposition"]
    assert "\r" not in said
    assert said.count('"') == 2
    assert said.endswith(
        "filename*=UTF-8''a%C3%A7%C3%A3o%20%22x%22%3B%20filename%3Devil%0D%0ASet-Cookie%3A%20a%3Db.pdf"
    )


@pytest.mark.parametrize(
    "name", ["=?utf-8?q?=0d=0aa=2eexe?=.pdf", "=?utf-8?B?DQphLmV4ZQ==?=.pdf", "a%0d%0ab.exe%00.pdf"]
)
def test_ascii_name_of_a_file_holds_nothing_that_browsers_decode(app, name: str) -> None:
    ascii_name = sent(app, name).headers["Content-Disposition"].split('"')[1]
    assert not {"?", "%"} & set(ascii_name)


def test_g06_what_expired_or_was_lost_is_not_there(app) -> None:
    file = storing.save(Accepted("a.txt", "text/plain", b"a"), by=None)
    storing.delete_bytes(file.key)
    with app.test_request_context():
        with pytest.raises(NotFound):
            downloads.send(file)
        file.expires_at = clock.now()
        with pytest.raises(NotFound):
            downloads.send(file)


@pytest.mark.parametrize(
    ("stored", "served"),
    [
        ("text/plain; charset=windows-1252", "text/plain; charset=windows-1252"),
        ("text/plain", "text/plain"),
        ("text/html", "application/octet-stream"),
    ],
)
def test_the_served_type_is_one_of_our_own_list_with_the_text_s_encoding(app, stored: str, served: str) -> None:
    assert sent(app, "nota.txt", stored).headers["Content-Type"] == served
