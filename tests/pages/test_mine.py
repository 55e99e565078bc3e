"""/minhas-ideias: the ideas that the reader posted, voted for and follows."""

import re

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.models import Reason
from ideas.board.voting import casting
from tests import make
from tests.conftest import HTMX, statements


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'idea__title">\s*<a href="/ideias/(\d+)-', page)]


def test_each_tab_shows_its_ideas(browser, bruno: Person, carla: Person) -> None:
    posted, voted, followed = make.idea(author=bruno), make.idea(author=carla), make.idea(author=carla)
    make.idea(author=carla)
    casting.cast(voted, voter=bruno, company=make.company_of(bruno))
    casting.cast(followed, voter=carla, company=make.company_of(carla))
    following.follow(followed, bruno, Reason.CHOSE)
    client = browser(bruno)
    assert numbers(client.get("/minhas-ideias").text) == [posted.id]
    assert numbers(client.get("/minhas-ideias?aba=votadas").text) == [voted.id]
    assert numbers(client.get("/minhas-ideias?aba=seguidas").text) == [followed.id, voted.id]


def test_the_author_s_hidden_and_withdrawn_ideas_are_marked(browser, bruno: Person) -> None:
    hidden = make.idea(author=bruno, hidden_at=clock.now())
    withdrawn = make.idea(author=bruno, withdrawn_at=clock.now())
    page = browser(bruno).get("/minhas-ideias").text
    assert numbers(page) == [withdrawn.id, hidden.id]
    assert "Oculta" in page
    assert "Retirada" in page


def test_empty_tabs_say_what_to_do(browser, bruno: Person) -> None:
    client = browser(bruno)
    assert "Você ainda não enviou ideias" in client.get("/minhas-ideias").text
    assert "Você ainda não votou" in client.get("/minhas-ideias?aba=votadas").text
    assert "Você ainda não segue ideias" in client.get("/minhas-ideias?aba=seguidas").text


def test_long_lists_are_paged(browser, bruno: Person) -> None:
    ideas = [make.idea(author=bruno) for _ in range(30)]
    client = browser(bruno)
    first = client.get("/minhas-ideias").text
    following_ = re.search(r'href="([^"]*)" rel="next"', first)[1].replace("&amp;", "&")
    second = client.get(following_, headers=HTMX).text
    assert numbers(first) + numbers(second) == [idea.id for idea in reversed(ideas)]
    assert "<html" not in second


def test_c14_unknown_tabs_and_pages_are_not_found(browser, bruno: Person) -> None:
    client = browser(bruno)
    assert client.get("/minhas-ideias?aba=x").status_code == 404
    assert client.get("/minhas-ideias?pagina=x").status_code == 404
    assert client.get("/minhas-ideias?aba=votadas&pagina=aTF-MQ").status_code == 404


def test_a_visitor_is_redirected_to_sign_in(browser) -> None:
    assert browser().get("/minhas-ideias").location == "/entrar?next=/minhas-ideias"


def test_the_number_of_statements_is_constant(browser, bruno: Person) -> None:
    client = browser(bruno)
    make.idea(author=bruno)
    client.get("/minhas-ideias")
    with statements() as few:
        client.get("/minhas-ideias")
    for _ in range(40):
        make.idea(author=bruno)
    with statements() as many:
        client.get("/minhas-ideias")
    assert len(many) == len(few) <= 4
