"""The pages of merging: choice, preview, separation, and the notifications to the people of the duplicate."""

import re

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person, ProductManager
from ideas.board import following
from ideas.board.listing import pages
from ideas.board.merging import merging, objecting, separating
from ideas.board.models import Idea, Level, MergeObjection, OfficialResponse, Reason
from ideas.board.voting import casting
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.db import db
from ideas.outbox.delivery import deliver_pending
from ideas.web import panels
from tests import lookups, make
from tests.conftest import statements


def address(idea: Idea, *come: Idea) -> str:
    origin = "&".join(f"de={one.id}" for one in come)
    return f"/ideias/{idea.id}-{idea.slug}" + ("?" + origin if origin else "")


@pytest.fixture
def pair(bruno: Person, carla: Person, davi: Person) -> list[Idea]:
    """Bruno's original and Carla's duplicate with two votes each; Davi voted for both."""
    ideas = [
        make.idea("Exportar o balancete para planilha", author=bruno),
        make.idea("Balancete em Excel", author=carla),
    ]
    for idea, author in zip(ideas, (bruno, carla), strict=True):
        following.follow(idea, author, Reason.AUTHOR)
        for voter in (author, davi):
            casting.cast(idea, voter=voter, company=make.company_of(voter))
    return ideas


def merged(pair: list[Idea], by: Person) -> tuple[Idea, Idea]:
    original, duplicate = pair
    merging.merge([duplicate], original, by=by)
    db.session.commit()
    deliver_pending()
    db.session.commit()
    return original, duplicate


def test_a_manager_chooses_similar_ideas_previews_the_total_and_merges(browser, pair, elisa: Person) -> None:
    original, duplicate = pair
    client = browser(elisa)
    assert f"/ideias/reunir?ideia={duplicate.id}" in client.get(address(duplicate)).text
    choosing = client.get(f"/ideias/reunir?ideia={duplicate.id}").text
    assert re.search(rf'value="{duplicate.id}" checked', choosing)
    assert f'name="ideia" value="{original.id}"' in choosing
    preview = client.get(f"/ideias/reunir/previa?ideia={duplicate.id}&ideia={original.id}").text
    assert "1 pessoa votou nas duas e conta uma vez." in preview
    assert re.search(r"<b>2</b>\s*<span>\+</span>\s*<b>2</b>", preview)
    assert "<strong>3</strong>" in preview
    answer = client.post("/ideias/reunir", data={"ideia": [original.id, duplicate.id], "em": original.id})
    assert (answer.status_code, answer.location) == (303, address(original, duplicate))
    page = client.get(answer.location).text
    assert f"A ideia nº {duplicate.id}" in page
    assert "Separar de novo" in page
    assert "agora são 3 votos" in page


def test_several_ideas_are_merged_at_once_and_separated_by_one_button(browser, elisa: Person) -> None:
    ideas = [make.idea(f"Uma ideia bem parecida, de número {number}") for number in range(4)]
    numbers = [idea.id for idea in ideas]
    client = browser(elisa)
    found = client.get("/ideias/reunir?q=parecida").text
    assert all(f'name="ideia" value="{number}"' in found for number in numbers)
    answer = client.post("/ideias/reunir", data={"ideia": numbers, "em": numbers[2]})
    page = client.get(answer.location).text
    assert "3 ideias foram reunidas a esta" in page
    assert "Separar todas de novo" in page
    assert {idea.root_id for idea in ideas} == {numbers[2]}
    client.post("/ideias/separar", data={"ideia": [number for number in numbers if number != numbers[2]]})
    assert [idea.root_id for idea in ideas] == numbers


def test_a_search_keeps_the_chosen_ideas_and_a_number_finds_its_idea(browser, pair, elisa: Person) -> None:
    original, duplicate = pair
    page = browser(elisa).get(f"/ideias/reunir?ideia={duplicate.id}&q=%23{original.id}").text
    assert re.search(rf'value="{duplicate.id}" checked', page)
    assert page.count(f'name="ideia" value="{original.id}"') == 1


def test_a_merge_needs_two_ideas(browser, pair, elisa: Person) -> None:
    client = browser(elisa)
    answer = client.get(f"/ideias/reunir/previa?ideia={pair[0].id}")
    assert (answer.status_code, answer.location) == (303, f"/ideias/reunir?ideia={pair[0].id}")
    assert "ao menos duas" in client.get(answer.location).text


