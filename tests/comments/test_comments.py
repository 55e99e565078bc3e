"""Comments as a browser sees them: said, refused, read further back."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea, Vote
from ideas.comments import hiding, timeline
from ideas.comments.models import Comment
from ideas.conduct.models import ConductAcceptance
from ideas.db import db
from tests import cast, lookups, make
from tests.conftest import HTMX, statements


def address(idea: Idea) -> str:
    return f"/ideias/{idea.id}/comentarios"


def the_comment() -> Comment:
    return db.session.scalars(select(Comment)).one()


def test_a_plain_browser_comments_and_is_sent_to_its_comment(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    answer = browser(bruno).post(address(idea), data={"text": "Aqui **também**.", "client_token": "t1"})
    comment = the_comment()
    assert (answer.status_code, answer.location) == (303, f"{lookups.address_of(idea)}#comentario-{comment.id}")
    page = browser().get(lookups.address_of(idea)).text
    assert "Aqui <strong>também</strong>." in page
    assert f'id="comentario-{comment.id}"' in page
    assert idea.comment_count == 1


def test_htmx_gets_the_comment_and_a_fresh_composer(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    answer = browser(bruno).post(address(idea), data={"text": "Aqui também.", "client_token": "t1"}, headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert (
        f'<ol data-hx-swap-oob="afterbegin:#linha">\n<li class="comment" id="comentario-{the_comment().id}">'
        in answer.text
    )
    assert 'data-announce="Comentário publicado."' in answer.text
    composer = answer.text[: answer.text.index("</form>")]
    assert "Aqui também." not in composer
    assert 'value="t1"' not in composer
    assert re.search(r'name="client_token"[^>]*value="[\w-]{20,}"', composer)


def test_d01_a_comment_sent_twice_is_said_once(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    ours = browser(bruno)
    answers = {ours.post(address(idea), data={"text": "Aqui também.", "client_token": "t1"}).location for _ in range(3)}
    assert len(answers) == 1
    assert (lookups.count(Comment), idea.comment_count) == (1, 1)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Escreva o comentário"), (" \n ", "Escreva o comentário"), ("á" * 5_001, "o limite é de 5000"), ("a\x00b", "caracteres")],
)  # fmt: skip
def test_what_is_no_comment_is_refused_with_what_was_typed(
    text: str, sentence: str, headers: dict[str, str], browser: Any, bruno: Person
) -> None:
    idea = make.idea()
    answer = browser(bruno).post(address(idea), data={"text": text}, headers=headers)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'id="comment-text-error"' in answer.text
    assert "á" * 5_001 not in text or text in answer.text
    assert ("<html" in answer.text) == (not headers)
    assert lookups.count(Comment) == 0


def test_five_thousand_letters_are_a_comment(browser: Any, bruno: Person) -> None:
    assert browser(bruno).post(address(make.idea()), data={"text": "á" * 5_000}).status_code == 303


def test_a_visitor_is_asked_to_sign_in(browser: Any) -> None:
    idea = make.idea()
    page = browser().get(lookups.address_of(idea)).text
    assert "Entrar para comentar" in page
    assert 'name="text"' not in page
    assert "csrf_token" not in page
    assert browser().post(address(idea), data={"text": "Oi."}).location.startswith("/entrar")
    assert lookups.count(Comment) == 0


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_suspended_person_is_told_why_and_keeps_their_words(
    headers: dict[str, str], browser: Any, joao: Person
) -> None:
    answer = browser(joao).post(address(make.idea()), data={"text": "Aqui também."}, headers=headers)
    assert answer.status_code == 403
    assert "suspensa até" in answer.text
    assert "Aqui também." in answer.text
    assert lookups.count(Comment) == 0


@pytest.mark.parametrize("out_of_sight", ["hidden_at", "held_at", "withdrawn_at"])
def test_b10_an_idea_out_of_sight_has_no_comments(
    out_of_sight: str, browser: Any, bruno: Person, carla: Person
) -> None:
    idea = make.idea(author=bruno)
    make.comment(idea, "canário")
    setattr(idea, out_of_sight, clock.now())
    ours = browser(carla)
    for answer in (
        ours.post(address(idea), data={"text": "Oi."}),
        ours.get(address(idea)),
        ours.get(address(idea), headers=HTMX),
        browser().get(address(idea), headers=HTMX),
        ours.get(lookups.address_of(idea)),
    ):
        assert answer.status_code == 404
        assert "canário" not in answer.text
    assert ours.post("/ideias/999999999999/comentarios", data={"text": "Oi."}).status_code == 404


def test_the_author_of_a_hidden_idea_finds_no_composer(browser: Any, bruno: Person) -> None:
    idea = make.idea(author=bruno, hidden_at=clock.now())
    page = browser(bruno).get(lookups.address_of(idea)).text
    assert "não recebe comentários" in page
    assert 'id="comentar"' not in page
    answer = browser(bruno).post(address(idea), data={"text": "Por quê?"}, headers=HTMX)
    assert answer.status_code == 409
    assert "Por quê?" in answer.text


def test_accepting_the_code_on_the_way_says_the_comment(browser: Any, ana: Person) -> None:
    idea = make.idea()
    ours = browser(ana)
    asked = ours.post(address(idea), data={"text": "Aqui também.", "client_token": "t1"})
    assert asked.status_code == 409
    assert "Aqui também." in asked.text
    assert f'action="{address(idea)}"' in asked.text
    assert lookups.count(Comment) == 0
    answer = ours.post(address(idea), data={"text": "Aqui também.", "client_token": "t1", "accept_conduct": "2"})
    assert answer.status_code == 303
    assert the_comment().author_id == ana.id
    assert db.session.get(ConductAcceptance, (ana.id, 2)) is not None


def test_choosing_a_similar_idea_votes_and_comments_at_once(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    fields = {"vote": "1", "text": "O que eu ia pedir.", "client_token": "t1"}
    answer = browser(bruno).post(address(idea), data=fields)
    assert answer.status_code == 303
    assert (lookups.count(Vote), lookups.count(Comment)) == (1, 1)
    assert (idea.people_count, idea.comment_count) == (1, 1)
    browser(bruno).post(address(idea), data=fields)
    assert (idea.people_count, idea.comment_count) == (1, 1)


def test_choosing_a_similar_idea_accepts_votes_and_comments_in_one_commit(browser: Any, ana: Person) -> None:
    idea = make.idea()
    fields = {"vote": "1", "text": "O que eu ia pedir.", "client_token": "t1"}
    assert browser(ana).post(address(idea), data=fields).status_code == 409
    assert (lookups.count(Vote), lookups.count(Comment)) == (0, 0)
    browser(ana).post(address(idea), data=fields | {"accept_conduct": "2"})
    assert (lookups.count(Vote), lookups.count(Comment)) == (1, 1)


def test_a_vote_that_is_refused_leaves_no_comment(browser: Any, elisa: Person) -> None:
    idea = make.idea()
    answer = browser(elisa).post(address(idea), data={"vote": "1", "text": "O que eu ia pedir."})
    assert answer.status_code == 403
    assert "O que eu ia pedir." in answer.text
    assert (lookups.count(Vote), lookups.count(Comment)) == (0, 0)


def test_words_reach_a_similar_idea_that_takes_no_votes_any_more(browser: Any, bruno: Person) -> None:
    idea = make.idea(status="already_exists")
    assert browser(bruno).post(address(idea), data={"vote": "1", "text": "O que eu ia pedir."}).status_code == 303
    assert (lookups.count(Vote), lookups.count(Comment)) == (0, 1)
    answer = browser(bruno).post(address(idea), data={"vote": "1", "text": ""})
    assert answer.status_code == 409
    assert "não recebe mais votos" in answer.text


def test_a_too_long_text_brought_along_stays_a_vote_and_a_comment(browser: Any, bruno: Person) -> None:
    answer = browser(bruno).post(address(make.idea()), data={"vote": "1", "text": "x" * 6_000})
    assert answer.status_code == 422
    assert '<input type="hidden" name="vote" value="1">' in answer.text
    assert "Votar e comentar" in answer.text


def test_c01_a_comment_is_shown_as_text(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    attack = '<script>alert(1)</script> [x](javascript:alert(1)) "onmouseover=alert(1) {{ 1234*4321 }}'
    browser(bruno).post(address(idea), data={"text": attack})
    page = browser().get(lookups.address_of(idea)).text
    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "5332114" not in page[page.index("timeline") :]


def test_names_and_companies_are_told_as_far_as_the_reader_may_know(browser: Any, bruno: Person, carla: Person) -> None:
    idea = make.idea(author=carla)
    make.comment(idea, author=bruno)

    def line(reader: Person | None) -> str:
        page: str = browser(reader).get(lookups.address_of(idea)).text
        return page[page.index('class="timeline"') : page.index("</ol>")]

    assert "Bruno L." in line(None)
    assert "Bruno Leal" not in line(None)
    assert "Litoral" not in line(None)
    assert "Bruno Leal" in line(carla)
    assert "Litoral" not in line(carla)
    for reader in ("bruno", "davi", "elisa"):
        assert "Transportes Litoral" in line(make.person(reader)), reader


def test_a_closed_account_is_an_ex_cliente(browser: Any, bruno: Person, carla: Person) -> None:
    idea = make.idea(author=carla)
    make.comment(idea, author=bruno)
    bruno.closed_at = clock.now()
    page = browser(carla).get(lookups.address_of(idea)).text
    assert "ex-cliente" in page
    assert "Bruno" not in page


def test_staff_are_marked_as_the_vendors(browser: Any, elisa: Person) -> None:
    idea = make.idea()
    browser(elisa).post(address(idea), data={"text": "Boa."})
    page = browser().get(lookups.address_of(idea)).text
    assert '<span class="badge" data-tone="brand">Horizonte Sistemas</span>' in page


def test_b09_a_hidden_comment_is_marked_for_who_still_sees_it(
    browser: Any, bruno: Person, fabio: Person, carla: Person
) -> None:
    idea = make.idea()
    make.comment(idea, "canário", author=bruno).hidden_at = clock.now()
    for reader in (bruno, fabio):
        page = browser(reader).get(lookups.address_of(idea)).text
        assert "canário" in page
        assert "A moderação ocultou este comentário" in page
    for stranger in (None, carla):
        assert "canário" not in browser(stranger).get(lookups.address_of(idea)).text


def test_b09_a_comment_that_everyone_has_read_is_gone_at_once_and_comes_back_whole(
    browser: Any, bruno: Person, carla: Person
) -> None:
    idea = make.idea()
    comment = make.comment(idea, "canário", author=bruno)
    readers = [browser(), browser(carla)]
    shown = [reader.get(lookups.address_of(idea)).text for reader in readers]
    assert all("canário" in page for page in shown)
    hiding.hide(comment, "offense")
    assert all("canário" not in reader.get(lookups.address_of(idea)).text for reader in readers)
    hiding.show(comment)
    assert all("canário" in reader.get(lookups.address_of(idea)).text for reader in readers)


def test_one_reports_what_others_wrote_however_often_it_was_shown(browser: Any, bruno: Person, carla: Person) -> None:
    idea = make.idea()
    comment = make.comment(idea, author=bruno)
    may = {who: f"denuncias/nova/comentario-{comment.id}" in browser(reader).get(lookups.address_of(idea)).text
           for who, reader in (("visitor", None), ("another", carla), ("its author", bruno), ("another again", carla))}  # fmt: skip
    assert may == {"visitor": False, "another": True, "its author": False, "another again": True}


def many(idea: Idea, number: int) -> None:
    for place in range(number):
        made = make.comment(idea, f"comentário {place}.")
        made.created_at = clock.now() - timedelta(minutes=number - place)


def test_older_comments_are_one_press_away(browser: Any, bruno: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PAGE", 5)
    idea = make.idea(published_at=clock.now() - timedelta(days=9))
    many(idea, 8)
    ours = browser(bruno)
    page = ours.get(lookups.address_of(idea)).text
    assert "comentário 7." in page
    assert "comentário 3." in page
    assert "comentário 2." not in page
    more = re.search(r'href="(/ideias/\d+/comentarios\?pagina=[\w-]+)"', page)
    assert more is not None
    fragment = ours.get(more[1], headers=HTMX).text
    assert "<html" not in fragment
    assert 'id="linha"' not in fragment
    assert "comentário 2." in fragment
    assert "comentário 3." not in fragment
    assert "Ideia publicada" in fragment
    further = ours.get(more[1])
    assert further.status_code == 303
    assert further.location.startswith(lookups.address_of(idea) + "?pagina=")
    back = ours.get(further.location.partition("#")[0]).text
    assert "comentário 2." in back
    assert "comentário 3." not in back
    assert "Voltar ao começo" in back


@pytest.mark.parametrize("cursor", ["x", "aTF-Mg", "ZDl-OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "%00"])
def test_c14_a_cursor_of_ones_own_making_leads_nowhere(cursor: str, browser: Any, bruno: Person) -> None:
    idea = make.idea()
    assert browser(bruno).get(f"{address(idea)}?pagina={cursor}", headers=HTMX).status_code == 404
    assert browser(bruno).get(f"{lookups.address_of(idea)}?pagina={cursor}").status_code == 404


def test_the_page_costs_the_same_with_one_comment_and_with_many(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    make.comment(idea)
    ours = browser(bruno)
    ours.get(lookups.address_of(idea))
    with statements() as few:
        ours.get(lookups.address_of(idea))
    many(idea, 40)
    with statements() as lots:
        ours.get(lookups.address_of(idea))
    assert len(few) == len(lots)


def test_e11_the_page_holds_no_cpf(browser: Any, bruno: Person, elisa: Person) -> None:
    idea = make.idea()
    make.comment(idea, author=bruno)
    page = browser(elisa).get(lookups.address_of(idea)).text
    for cpf in cast.CPFS.values():
        assert cpf not in page
        assert re.sub(r"\D", "", cpf) not in page
