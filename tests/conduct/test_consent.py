"""Ana accepted an older version: her request is answered with the form for consent, which then repeats it."""

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
    """Record the commits inside the block, without the test's own empty one before it."""
    recorded: list[str] = []

    def note(connection: object) -> None:
        recorded.append("commit")

    db.session.commit()
    event.listen(db.engine, "commit", note)
    try:
        yield recorded
    finally:
        event.remove(db.engine, "commit", note)


def form_of(page: str) -> tuple[str, dict[str, list[str]]]:
    """Return the address and the hidden fields of the form for consent."""
    form = re.search(r'<form class="actions" method="post" action="([^"]*)">(.*?)</form>', page, re.DOTALL)
    assert form, page
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[2]):
        fields.setdefault(html.unescape(name), []).append(html.unescape(value))
    return html.unescape(form[1]), fields


def accepted(person: Person) -> list[int]:
    return list(db.session.scalars(select(ConductAcceptance.version).where(ConductAcceptance.person_id == person.id)))


def test_accepting_also_casts_the_vote_in_one_commit(browser, ana: Person) -> None:
    idea = make.idea()
    mine, address = browser(ana), f"/ideias/{idea.id}/voto"
    asked = mine.post(address)
    assert asked.status_code == 409
    assert "Aceitar e continuar" in asked.text
    assert asked.text.count("<h1") == 1
    assert db.session.scalars(select(Vote)).all() == []
    to, fields = form_of(asked.text)
    assert (to, fields["accept_conduct"]) == (address, ["2"])
    with commits() as recorded:
        done = mine.post(to, data=fields)
    assert done.status_code == 303
    assert recorded == ["commit"]
    assert db.session.scalars(select(Vote.person_id)).all() == [ana.id]
    assert accepted(ana) == [1, 2]
    assert mine.post(f"/ideias/{make.idea().id}/voto").status_code == 303, "she is not asked twice"


def test_htmx_gets_a_dialog_with_a_form_that_loads_a_full_page(browser, ana: Person) -> None:
    idea = make.idea()
    asked = browser(ana).post(f"/ideias/{idea.id}/voto", headers=HTMX)
    assert asked.status_code == 409
    assert (asked.headers["HX-Retarget"], asked.headers["HX-Reswap"]) == ("#dialog", "innerHTML")
    assert asked.text.lstrip().startswith("<dialog")
    assert "data-hx" not in asked.text
    assert form_of(asked.text)[0] == f"/ideias/{idea.id}/voto"


def test_a_long_comment_is_resubmitted_unchanged(browser, ana: Person) -> None:
    idea = make.idea()
    mine, address = browser(ana), f"/ideias/{idea.id}/comentarios"
    text = ('Linha com "aspas", <b>marcas</b> & ações.\n' * 400)[:4990].strip()
    asked = mine.post(address, data={"text": text})
    assert asked.status_code == 409
    to, fields = form_of(asked.text)
    assert fields["text"] == [text]
    assert mine.post(to, data=fields).status_code == 303
    assert db.session.scalars(select(Comment.text)).one() == text


def test_the_form_repeats_all_values_of_a_field_and_has_a_new_csrf_token(browser, ana: Person) -> None:
    asked = browser(ana).post(f"/ideias/{make.idea().id}/voto?de=3", data={"tag": ["a", "b"], "csrf_field": "x"})
    to, fields = form_of(asked.text)
    assert to.endswith("?de=3")
    assert fields["tag"] == ["a", "b"]
    assert len(fields["csrf_token"]) == 1


@pytest.mark.parametrize("version", ["1", "3", "", "x", "2;", "٢", "9" * 30])
def test_accepting_another_version_than_the_current_asks_again(browser, ana: Person, version: str) -> None:
    asked = browser(ana).post(f"/ideias/{make.idea().id}/voto", data={"accept_conduct": version})
    assert asked.status_code == 409
    assert form_of(asked.text)[1]["accept_conduct"] == ["2"]
    assert accepted(ana) == [1]


def test_a_suspended_person_cannot_accept_and_vote(browser, joao: Person) -> None:
    db.session.query(ConductAcceptance).filter_by(person_id=joao.id).delete()
    refused = browser(joao).post(f"/ideias/{make.idea().id}/voto", data={"accept_conduct": "2"})
    assert refused.status_code == 403
    assert "suspensa até" in refused.text
    assert accepted(joao) == []


def test_a_person_who_accepted_the_current_version_is_not_asked(browser, bruno: Person) -> None:
    assert browser(bruno).post(f"/ideias/{make.idea().id}/voto").status_code == 303