@pytest.mark.parametrize("sent", [{}, {"ideia": "x"}, {"ideia": ["1", "2"]}, {"ideia": ["1", "2"], "em": "99"}])
def test_c07_an_invalid_merge_is_a_bad_request_or_not_found(sent, browser, pair, elisa: Person) -> None:
    assert browser(elisa).post("/ideias/reunir", data=sent).status_code in {400, 404}


def test_a_refusal_shows_the_preview_again_with_the_reason(browser, pair, elisa: Person, fabio: Person) -> None:
    original, duplicate = pair
    duplicate.hidden_at = clock.now()
    answer = browser(fabio).post("/ideias/reunir", data={"ideia": [original.id, duplicate.id], "em": original.id})
    assert answer.status_code == 409
    assert "está oculta" in answer.text
    assert 'name="em"' in answer.text


def test_only_managers_of_either_product_and_moderators_can_merge(browser, bruno, elisa, fabio, heitor) -> None:
    erp, rh, other = make.idea(), make.idea(product="rh"), make.idea(product="rh")
    db.session.query(ProductManager).filter_by(person_id=elisa.id, product_id=rh.product_id).delete()
    for person in (bruno, heitor):
        client = browser(person)
        assert client.get("/ideias/reunir").status_code == 403
        assert client.post("/ideias/reunir", data={"ideia": [rh.id, other.id], "em": rh.id}).status_code == 403
        assert client.post("/ideias/separar", data={"ideia": rh.id}).status_code == 403
        assert "Reunir" not in client.get(address(erp)).text
    assert browser(elisa).post("/ideias/reunir", data={"ideia": [rh.id, other.id], "em": rh.id}).status_code == 403
    assert browser(elisa).post("/ideias/reunir", data={"ideia": [rh.id, erp.id], "em": rh.id}).status_code == 303
    assert browser(fabio).post("/ideias/reunir", data={"ideia": [rh.id, other.id], "em": rh.id}).status_code == 303
    assert browser(elisa).post("/ideias/separar", data={"ideia": other.id}).status_code == 403
    assert browser(fabio).post("/ideias/separar", data={"ideia": erp.id}).status_code == 303
    assert erp.merged_into_id is None


def test_the_old_address_redirects_to_the_set_which_names_the_duplicate(browser, pair, elisa: Person) -> None:
    original, duplicate = merged(pair, elisa)
    old = address(duplicate)
    answer = browser().get(old)
    assert (answer.status_code, answer.location) == (302, address(original, duplicate))
    page = browser().get(answer.location).text
    assert "Balancete em Excel" in page
    assert "Separar" not in page
    assert "Não é a mesma" not in page
    separating.unmerge(duplicate, by=elisa)
    assert browser().get(old).status_code == 200


def test_both_histories_show_the_merge_and_the_separation(browser, pair, elisa: Person) -> None:
    original, duplicate = merged(pair, elisa)
    page = browser().get(address(original)).text
    assert f"nº {duplicate.id}" in page
    assert "Ideia reunida a esta" in page
    assert "(2 votos)" in page
    separating.unmerge(duplicate, by=elisa)
    assert "Ideia separada" in browser().get(address(original)).text
    page = browser().get(address(duplicate)).text
    assert "Reunida à ideia" in page
    assert "Separada da ideia" in page


def test_comments_and_responses_of_a_duplicate_name_it(browser, pair, elisa: Person, carla) -> None:
    original, duplicate = pair
    commenting.add(duplicate, NewComment(text="Hoje copio à mão."), author=carla, company=make.company_of(carla))
    db.session.add(OfficialResponse(idea_id=duplicate.id, text="Estamos vendo.", language="pt-BR", by_id=elisa.id))
    merged(pair, elisa)
    page = browser().get(address(original)).text
    assert "Hoje copio à mão." in page
    assert "Estamos vendo." in page
    assert page.count(f"Veio da ideia nº {duplicate.id}") == 2
    assert 'id="resposta-oficial"' not in page


def test_the_texts_of_merged_ideas_can_still_be_read(browser, pair, elisa: Person) -> None:
    original, duplicate = merged(pair, elisa)
    assert f"/ideias/{original.id}/reunidas#ideia-{duplicate.id}" in browser().get(address(original)).text
    page = browser().get(f"/ideias/{original.id}/reunidas").text
    assert duplicate.problem in page
    assert "trouxe 2 votos" in page
    assert "Separar" not in page
    assert "Separar" in browser(elisa).get(f"/ideias/{original.id}/reunidas").text
    assert browser().get(f"/ideias/{duplicate.id}/reunidas").location == f"/ideias/{original.id}/reunidas"
    duplicate.hidden_at = clock.now()
    assert duplicate.title not in browser().get(f"/ideias/{original.id}/reunidas").text
    assert duplicate.title not in browser().get(address(original)).text


