"""The list of supporters for staff, with filters and export; pain points for the author, without names."""

import csv
import io
import re

import pytest
from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.audit.models import AuditEntry
from ideas.board.models import Idea, Importance, Vote
from ideas.board.voting import casting, recounting, supporters
from ideas.board.voting.importance import Opinion
from ideas.board.voting.supporters import UNSAID, SupporterFilter
from ideas.db import db
from tests import make
from tests.conftest import HTMX, statements

EVERYONE = SupporterFilter()


@pytest.fixture
def idea(bruno: Person, carla: Person, davi: Person, elisa: Person) -> Idea:
    """An idea by Carla: Bruno's vote is critical with a pain point, Davi's has neither, and there is a proxy vote."""
    idea = make.idea("Contagem de estoque pelo celular", author=carla)
    for voter in (bruno, davi):
        casting.cast(idea, voter=voter, company=make.company_of(voter))
    make.importance(idea, bruno, Opinion(Importance.CRITICAL, "Conto parafuso por parafuso."))
    asked = make.customer("Rita Sá", make.company_of(bruno))
    vote = make.vote(idea, asked, make.company_of(bruno))
    vote.proxied_by_id, vote.source = elisa.id, "chamado 2026-000007"
    db.session.flush()
    return idea


def names(idea: Idea, wanted: SupporterFilter = EVERYONE) -> list[str]:
    return [one.person.name for one in supporters.page(idea, wanted)]


# --- queries ------------------------------------------------------------------------------


def test_supporters_are_filtered_by_company_importance_and_reason(idea: Idea, bruno: Person) -> None:
    assert names(idea) == ["Rita Sá", "Davi Prado", "Bruno Leal"]
    assert names(idea, SupporterFilter(company_id=make.company_of(bruno).id)) == ["Rita Sá", "Bruno Leal"]
    assert (
        names(idea, SupporterFilter(importance="critical"))
        == names(idea, SupporterFilter(reasoned=True))
        == ["Bruno Leal"]
    )
    assert names(idea, SupporterFilter(importance=UNSAID)) == ["Rita Sá", "Davi Prado"]
    assert names(idea, SupporterFilter(importance="nice")) == []


def test_withdrawn_and_set_aside_votes_are_not_listed(idea: Idea, bruno: Person, davi: Person) -> None:
    casting.withdraw(idea, voter=davi)
    vote = db.session.scalars(select(Vote).where(Vote.person_id == bruno.id)).one()
    vote.set_aside_at = vote.cast_at
    db.session.flush()
    assert names(idea) == ["Rita Sá"]
    assert supporters.pain_points(idea) == []


def test_each_person_is_listed_once_per_set_with_their_strongest_importance(bruno: Person, carla: Person) -> None:
    original, duplicate = make.idea(), make.idea()
    for one in (original, duplicate):
        casting.cast(one, voter=bruno, company=make.company_of(bruno))
    make.importance(original, bruno, Opinion(Importance.NICE, "Motivo."))
    make.importance(duplicate, bruno, Opinion(Importance.CRITICAL, "Motivo."))
    casting.cast(duplicate, voter=carla, company=make.company_of(carla))
    duplicate.merged_into_id = duplicate.root_id = original.id
    db.session.flush()
    recounting.recount(original)
    assert [(one.person.name, one.importance) for one in supporters.page(original, SupporterFilter())] == [
        ("Carla Nunes", None), ("Bruno Leal", "critical"),
    ]  # fmt: skip
    assert [(one.people, one.critical) for one in supporters.companies(original)] == [(1, 0), (1, 1)]
    assert [point.reason for point in supporters.pain_points(original)] == ["Motivo."]


def test_pages_list_every_supporter_once(idea: Idea) -> None:
    first = supporters.page(idea, SupporterFilter(), size=2)
    rest = supporters.page(idea, SupporterFilter(), before=first[1].vote_id, size=2)
    assert [one.person.name for one in [*first[:2], *rest]] == ["Rita Sá", "Davi Prado", "Bruno Leal"]


# --- pages ----------------------------------------------------------------------------------


def test_staff_see_voters_and_the_sources_of_proxy_votes(browser, idea: Idea, heitor: Person) -> None:
    page = browser(heitor).get(f"/ideias/{idea.id}/votos").text
    for words in (
        "Bruno Leal",
        "Conto parafuso por parafuso.",
        "Transportes Litoral",
        "chamado 2026-000007",
        "Crítico",
    ):
        assert words in page
    one = browser(heitor).get(f"/ideias/{idea.id}/votos?importancia=critico").text
    assert "Bruno Leal" in one
    assert "Davi Prado" not in one


@pytest.mark.parametrize("who", ["", "bruno", "carla"])
def test_only_staff_see_names(who: str, browser, idea: Idea) -> None:
    there = browser(make.person(who) if who else None)
    answer = there.get(f"/ideias/{idea.id}/votos")
    assert answer.status_code in {303, 403}
    page = there.get(f"/ideias/{idea.id}-{idea.slug}").text
    assert "Rita" not in page
    assert "Davi" not in page
    assert "Quem apoia" not in page
    if who:
        assert there.post(f"/ideias/{idea.id}/votos/exportar").status_code == 403
        assert there.get(f"/ideias/{idea.id}/voto/em-nome").status_code == 403


