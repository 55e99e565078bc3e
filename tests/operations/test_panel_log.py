"""/painel/registro: the audit log."""

import re

from sqlalchemy import select

from ideas.audit import log
from ideas.audit.actions import ACTIONS
from ideas.audit.models import AuditEntry
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.operations import references
from ideas.operations.words import FACTS, THINGS
from tests import make

LOG = "/painel/registro"


def test_an_entry_shows_actor_action_reason_and_changes(browser, iris, ana):
    log.write(by=iris, action="roles_changed", thing="person", thing_id=ana.id,
              before={"roles": ["moderator"], "products": []}, after={"roles": ["operator"], "products": []}, why="Férias")  # fmt: skip
    page = browser(iris).get(LOG).text
    for words in (
        "Mudou papéis",
        "Íris Campos",
        "moderador",
        "operador do portal",
        "Férias",
        f"/painel/pessoas/{ana.id}",
    ):
        assert words in page
    assert "produtos:" not in page, "what stayed the same is not shown"


def test_entries_of_all_features_are_shown_in_words(browser, iris, heitor):
    log.write(by=iris, action="analyst_queues_changed", thing="person", thing_id=heitor.id,
              before={"queues": []}, after={"queues": [["question", 1], ["admin_finance", None]]})  # fmt: skip
    log.write(by=iris, action="case_decided", thing="moderation_case", thing_id=1, before={},
              after={"outcome": "suspension", "hides": True, "until": "2026-12-17T02:59:00+00:00"})  # fmt: skip
    idea = make.idea("Exportar o razão")
    log.write(by=iris, action="ideas_merged", thing="idea", thing_id=idea.id, before={str(idea.id): 4, "99": 2},
              after={str(idea.id): 9})  # fmt: skip
    page = browser(iris).get(LOG).text
    for words in ("<ins>Dúvida, ERP, Administrativo e Financeiro</ins>", "decisão:\n<ins>suspensão", "oculta o texto:\n<ins>sim", "até:\n<ins>16 dez. 2026",
                  f"votos da ideia nº {idea.id}, “Exportar o razão”</a>:\n<del>4", "<ins>contados na outra ideia</ins>"):  # fmt: skip
        assert words in page


#: Facts that are ids, each with a value; a fact of a new action must be here or in PLAIN.
NAMED = {"administrator": 1, "person": 1, "company": 1, "company_id": 1, "product": 1, "products": [1], "idea_id": 1,
         "rule_id": 1, "batch_id": 1, "queues": [["question", 1]]}  # fmt: skip
PLAIN = {"key", "name", "name_pt", "name_es", "name_en", "financial_email", "roles", "suspended_until", "outcome", "hides",
         "until", "decisions", "self_service", "technical_consulting", "tickets_restricted", "invitations", "origin",
         "rows", "newcomers", "importance", "reasoned"}  # fmt: skip


def test_every_fact_is_a_name_or_a_plain_value():
    assert set(FACTS) == set(NAMED) | PLAIN
    assert set(references.FACT_KINDS) | {"queues"} == set(NAMED)


def test_every_action_shows_names_with_links_and_changes_no_entry(browser, iris, ana):
    """Whatever the kind of thing, and for every fact that is an id."""
    idea = make.idea("Exportar o razão")
    assert (ana.id, idea.id, make.companies_of(ana)[0].id) == (1, 1, make.aurora().id)
    company = make.aurora().id
    facts = NAMED | {"company": company, "company_id": company}
    for thing in THINGS:
        for action in ("case_decided", "roles_changed"):
            log.write(by=iris, action=action, thing=thing, thing_id=1, before={}, after=facts)
    hashes = db.session.scalars(select(AuditEntry.hash).order_by(AuditEntry.id)).all()
    page = browser(iris).get(LOG).text
    rule = db.session.get_one(ConductRule, 1).title_pt
    for words in (f'<a href="/painel/pessoas/1">{ana.name}</a>', f'<a href="/painel/empresas/{company}">',
                  '<a href="/painel/produtos/1">ERP</a>', "Ideia nº 1, “Exportar o razão”</a>",
                  f"<ins>{rule}</ins>", "<ins>Decisões em lote nº 1</ins>", "<ins>Dúvida, ERP</ins>"):  # fmt: skip
        assert words in page, words
    assert not re.search(r"<(ins|del)>[0-9]+</", page)
    assert "nº:" not in page
    assert list(db.session.scalars(select(AuditEntry.hash).order_by(AuditEntry.id))) == hashes
    assert log.verify().broken is None


def test_every_kind_of_thing_has_a_name(app):
    """Batches of decisions have a number only."""
    assert set(THINGS) - set(references._QUERIES) == {"decision_batch"}


def test_the_log_is_filtered_by_person_action_and_thing(browser, iris, heitor, ana):
    log.write(by=iris, action="person_locked", thing="person", thing_id=ana.id, why="um")
    log.write(by=heitor, action="person_locked", thing="person", thing_id=heitor.id, why="dois")
    log.write(by=ana, action="company_closed", thing="company", thing_id=1, why="três")
    log.write(by=None, action="company_closed", thing="company", thing_id=2, why="quatro")
    mine = browser(iris)

    def shown(query: str) -> list[str]:
        page = mine.get(f"{LOG}?{query}").text
        return [why for why in ("um", "dois", "três", "quatro") if f"“{why}”" in page]

    assert shown("") == ["um", "dois", "três", "quatro"]
    assert shown(f"pessoa={heitor.id}") == ["dois"]
    assert shown(f"pessoa={ana.id}") == ["três"], "also someone who is no staff"
    assert shown("ato=company_closed") == ["três", "quatro"]
    assert shown("sobre=company&numero=2") == ["quatro"]
    for wrong in ("pessoa=x", "pessoa=99999", "pessoa=99999999999", "ato=outro", "sobre=company&numero=²"):
        assert mine.get(f"{LOG}?{wrong}").status_code == 404, wrong


def test_the_log_is_paged_by_keyset(browser, iris):
    for number in range(35):
        log.write(by=iris, action="company_closed", thing="company", thing_id=number, why=f"ato {number};")
    mine = browser(iris)
    first = mine.get(LOG).text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = mine.get(following).text
    assert all((f"ato {number};" in first) != (f"ato {number};" in second) for number in range(35))


def test_an_unknown_action_is_shown_as_stored(browser, iris):
    log.write(by=None, action="forgotten_action", thing="thing", thing_id=None, after={"x": [1, 2], "y": True})
    page = browser(iris).get(LOG).text
    assert "forgotten_action" in page
    assert "Por comando, ou o próprio portal" in page
    assert "forgotten_action" not in ACTIONS