def test_author_voters_and_followers_of_the_duplicate_are_notified_once(pair, elisa, ana, bruno, carla, davi) -> None:
    following.choose(pair[1], ana, Level.RESULTS)
    following.choose(pair[1], davi, Level.NOTHING)
    merged(pair, elisa)
    assert (lookups.event_names(carla), lookups.event_names(ana)) == (["idea_merged"], ["idea_merged"])
    assert (lookups.event_names(bruno), lookups.event_names(davi), lookups.event_names(elisa)) == ([], [], [])
    merging.merge([pair[1]], pair[0], by=elisa)
    db.session.commit()
    deliver_pending()
    assert lookups.event_names(carla) == ["idea_merged"]


def test_a_merge_undone_before_delivery_notifies_nobody(pair, elisa: Person, carla: Person) -> None:
    merging.merge([pair[1]], pair[0], by=elisa)
    separating.unmerge(pair[1], by=elisa)
    db.session.commit()
    deliver_pending()
    assert lookups.event_names(carla) == []


def test_people_notified_of_a_merge_are_notified_of_its_undoing(browser, pair, elisa: Person, carla: Person) -> None:
    _, duplicate = merged(pair, elisa)
    separating.unmerge(duplicate, by=elisa)
    db.session.commit()
    deliver_pending()
    assert lookups.event_names(carla) == ["idea_merged", "idea_unmerged"]
    notices = browser(carla).get("/notificacoes").text
    assert "volta a contar sozinha" in notices
    assert "reuniu" not in notices


def test_an_objection_notifies_the_managers_who_can_separate_the_ideas(browser, pair, elisa, carla, bruno) -> None:
    original, duplicate = merged(pair, elisa)
    client = browser(carla)
    assert "Não é a mesma?" in client.get(address(original, duplicate)).text
    for _ in range(2):
        answer = client.post(f"/ideias/{duplicate.id}/nao-e-a-mesma", data={"reason": "A minha é só do contábil."})
        assert (answer.status_code, answer.location) == (303, address(original, duplicate))
    assert "Você disse que não é a mesma" in client.get(answer.location).text
    deliver_pending()
    db.session.commit()
    assert lookups.event_names(elisa) == ["merge_objected"]
    assert "não é a mesma ideia" in browser(elisa).get("/notificacoes").text
    page = browser(elisa).get(address(original, duplicate)).text
    assert "A minha é só do contábil." in page
    assert "Separar de novo" in page
    assert "A minha é só do contábil." not in browser(bruno).get(address(original, duplicate)).text


def test_only_people_of_the_duplicate_can_object_and_must_give_a_reason(browser, pair, elisa, bruno, carla) -> None:
    _, duplicate = merged(pair, elisa)
    to = f"/ideias/{duplicate.id}/nao-e-a-mesma"
    assert browser(bruno).post(to, data={"reason": "Discordo."}).status_code == 403
    assert browser(carla).post(to, data={"reason": "  "}).status_code == 422
    assert browser(carla).post(to, data={"reason": "x" * 900}).status_code == 303
    assert len(db.session.scalars(select(MergeObjection.reason)).one()) == objecting.MAX_REASON_LENGTH
    separating.unmerge(duplicate, by=elisa)
    assert browser(carla).post(to, data={"reason": "De novo."}).status_code == 409


def test_g10_merged_ideas_add_no_statements_to_the_page(browser, elisa: Person) -> None:
    original = make.idea("Uma ideia que recebe todas as outras")
    client, cost = browser(), []
    for some in (0, 1, 12):
        ideas = [make.idea() for _ in range(some)]
        if ideas:
            merging.merge(ideas, original, by=elisa)
            db.session.commit()
        client.get(address(original))
        with statements() as sent:
            client.get(address(original))
        cost.append(len(sent))
    assert cost[0] == cost[1] == cost[2] <= 5 + panels.count("idea.aside") + panels.count("idea.timeline")


def test_the_author_s_list_shows_a_merged_idea_with_the_counts_of_its_set(browser, pair, elisa: Person, carla) -> None:
    original, duplicate = merged(pair, elisa)
    make.idea(author=carla)
    original.status_key = "declined"
    cards = {card.id: card for card in pages.posted_by(carla).cards}
    assert (cards[duplicate.id].total_count, cards[duplicate.id].open_to_votes) == (3, False)
    assert cards[duplicate.id].status_key == "new"
    assert "Reunida a outra" in browser(carla).get("/minhas-ideias").text
