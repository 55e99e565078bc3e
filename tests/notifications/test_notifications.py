"""/notificacoes, and the bell on every page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import deciding, following
from ideas.board.deciding import Decision
from ideas.board.models import Idea, Reason
from ideas.board.voting import casting
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.db import db
from ideas.notifications.models import Notification
from ideas.notifications.routes import notifications as pages
from ideas.outbox.delivery import deliver_pending
from tests import cast, make
from tests.conftest import HTMX, statements


def plan(idea: Idea, by: Person) -> None:
    """Plan the idea with a response, and deliver the event."""
    deciding.decide(idea, Decision(to="planned", target_quarter="2027-T1", text="Vai."), by=by)
    db.session.commit()
    deliver_pending()


def followed_by(*people: Person, **facts: Any) -> Idea:
    idea = make.idea(**facts)
    for person in people:
        following.follow(idea, person, Reason.CHOSE)
    return idea


def bell(page: str) -> str:
    found = re.search(r'<a class="icon-button" href="/notificacoes"[^>]*aria-label="([^"]*)"', page)
    assert found is not None
    return found[1]


def unread() -> list[bool]:
    return [at is None for at in db.session.scalars(select(Notification.read_at).order_by(Notification.id))]


def test_e04_author_and_voter_get_one_notification_each(
    browser: Any, bruno: Person, carla: Person, elisa: Person
) -> None:
    idea = make.idea("Exportar o razão", author=bruno)
    following.follow(idea, bruno, Reason.AUTHOR)
    for voter in (bruno, carla):
        casting.cast(idea, voter=voter, company=make.company_of(voter))
    commenting.add(idea, NewComment(text="Queremos."), author=carla, company=make.company_of(carla))
    db.session.commit()
    deliver_pending()
    assert browser(bruno).get("/notificacoes").text.count("Carla Nunes comentou em “Exportar o razão”.") == 1
    plan(idea, elisa)
    sentence = (
        "Elisa Moraes mudou “Exportar o razão” para Planejada, prevista para o 1º trimestre de 2027, e respondeu."
    )
    for reader in (bruno, carla):
        assert browser(reader).get("/notificacoes").text.count(sentence) == 1
    assert "comentou" not in browser(carla).get("/notificacoes").text
    assert "Nenhum aviso por enquanto" in browser(elisa).get("/notificacoes").text


def test_opening_a_notification_redirects_to_its_idea_and_marks_it_read(
    browser: Any, bruno: Person, elisa: Person
) -> None:
    idea, other = followed_by(bruno), followed_by(bruno)
    plan(other, elisa)
    plan(idea, elisa)
    client = browser(bruno)
    page = client.get("/notificacoes").text
    assert bell(page) == "Notificações, 2 novas"
    assert page.count("notice--unread") == 2
    assert page.count(">Nova</span>") == 2
    link = re.search(r'href="(/notificacoes/\d+)"', page)
    assert link is not None
    answer = client.get(link[1])
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}")
    assert unread() == [True, False]
    page = client.get("/notificacoes").text
    assert bell(page) == "Notificações, 1 nova"
    assert page.count("notice--unread") == 1


def test_notification_of_a_comment_links_to_the_comment(browser: Any, bruno: Person, carla: Person) -> None:
    idea = followed_by(bruno)
    comment = commenting.add(idea, NewComment(text="Oi."), author=carla, company=make.company_of(carla))
    db.session.commit()
    deliver_pending()
    number = db.session.scalars(select(Notification.id)).one()
    assert browser(bruno).get(f"/notificacoes/{number}").location == f"/ideias/{idea.id}#comentario-{comment.id}"


def test_head_request_marks_nothing_read(browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno), elisa)
    number = db.session.scalars(select(Notification.id)).one()
    assert browser(bruno).head(f"/notificacoes/{number}").status_code == 303
    assert unread() == [True]


@pytest.mark.parametrize("number", [999_999, 10**12, 10**30])
def test_b18_another_persons_notification_is_not_found(
    number: int, browser: Any, bruno: Person, carla: Person, elisa: Person
) -> None:
    plan(followed_by(bruno), elisa)
    mine = db.session.scalars(select(Notification.id)).one()
    assert browser(carla).get(f"/notificacoes/{mine}").status_code == 404
    assert browser(bruno).get(f"/notificacoes/{number}").status_code == 404
    assert unread() == [True]


def test_b09_b11_notification_of_a_hidden_idea_shows_nothing_of_it(browser: Any, bruno: Person, elisa: Person) -> None:
    idea = followed_by(bruno, title="Canário amarelo", author=make.person("carla"))
    plan(idea, elisa)
    idea.hidden_at = clock.now()
    client = browser(bruno)
    page = client.get("/notificacoes").text
    assert "Canário" not in page
    assert "Elisa Moraes mudou" not in page
    assert "Algo que você seguia saiu do ar." in page
    number = db.session.scalars(select(Notification.id)).one()
    answer = client.get(f"/notificacoes/{number}")
    assert answer.status_code == 404
    assert "Canário" not in answer.text
    assert "Canário" not in client.get(f"/ideias/{idea.id}").text


def test_marking_all_read_spares_later_notifications_and_other_people(
    browser: Any, bruno: Person, carla: Person, elisa: Person
) -> None:
    for _ in range(2):
        plan(followed_by(bruno), elisa)
    plan(followed_by(carla), elisa)
    client = browser(bruno)
    up_to = re.search(r'name="up_to" value="(\d+)"', client.get("/notificacoes").text)
    assert up_to is not None
    plan(followed_by(bruno), elisa)
    answer = client.post("/notificacoes/lidas", data={"up_to": up_to[1]})
    assert (answer.status_code, answer.location) == (303, "/notificacoes")
    assert unread() == [False, False, True, True], "neither another person's nor later ones"


def test_button_is_hidden_when_nothing_is_unread(browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno), elisa)
    client = browser(bruno)
    client.post("/notificacoes/lidas", data={"up_to": "2147483647"})
    page = client.get("/notificacoes").text
    assert 'name="up_to"' not in page
    assert bell(page) == "Notificações"


@pytest.mark.parametrize("up_to", ["", "x", "-1", "1e9", "٣", "9" * 40])
def test_b15_invalid_number_marks_nothing_read(up_to: str, browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno), elisa)
    assert browser(bruno).post("/notificacoes/lidas", data={"up_to": up_to}).status_code == 400
    assert unread() == [True]


def test_list_is_grouped_by_day(browser: Any, bruno: Person, elisa: Person) -> None:
    for _ in range(3):
        plan(followed_by(bruno), elisa)
    rows = db.session.scalars(select(Notification).order_by(Notification.id)).all()
    rows[0].created_at = clock.now() - timedelta(days=20)
    rows[1].created_at = clock.now() - timedelta(days=1)
    page = browser(bruno).get("/notificacoes").text
    headings = re.findall(r'<h2 class="notices__date">([^<]*)</h2>', page)
    assert headings[:2] == ["Hoje", "Ontem"]
    assert re.fullmatch(r"\d{1,2} de \w+ de \d{4}", headings[2])


def test_next_page_is_loaded_as_a_fragment(
    browser: Any, bruno: Person, elisa: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    for number in range(3):
        plan(followed_by(bruno, title=f"Uma ideia {number}"), elisa)
    client = browser(bruno)
    page = client.get("/notificacoes").text
    assert "Uma ideia 2" in page
    assert "Uma ideia 0" not in page
    more = re.search(r'href="(/notificacoes\?pagina=[\w-]+)"', page)
    assert more is not None
    fragment = client.get(more[1], headers=HTMX).text
    assert "<html" not in fragment
    assert "Uma ideia 0" in fragment
    assert "Uma ideia 1" not in fragment
    assert "Voltar ao começo" in client.get(more[1]).text


@pytest.mark.parametrize("cursor", ["x", "aTF-Mg", "ZjB4MXA-MQ", "aTk5OTk5OTk5OTk5fjk5OTk5OTk5OTk5"])
def test_c14_invalid_cursor_is_not_found(cursor: str, browser: Any, bruno: Person) -> None:
    assert browser(bruno).get(f"/notificacoes?pagina={cursor}").status_code == 404


def test_visitor_has_no_notifications_and_no_bell(browser: Any) -> None:
    assert browser().get("/notificacoes").location.startswith("/entrar")
    assert browser().get("/notificacoes/1").location.startswith("/entrar")
    with statements() as sent:
        page = browser().get("/").text
    assert 'href="/notificacoes"' not in page
    assert not any("notification" in statement for statement in sent)


def test_bell_needs_one_statement_per_page_and_none_per_fragment(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    client = browser(bruno)
    with statements() as sent:
        client.get(f"/ideias/{idea.id}-{idea.slug}")
    assert len([statement for statement in sent if "FROM notification" in statement]) == 1
    with statements() as sent:
        client.post(f"/ideias/{idea.id}/voto", headers=HTMX)
    assert [statement for statement in sent if "FROM notification" in statement] == []


def test_number_of_statements_does_not_depend_on_the_length(browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno), elisa)
    client = browser(bruno)
    client.get("/notificacoes")
    with statements() as few:
        client.get("/notificacoes")
    for _ in range(8):
        plan(followed_by(bruno), elisa)
    with statements() as many:
        client.get("/notificacoes")
    assert len(few) == len(many) <= 4


def test_sentences_are_in_the_readers_language(browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno), elisa)
    bruno.language = "en"
    assert "Planned" in browser(bruno).get("/notificacoes").text


def test_c04_c05_titles_are_escaped(browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno, title="Juros %(s) de 2% <b>ao mês</b> {{ 7*7 }}"), elisa)
    page = browser(bruno).get("/notificacoes").text
    assert "Juros %(s) de 2% &lt;b&gt;ao mês&lt;/b&gt; {{ 7*7 }}" in page


def test_e11_notifications_contain_no_cpf(browser: Any, bruno: Person, elisa: Person) -> None:
    plan(followed_by(bruno), elisa)
    page = browser(bruno).get("/notificacoes").text
    for cpf in cast.CPFS.values():
        assert cpf not in page
        assert re.sub(r"\D", "", cpf) not in page
