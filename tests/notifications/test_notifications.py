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


def planned(idea: Idea, by: Person) -> None:
    """The idea is planned with a response, and that is told."""
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


def test_e04_author_and_voter_find_exactly_one_notice_each(
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
    planned(idea, elisa)
    sentence = (
        "Elisa Moraes mudou “Exportar o razão” para Planejada, prevista para o 1º trimestre de 2027, e respondeu."
    )
    for reader in (bruno, carla):
        assert browser(reader).get("/notificacoes").text.count(sentence) == 1
    assert "comentou" not in browser(carla).get("/notificacoes").text
    assert "Nenhum aviso por enquanto" in browser(elisa).get("/notificacoes").text


def test_a_notice_leads_to_its_idea_and_is_read(browser: Any, bruno: Person, elisa: Person) -> None:
    idea, other = followed_by(bruno), followed_by(bruno)
    planned(other, elisa)
    planned(idea, elisa)
    ours = browser(bruno)
    page = ours.get("/notificacoes").text
    assert bell(page) == "Notificações, 2 novas"
    assert page.count("notice--unread") == 2
    assert page.count(">Nova</span>") == 2
    link = re.search(r'href="(/notificacoes/\d+)"', page)
    assert link is not None
    answer = ours.get(link[1])
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}")
    assert unread() == [True, False]
    page = ours.get("/notificacoes").text
    assert bell(page) == "Notificações, 1 nova"
    assert page.count("notice--unread") == 1


def test_a_comments_notice_leads_to_the_comment(browser: Any, bruno: Person, carla: Person) -> None:
    idea = followed_by(bruno)
    comment = commenting.add(idea, NewComment(text="Oi."), author=carla, company=make.company_of(carla))
    db.session.commit()
    deliver_pending()
    number = db.session.scalars(select(Notification.id)).one()
    assert browser(bruno).get(f"/notificacoes/{number}").location == f"/ideias/{idea.id}#comentario-{comment.id}"


def test_asking_for_the_head_alone_reads_nothing(browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno), elisa)
    number = db.session.scalars(select(Notification.id)).one()
    assert browser(bruno).head(f"/notificacoes/{number}").status_code == 303
    assert unread() == [True]


@pytest.mark.parametrize("number", [999_999, 10**12, 10**30])
def test_b18_anothers_notice_is_as_if_it_were_not_there(
    number: int, browser: Any, bruno: Person, carla: Person, elisa: Person
) -> None:
    planned(followed_by(bruno), elisa)
    mine = db.session.scalars(select(Notification.id)).one()
    assert browser(carla).get(f"/notificacoes/{mine}").status_code == 404
    assert browser(bruno).get(f"/notificacoes/{number}").status_code == 404
    assert unread() == [True]


def test_b09_b11_a_notice_of_a_hidden_idea_shows_nothing_of_it(browser: Any, bruno: Person, elisa: Person) -> None:
    idea = followed_by(bruno, title="Canário amarelo", author=make.person("carla"))
    planned(idea, elisa)
    idea.hidden_at = clock.now()
    ours = browser(bruno)
    page = ours.get("/notificacoes").text
    assert "Canário" not in page
    assert "Elisa Moraes mudou" not in page
    assert "Algo que você seguia saiu do ar." in page
    number = db.session.scalars(select(Notification.id)).one()
    answer = ours.get(f"/notificacoes/{number}")
    assert answer.status_code == 404
    assert "Canário" not in answer.text
    assert "Canário" not in ours.get(f"/ideias/{idea.id}").text


def test_everything_is_marked_read_at_once(browser: Any, bruno: Person, carla: Person, elisa: Person) -> None:
    for _ in range(2):
        planned(followed_by(bruno), elisa)
    planned(followed_by(carla), elisa)
    ours = browser(bruno)
    up_to = re.search(r'name="up_to" value="(\d+)"', ours.get("/notificacoes").text)
    assert up_to is not None
    planned(followed_by(bruno), elisa)
    answer = ours.post("/notificacoes/lidas", data={"up_to": up_to[1]})
    assert (answer.status_code, answer.location) == (303, "/notificacoes")
    assert unread() == [False, False, True, True], "neither another's nor what came since"


def test_the_button_goes_when_there_is_nothing_new(browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno), elisa)
    ours = browser(bruno)
    ours.post("/notificacoes/lidas", data={"up_to": "2147483647"})
    page = ours.get("/notificacoes").text
    assert 'name="up_to"' not in page
    assert bell(page) == "Notificações"