@pytest.mark.parametrize("query", ["importancia=enorme", "empresa=x", "empresa=99999999999", "pagina=%%%"])
def test_unknown_filters_are_not_found(query: str, browser, idea: Idea, elisa: Person) -> None:
    assert browser(elisa).get(f"/ideias/{idea.id}/votos?{query}").status_code == 404


def test_c08_the_export_is_escaped_complete_and_logged(browser, idea: Idea, davi: Person, elisa: Person) -> None:
    make.importance(idea, davi, Opinion(None, "=HYPERLINK(1)"))
    answer = browser(elisa).post(f"/ideias/{idea.id}/votos/exportar", buffered=True)
    rows = list(csv.reader(io.StringIO(answer.text[1:]), delimiter=";"))
    assert answer.mimetype == "text/csv"
    assert [row[0] for row in rows] == ["Pessoa", "Rita Sá", "Davi Prado", "Bruno Leal"]
    assert rows[2][3] == "'=HYPERLINK(1)"
    assert rows[3][1:4] == ["Transportes Litoral", "Crítico", "Conto parafuso por parafuso."]
    assert rows[1][5:] == ["Elisa Moraes", "chamado 2026-000007"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.thing_id, entry.by_id) == ("voters_exported", idea.id, elisa.id)
    filtered = browser(elisa).post(f"/ideias/{idea.id}/votos/exportar?importancia=critico", buffered=True).text
    assert filtered.count("\r\n") == 2


def test_the_author_reads_pain_points_without_names(browser, idea: Idea, carla: Person) -> None:
    there = browser(carla)
    for address in (f"/ideias/{idea.id}-{idea.slug}", f"/ideias/{idea.id}/motivos"):
        page = there.get(address).text
        assert "Conto parafuso por parafuso." in page
        assert "Bruno" not in page
    assert "<html" not in there.get(f"/ideias/{idea.id}/motivos", headers=HTMX).text


@pytest.mark.parametrize("who", ["", "davi"])
def test_only_the_author_and_staff_read_pain_points(who: str, browser, idea: Idea) -> None:
    there = browser(make.person(who) if who else None)
    assert there.get(f"/ideias/{idea.id}/motivos").status_code == (404 if who else 303)
    assert "parafuso" not in there.get(f"/ideias/{idea.id}-{idea.slug}").text


def test_g10_the_number_of_statements_does_not_grow_with_the_supporters(browser, idea: Idea, elisa: Person) -> None:
    there, sent_for, address = browser(elisa), [], f"/ideias/{idea.id}/votos"
    for people in (0, 120):
        make.votes_of_strangers(idea, people)
        there.get(address)
        with statements() as sent:
            assert there.get(address).status_code == 200
        sent_for.append(len(sent))
    assert sent_for[0] == sent_for[1] <= 5


# --- proxy votes ----------------------------------------------------------------------------------


def test_staff_search_for_the_customer_and_vote(browser, heitor: Person, bruno: Person) -> None:
    idea = make.idea()
    there = browser(heitor)
    found = there.get(f"/ideias/{idea.id}/voto/em-nome?q=bruno").text
    member = re.search(r'name="member" id="member-(\d+)"', found)[1]
    answer = there.post(
        f"/ideias/{idea.id}/voto/em-nome",
        data={"q": "bruno", "member": member, "source": "chamado 2026-000001", "importance": "critical", "reason": ""},
    )
    assert (answer.status_code, answer.location) == (303, f"/ideias/{idea.id}-{idea.slug}")
    assert (idea.people_count, idea.critical_count) == (1, 1)
    page = browser(bruno).get(answer.location).text
    assert "Heitor Lima registrou este voto em seu nome, a partir de: chamado 2026-000001" in page


def test_missing_input_is_reported_at_its_field_and_keeps_everything_typed(browser, heitor: Person) -> None:
    idea = make.idea()
    answer = browser(heitor).post(
        f"/ideias/{idea.id}/voto/em-nome", data={"q": "bruno", "source": "", "reason": "Fica parado."}
    )
    assert answer.status_code == 422
    assert "Procure e escolha a pessoa." in answer.text
    assert "Diga de onde veio o pedido" in answer.text
    assert 'value="Fica parado."' in answer.text
    assert "Bruno Leal" in answer.text


def test_a_refused_proxy_vote_shows_the_form_again(browser, heitor: Person, bruno: Person) -> None:
    idea = make.idea()
    casting.cast(idea, voter=bruno, company=make.company_of(bruno))
    there = browser(heitor)
    found = there.get(f"/ideias/{idea.id}/voto/em-nome?q=bruno").text
    assert "já votou aqui ou retirou o voto" in found
    member = re.search(r'id="member-(\d+)"[^>]*disabled', found)[1]
    answer = there.post(f"/ideias/{idea.id}/voto/em-nome", data={"q": "bruno", "member": member, "source": "reunião"})
    assert answer.status_code == 409
    assert "Só ela mesma pode mudar isso" in answer.text
    assert 'value="reunião"' in answer.text
    gone = there.post(f"/ideias/{idea.id}/voto/em-nome", data={"q": "", "member": "999999", "source": "reunião"})
    assert (gone.status_code, "Procure a pessoa de novo" in gone.text) == (409, True)
