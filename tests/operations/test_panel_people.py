"""/painel/pessoas: operators find people, assign roles, suspend and lock."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from ideas import clock
from ideas.accounts import staff
from ideas.accounts.documents import Cpf
from ideas.accounts.models import IdentityDocument, Person, Role, StaffRole
from ideas.audit.models import AuditEntry
from ideas.board.voting import setting_aside as votes
from ideas.db import db
from ideas.drafts.models import Draft
from tests import make
from tests.cast import CPFS
from tests.conftest import SERVER, statements
from tests.fake_transport import link_in

LIST = "/painel/pessoas"


def test_a_person_is_found_by_name_email_and_complete_cpf(browser, iris, fabio):
    mine = browser(iris)
    for words in ("fabio tel", "FÁBIO", "fabio@exemplo.example"):
        answer = mine.post(LIST + "/busca", data={"cpf_or_name": words})
        assert answer.status_code == 303
        page = mine.get(answer.location).text
        assert "Fábio Teles" in page, words
        assert "Bruno Leal" not in page, words
    for value in (CPFS["fabio"], "00000000191"):
        answer = mine.post(LIST + "/busca", data={"cpf_or_name": value})
        assert answer.location == f"{LIST}/{fabio.id}"


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("153.509.460-56", "Ninguém no portal tem este CPF"),
        ("529.982.247-26", "Este CPF não é válido"),
        ("52998224726", "não é válido"),
    ],
)
def test_i06_v14_2_1_a_searched_cpf_is_in_no_address_and_on_no_page(browser, iris, value, message):
    mine = browser(iris)
    answer = mine.post(LIST + "/busca", data={"cpf_or_name": value})
    assert answer.location == LIST
    page = mine.get(LIST).text
    assert message in page
    assert value not in page
    assert mine.get(LIST, query_string={"q": CPFS["ana"]}).location == LIST


def test_i06_a_draft_of_a_search_stores_no_cpf(browser):
    browser().post(LIST + "/busca", data={"cpf_or_name": CPFS["ana"], "other": "x"})
    draft = db.session.scalars(select(Draft.fields)).one()
    assert draft["fields"] == {"other": ["x"]}


def test_i06_v15_3_1_the_cpf_is_shown_masked(browser, iris, bruno):
    page = browser(iris).get(f"{LIST}/{bruno.id}").text
    assert "***.444.777-**" in page
    assert "111.444.777-35" not in page


def test_a_cpf_without_its_key_is_shown_as_unreadable(browser, iris, bruno):
    db.session.query(IdentityDocument).filter_by(person_id=bruno.id).one().sealed = "old:AAAA"
    assert "falta a chave" in browser(iris).get(f"{LIST}/{bruno.id}").text


def test_the_lists_show_staff_suspended_and_locked_people(browser, iris, ana):
    ana.locked_at = clock.now()
    mine = browser(iris)
    everyone = {"equipe": "Elisa Moraes", "suspensas": "João Vidal", "bloqueadas": "Ana Ribeiro"}
    for which, name in everyone.items():
        page = mine.get(f"{LIST}?quais={which}").text
        shown = [other for other in everyone.values() if other in page]
        assert shown == [name], which
    assert "gestor de produto" in mine.get(f"{LIST}?quais=equipe").text


def test_pages_keep_their_statement_budgets(browser, iris, davi):
    for _ in range(40):
        make.customer()
    mine = browser(iris)
    for address, budget in ((LIST, 3), (f"{LIST}/{davi.id}", 9), ("/painel", 6), ("/painel/registro", 6)):
        mine.get(address)
        with statements() as sent:
            assert mine.get(address).status_code == 200
        assert len(sent) <= budget, (address, len(sent))


def test_a14_v8_3_2_roles_apply_from_the_next_request(browser, iris, ana):
    hers, mine = browser(ana), browser(iris)
    assert hers.get("/painel").status_code == 403
    mine.post(f"{LIST}/{ana.id}/papeis", data={"sent": "1", "roles": ["operator", "moderator"]})
    assert hers.get("/painel").status_code == 200
    mine.post(f"{LIST}/{ana.id}/papeis", data={"sent": "1", "roles": ["moderator"]})
    assert hers.get("/painel").status_code == 403
    assert hers.get("/minhas-ideias").status_code == 200, "nobody is signed out"


def test_a_manager_gets_the_chosen_products(browser, iris, heitor):
    from ideas.products.models import Product

    rh = db.session.query(Product).filter_by(key="rh").one()
    mine = browser(iris)
    mine.post(f"{LIST}/{heitor.id}/papeis", data={"sent": "1", "roles": ["product_manager"], "products": [str(rh.id)]})
    assert staff.products_of(heitor) == {rh.id}
    refused = mine.post(
        f"{LIST}/{heitor.id}/papeis", data={"sent": "1", "roles": ["product_manager"], "products": ["999"]}
    )
    assert refused.status_code == 422
    assert staff.products_of(heitor) == {rh.id}


def test_the_last_operator_cannot_lose_the_role(browser, iris):
    answer = browser(iris).post(f"{LIST}/{iris.id}/papeis", data={"sent": "1", "roles": ["moderator"]})
    assert answer.status_code == 409
    assert "ao menos uma pessoa que o opere" in answer.text
    assert staff.roles_of(iris) == {Role.OPERATOR}


def test_a_person_is_suspended_until_the_end_of_a_day_and_restored(browser, iris, ana):
    last = clock.date_in_sao_paulo(clock.now()) + timedelta(days=3)
    mine = browser(iris)
    mine.post(
        f"{LIST}/{ana.id}/suspender", data={"suspend-until": last.isoformat(), "suspend-why": "Ofensas repetidas"}
    )
    assert ana.suspended_until == clock.end_of_day_in_sao_paulo(last)
    assert ana.is_suspended
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.by_id, entry.why) == (iris.id, "Ofensas repetidas")
    mine.post(f"{LIST}/{ana.id}/restaurar")
    assert not ana.is_suspended


def test_suspending_sets_votes_aside_and_restoring_counts_them_again(browser, iris, bruno):
    idea = make.idea(author=make.customer())
    vote = make.vote(idea, bruno, make.company_of(bruno))
    mine = browser(iris)
    mine.post(f"{LIST}/{bruno.id}/suspender", data={"suspend-why": "Ofensas"})
    assert waiting_jobs() == 1
    votes.settle_votes(bruno.id)
    assert vote.set_aside_at is not None
    mine.post(f"{LIST}/{bruno.id}/restaurar")
    assert waiting_jobs() == 2
    votes.settle_votes(bruno.id)
    assert vote.set_aside_at is None


def waiting_jobs() -> int:
    table = "dbos.workflow_status" if SERVER else "workflow_status"
    return db.session.scalar(text(f"SELECT count(*) FROM {table} WHERE name = 'board.settle_votes'")) or 0


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"suspend-until": "2020-01-01", "suspend-why": "Ofensas"}, "precisa terminar no futuro"),
        ({"suspend-until": "amanhã", "suspend-why": "Ofensas"}, "Escreva o dia como"),
        ({"suspend-until": "", "suspend-why": ""}, "Escreva o motivo"),
        ({"suspend-until": "", "suspend-why": "O CPF é 529.982.247-25"}, "Não escreva CPF aqui"),
    ],
)
def test_an_invalid_suspension_is_refused_and_the_values_are_kept(browser, iris, ana, value, message):
    answer = browser(iris).post(f"{LIST}/{ana.id}/suspender", data=value)
    assert answer.status_code == 422
    assert message in answer.text
    assert "529.982.247-25" not in answer.text
    if value["suspend-why"] == "Ofensas":
        assert 'value="Ofensas"' in answer.text
    assert not ana.is_suspended


def test_v7_4_2_v7_4_5_locking_an_account_signs_it_out_until_it_is_unlocked(browser, iris, ana):
    hers, stolen, mine = browser(ana), browser(ana), browser(iris)
    assert mine.post(f"{LIST}/{ana.id}/bloquear", data={"lock-why": ""}).status_code == 422
    mine.post(f"{LIST}/{ana.id}/bloquear", data={"lock-why": "Celular roubado"})
    assert hers.get("/minhas-ideias").status_code == 303
    mine.post(f"{LIST}/{ana.id}/desbloquear")
    assert ana.can_sign_in
    assert stolen.get("/minhas-ideias").status_code == 303, "no session comes back with it"


def test_v6_4_6_an_operator_sends_a_reset_link_without_learning_the_password(browser, iris, ana, transport):
    hers, mine, new = browser(ana), browser(iris), "uma frase nova e comprida"
    mine.post(f"{LIST}/{ana.id}/senha", data={"password": new, "password_hash": "x"})
    (mail,) = transport.deliver()
    assert transport.recipients == [ana.email]
    link = link_in(mail)
    page = mine.get(f"{LIST}/{ana.id}").text
    assert "Link enviado" in page
    assert link not in page
    assert hers.get("/minhas-ideias").status_code == 200, "nothing changed yet"
    assert browser().post(link, data={"password": new}).status_code == 303
    assert browser().post("/entrar", data={"key": ana.email, "password": new}).status_code == 303
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.by_id, entry.thing_id) == ("reset_sent", iris.id, ana.id)
    assert "Enviou um link para senha nova" in mine.get("/painel/registro").text


def test_a12_reset_links_are_limited_per_day_and_refused_for_locked_accounts(browser, iris, ana, bruno, transport):
    mine = browser(iris)
    bruno.locked_at = clock.now()
    # Five at any time, and two more from an operator or a browser that knows the account.
    for _ in range(8):
        mine.post(f"{LIST}/{ana.id}/senha")
        mine.post(f"{LIST}/{bruno.id}/senha")
    assert "já recebeu 7 links hoje" in mine.get(f"{LIST}/{ana.id}").text
    assert len(transport.deliver()) == 7
    assert set(transport.recipients) == {ana.email}


def test_operators_cannot_suspend_or_lock_themselves(browser, iris):
    mine = browser(iris)
    assert mine.post(f"{LIST}/{iris.id}/bloquear", data={"lock-why": "x"}).status_code == 403
    assert mine.post(f"{LIST}/{iris.id}/suspender", data={"suspend-why": "x"}).status_code == 403
    assert iris.can_sign_in


def test_a14_v8_3_2_fifty_sessions_are_checked_at_their_next_request(browser, iris, elisa):
    """Suspension, roles and lock apply at once in all sessions; only the lock ends them."""
    sessions, mine = [browser(elisa) for _ in range(50)], browser(iris)
    idea = make.idea()
    address = f"/ideias/{idea.id}/resposta"
    db.session.commit()

    def answers(ask) -> set[int]:
        return {ask(one).status_code for one in sessions}

    assert answers(lambda one: one.get("/minhas-ideias")) == {200}
    mine.post(f"{LIST}/{elisa.id}/papeis", data={"sent": "1", "roles": ["analyst"]})
    assert answers(lambda one: one.post(address)) == {403}
    mine.post(
        f"{LIST}/{elisa.id}/papeis",
        data={"sent": "1", "roles": ["product_manager"], "products": [str(idea.product_id)]},
    )
    assert answers(lambda one: one.post(address)) == {422}
    elisa.name = "Elisa Moraes Prado"
    assert answers(lambda one: one.get("/minhas-ideias")) == {200}
    mine.post(f"{LIST}/{elisa.id}/bloquear", data={"lock-why": "Aparelho perdido"})
    assert answers(lambda one: one.get("/minhas-ideias")) == {303}


def test_a14_a_suspension_applies_to_every_session_without_ending_it(browser, iris, bruno):
    sessions, mine = [browser(bruno) for _ in range(50)], browser(iris)
    idea = make.idea(author=make.customer())
    mine.post(f"{LIST}/{bruno.id}/suspender", data={"suspend-why": "Ofensas"})
    assert {one.post(f"/ideias/{idea.id}/voto").status_code for one in sessions} == {403}
    assert {one.get("/minhas-ideias").status_code for one in sessions} == {200}


@pytest.mark.parametrize("who", ["carla", "elisa", "fabio", "heitor", "bruno"])
def test_b16_only_operators_change_roles_and_sanctions(browser, who, bruno):
    theirs = browser(make.person(who))
    for act, data in [
        ("papeis", {"sent": "1", "roles": "operator"}),
        ("suspender", {"suspend-why": "x"}),
        ("bloquear", {"lock-why": "x"}),
    ]:
        for person in (make.person(who), bruno):
            assert theirs.post(f"{LIST}/{person.id}/{act}", data=data).status_code == 403
    assert db.session.query(StaffRole).filter_by(role="operator").count() == 1


def test_b14_unknown_fields_are_ignored(browser, iris, ana):
    before = {column.name: getattr(ana, column.name) for column in Person.__table__.columns}
    browser(iris).post(
        f"{LIST}/{ana.id}/papeis", data={"sent": "1", "roles": [], **dict.fromkeys(before, "2001-01-01")}
    )
    assert {column.name: getattr(ana, column.name) for column in Person.__table__.columns} == before


@pytest.mark.parametrize("roles", [["true"], ["1"], ["operator", "{}"], ["Operator"], ["operator "]])
def test_b15_unknown_roles_are_refused(browser, iris, ana, roles):
    assert browser(iris).post(f"{LIST}/{ana.id}/papeis", data={"sent": "1", "roles": roles}).status_code == 422
    assert staff.roles_of(ana) == set()


def test_b15_a_repeated_role_is_assigned_once(browser, iris, ana):
    data = {"suspend-why": ["Ofensas", "Outra"], "suspend-until": ["2999-12-31", "2000-01-01"]}
    assert browser(iris).post(f"{LIST}/{ana.id}/suspender", data=data).status_code == 303
    assert db.session.scalars(select(AuditEntry.why)).one() == "Ofensas"


def test_b15_a_request_without_the_form_changes_nothing(browser, iris, elisa):
    mine = browser(iris)
    headers = {"X-CSRFToken": mine.csrf_token(), "Content-Type": "application/json"}
    answer = mine.open(f"{LIST}/{elisa.id}/papeis", method="POST", data='{"roles": ["operator"]}', headers=headers)
    assert answer.status_code == 422
    assert staff.roles_of(elisa) == {Role.PRODUCT_MANAGER}


def test_a_closed_account_is_not_found(browser, iris, ana):
    ana.closed_at = clock.now()
    assert browser(iris).get(f"{LIST}/{ana.id}").status_code == 404
    assert "Ana Ribeiro" not in browser(iris).get(LIST).text


def test_the_masked_cpf_is_the_person_s() -> None:
    assert str(Cpf.parse(CPFS["ana"])) == "***.982.247-**"