@pytest.mark.parametrize("up_to", ["", "x", "-1", "1e9", "٣", "9" * 40])
def test_b15_what_is_no_number_marks_nothing(up_to: str, browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno), elisa)
    assert browser(bruno).post("/notificacoes/lidas", data={"up_to": up_to}).status_code == 400
    assert unread() == [True]


def test_days_head_the_list(browser: Any, bruno: Person, elisa: Person) -> None:
    for _ in range(3):
        planned(followed_by(bruno), elisa)
    rows = db.session.scalars(select(Notification).order_by(Notification.id)).all()
    rows[0].created_at = clock.now() - timedelta(days=20)
    rows[1].created_at = clock.now() - timedelta(days=1)
    page = browser(bruno).get("/notificacoes").text
    headings = re.findall(r'<h2 class="notices__date">([^<]*)</h2>', page)
    assert headings[:2] == ["Hoje", "Ontem"]
    assert re.fullmatch(r"\d{1,2} de \w+ de \d{4}", headings[2])


def test_more_is_one_press_away(browser: Any, bruno: Person, elisa: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    for number in range(3):
        planned(followed_by(bruno, title=f"Uma ideia {number}"), elisa)
    ours = browser(bruno)
    page = ours.get("/notificacoes").text
    assert "Uma ideia 2" in page
    assert "Uma ideia 0" not in page
    more = re.search(r'href="(/notificacoes\?pagina=[\w-]+)"', page)
    assert more is not None
    fragment = ours.get(more[1], headers=HTMX).text
    assert "<html" not in fragment
    assert "Uma ideia 0" in fragment
    assert "Uma ideia 1" not in fragment
    assert "Voltar ao começo" in ours.get(more[1]).text


@pytest.mark.parametrize("cursor", ["x", "aTF-Mg", "ZjB4MXA-MQ", "aTk5OTk5OTk5OTk5fjk5OTk5OTk5OTk5"])
def test_c14_a_cursor_of_ones_own_making_leads_nowhere(cursor: str, browser: Any, bruno: Person) -> None:
    assert browser(bruno).get(f"/notificacoes?pagina={cursor}").status_code == 404


def test_a_visitor_has_no_notices_and_no_bell(browser: Any) -> None:
    assert browser().get("/notificacoes").location.startswith("/entrar")
    assert browser().get("/notificacoes/1").location.startswith("/entrar")
    with statements() as sent:
        page = browser().get("/").text
    assert 'href="/notificacoes"' not in page
    assert not any("notification" in statement for statement in sent)


def test_the_bell_costs_one_statement_a_page_and_none_a_fragment(browser: Any, bruno: Person) -> None:
    idea = make.idea()
    ours = browser(bruno)
    with statements() as sent:
        ours.get(f"/ideias/{idea.id}-{idea.slug}")
    assert len([statement for statement in sent if "FROM notification" in statement]) == 1
    with statements() as sent:
        ours.post(f"/ideias/{idea.id}/voto", headers=HTMX)
    assert [statement for statement in sent if "FROM notification" in statement] == []


def test_a_list_costs_the_same_however_long(browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno), elisa)
    ours = browser(bruno)
    ours.get("/notificacoes")
    with statements() as few:
        ours.get("/notificacoes")
    for _ in range(8):
        planned(followed_by(bruno), elisa)
    with statements() as many:
        ours.get("/notificacoes")
    assert len(few) == len(many) <= 4


def test_the_words_are_in_the_readers_language(browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno), elisa)
    bruno.language = "en"
    assert "Planned" in browser(bruno).get("/notificacoes").text


def test_c04_c05_titles_are_shown_as_typed(browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno, title="Juros %(s) de 2% <b>ao mês</b> {{ 7*7 }}"), elisa)
    page = browser(bruno).get("/notificacoes").text
    assert "Juros %(s) de 2% &lt;b&gt;ao mês&lt;/b&gt; {{ 7*7 }}" in page


def test_e11_notices_hold_no_cpf(browser: Any, bruno: Person, elisa: Person) -> None:
    planned(followed_by(bruno), elisa)
    page = browser(bruno).get("/notificacoes").text
    for cpf in cast.CPFS.values():
        assert cpf not in page
        assert re.sub(r"\D", "", cpf) not in page
