"""Ana accepted an older version: she is asked on the way, and accepting does what she was about to do."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from ideas.accounts.models import Person
from ideas.board.models import Vote
from ideas.comments.models import Comment
from ideas.conduct.models import ConductAcceptance
from ideas.db import db
from tests import make
from tests.conftest import HTMX


@contextmanager
def commits() -> Iterator[list[str]]:
    """The commits that the database saw inside, of the test's own empty one apart."""
    seen: list[str] = []

    def note(connection: object) -> None:
        seen.append("commit")

    db.session.commit()
    event.listen(db.engine, "commit", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "commit", note)


def form_of(page: str) -> tuple[str, dict[str, list[str]]]:
    """The address and the hidden fields of the form that accepts."""
    form = re.search(r'<form class="actions" method="post" action="([^"]*)">(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2]):
        fields.setdefault(html.unescape(name), []).append(html.unescape(value))
    return html.unescape(form[1]), fields


def accepted(person: Person) -> list[int]:
    return list(db.session.scalars(select(ConductAcceptance.version).where(ConductAcceptance.person_id == person.id)))


def test_accepting_casts_the_vote_in_one_go_with_one_commit(browser, ana: Person) -> None:
    idea = make.idea()
    mine, address = browser(ana), f"/ideias/{idea.id}/voto"
    asked = mine.post(address)
    assert asked.status_code == 409
    assert "Aceitar e continuar" in asked.text
    assert asked.text.count("<h1") == 1
    assert db.session.scalars(select(Vote)).all() == []
    to, fields = form_of(asked.text)
    assert (to, fields["accept_conduct"]) == (address, ["2"])
    with commits() as seen:
        done = mine.post(to, data=fields)
    assert done.status_code == 303
    assert seen == ["commit"]
    assert db.session.scalars(select(Vote.person_id)).all() == [ana.id]
    assert accepted(ana) == [1, 2]
    assert mine.post(f"/ideias/{make.idea().id}/voto").status_code == 303, "she is not asked twice"


def test_with_htmx_a_dialog_opens_and_its_form_is_a_whole_pages(browser, ana: Person) -> None:
    idea = make.idea()
    asked = browser(ana).post(f"/ideias/{idea.id}/voto", headers=HTMX)
    assert asked.status_code == 409
    assert (asked.headers["HX-Retarget"], asked.headers["HX-Reswap"]) == ("#dialog", "innerHTML")
    assert asked.text.lstrip().startswith("<dialog")
    assert "data-hx" not in asked.text
    assert form_of(asked.text)[0] == f"/ideias/{idea.id}/voto"


def test_a_long_comment_survives_the_trip_to_the_letter(browser, ana: Person) -> None:
    idea = make.idea()
    mine, address = browser(ana), f"/ideias/{idea.id}/comentarios"
    text = ('Linha com "aspas", <b>marcas</b> & ações.\n' * 400)[:4990].strip()
    asked = mine.post(address, data={"text": text})
    assert asked.status_code == 409
    to, fields = form_of(asked.text)
    assert fields["text"] == [text]
    assert mine.post(to, data=fields).status_code == 303
    assert db.session.scalars(select(Comment.text)).one() == text


def test_repeated_fields_are_carried_all_and_the_token_is_a_fresh_one(browser, ana: Person) -> None:
    asked = browser(ana).post(f"/ideias/{make.idea().id}/voto?de=3", data={"tag": ["a", "b"], "csrf_field": "x"})
    to, fields = form_of(asked.text)
    assert to.endswith("?de=3")
    assert fields["tag"] == ["a", "b"]
    assert len(fields["csrf_token"]) == 1


@pytest.mark.parametrize("said", ["1", "3", "", "x", "2;", "٢", "9" * 30])
def test_accepting_what_is_not_in_force_asks_again(browser, ana: Person, said: str) -> None:
    asked = browser(ana).post(f"/ideias/{make.idea().id}/voto", data={"accept_conduct": said})
    assert asked.status_code == 409
    assert form_of(asked.text)[1]["accept_conduct"] == ["2"]
    assert accepted(ana) == [1]


def test_accepting_does_not_let_joao_vote_and_is_not_kept(browser, joao: Person) -> None:
    db.session.query(ConductAcceptance).filter_by(person_id=joao.id).delete()
    refused = browser(joao).post(f"/ideias/{make.idea().id}/voto", data={"accept_conduct": "2"})
    assert refused.status_code == 403
    assert "suspensa até" in refused.text
    assert accepted(joao) == []


def test_bruno_is_never_asked(browser, bruno: Person) -> None:
    assert browser(bruno).post(f"/ideias/{make.idea().id}/voto").status_code == 303
