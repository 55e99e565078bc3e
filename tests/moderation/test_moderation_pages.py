"""The pages of moderation: access, a case from report to appeal, and a wave of spam in one batch."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from ideas import clock
from ideas.accounts import sanctions
from ideas.board.voting import counters
from ideas.db import db
from ideas.moderation import deciding
from ideas.moderation.models import Case, Decision, DecisionOutcome
from ideas.notifications.models import Notification
from ideas.outbox import delivery
from tests import make
from tests.conftest import HTMX, statements
from tests.moderation import wave
from tests.moderation.conftest import key_of

HIDE = {"judged": "1", "outcome": "hide", "reason": "Veja a regra.", "quote": "à mão"}


@pytest.fixture
def hiding(rule):
    """A confirmed form that hides a text."""
    return HIDE | {"rule": str(rule.id), "confirmed": "1"}


def test_a_report_from_the_ideas_page_reaches_the_queue(browser, rule, ana, bruno, fabio):
    idea = make.idea("Um título que ofende", author=bruno)
    customer = browser(ana)
    assert f"/moderacao/denuncias/nova/ideia-{idea.id}" in customer.get(f"/ideias/{idea.id}-{idea.slug}").text
    address = f"/moderacao/denuncias/nova/ideia-{idea.id}"
    assert customer.post(address, data={"rule": str(rule.id), "words": "Ofende."}).status_code == 303
    assert "Esperando a moderação" in customer.get("/moderacao/denuncias").text
    assert "Você já denunciou" in customer.get(address).text
    assert "Um título que ofende" in browser(fabio).get("/moderacao").text


def test_a_report_without_a_rule_is_refused_and_keeps_the_text(browser, ana, bruno):
    idea = make.idea(author=bruno)
    answer = browser(ana).post(
        f"/moderacao/denuncias/nova/ideia-{idea.id}", data={"words": "Ofende muito."}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "Ofende muito." in answer.text
    assert "Escolha a regra" in answer.text


def test_an_invisible_text_cannot_be_reported(browser, ana, bruno):
    hidden = make.idea(author=bruno, hidden_at=clock.now())
    client = browser(ana)
    there, never = (
        client.get(f"/moderacao/denuncias/nova/ideia-{hidden.id}"),
        client.get("/moderacao/denuncias/nova/ideia-999"),
    )
    assert (there.status_code, never.status_code) == (404, 404)
    for value in ("ideia-", "idea-1", "ideia-1x", "comentario-99999999999", "x"):
        assert client.get(f"/moderacao/denuncias/nova/{value}").status_code == 404


def test_only_moderators_see_the_pages_of_moderation(browser, report, ana, bruno, elisa):
    case = report(make.idea(author=bruno), ana)
    for address in ("/moderacao", f"/moderacao/casos/{case.id}", "/moderacao/textos", "/moderacao/decididos"):
        assert browser(ana).get(address).status_code == 403
        assert browser(elisa).get(address).status_code == 403


def test_a_decision_is_previewed_before_it_is_confirmed(browser, report, hiding, ana, bruno, fabio):
    idea = make.idea(author=bruno)
    case = report(idea, ana)
    moderator = browser(fabio)
    preview = moderator.post(f"/moderacao/casos/{case.id}", data=hiding | {"confirmed": ""})
    assert "A moderação ocultou um texto seu." in preview.text
    assert "Obrigado por avisar." in preview.text
    assert idea.hidden_at is None
    assert moderator.post(f"/moderacao/casos/{case.id}", data=hiding).status_code == 303
    assert idea.hidden_at is not None


def test_f04_the_second_decision_of_a_case_is_refused(browser, report, hiding, ana, bruno, fabio, gilda):
    case = report(make.idea(author=bruno), ana)
    address = f"/moderacao/casos/{case.id}"
    assert browser(fabio).post(address, data=hiding).status_code == 303
    for second in (browser(gilda), browser(fabio)):
        answer = second.post(address, data=hiding)
        assert (answer.status_code, "já foi decidido" in answer.text) == (409, True)
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_an_incomplete_verdict_shows_an_error_at_its_field_and_keeps_the_text(browser, report, ana, bruno, fabio):
    case = report(make.idea(author=bruno), ana)
    answer = browser(fabio).post(f"/moderacao/casos/{case.id}", data=HIDE | {"confirmed": "1"})
    assert answer.status_code == 422
    assert "Diga qual regra" in answer.text
    assert "Veja a regra." in answer.text
    assert db.session.scalars(select(Decision)).all() == []


def test_f09_author_and_reporter_are_notified_and_the_author_never_learns_who_reported(
    browser, report, hiding, ana, bruno, fabio
):
    idea = make.idea("Ideia que alguém denunciou", author=bruno)
    case = report(idea, ana)
    browser(fabio).post(f"/moderacao/casos/{case.id}", data=hiding)
    delivery.deliver_pending()
    decision = db.session.scalars(select(Decision)).one()
    author, reporter = browser(bruno), browser(ana)
    assert "A moderação ocultou um texto seu" in author.get("/notificacoes").text
    page = author.get(f"/moderacao/decisoes/{decision.id}")
    assert "Veja a regra." in page.text
    assert "Ana" not in page.text
    assert "e agiu" in reporter.get("/notificacoes").text
    assert "A moderação agiu" in reporter.get("/moderacao/denuncias").text
    assert reporter.get(f"/moderacao/decisoes/{decision.id}").status_code == 404


def test_f03_f09_a_moderator_has_no_access_to_cases_about_their_own_text(browser, report, hiding, ana, fabio, gilda):
    """The case's page names the reporters, so its author may not see it, even as a moderator."""
    idea = make.idea("Ideia de um moderador", author=fabio)
    case = report(idea, ana)
    address, own = f"/moderacao/casos/{case.id}", browser(fabio)
    answers = [own.get(address), own.post(address, data=hiding), own.post(f"{address}/assumir")]
    browser(gilda).post(address, data=hiding)
    decision = db.session.scalars(select(Decision)).one()
    appealed = own.post(f"/moderacao/decisoes/{decision.id}/recurso", data={"words": "Peço outro olhar."})
    delivery.deliver_pending()
    answers += [own.get(address), own.post(f"{address}/recurso", data={"outcome": "reversed", "words": "Sim."})]
    assert [answer.status_code for answer in (appealed, *answers)] == [303, 403, 403, 403, 403, 403]
    lists = [own.get(page) for page in ("/moderacao", "/moderacao/decididos", "/moderacao/recursos",
                                        f"/moderacao/decisoes/{decision.id}", "/notificacoes")]  # fmt: skip
    assert not any("Ana Ribeiro" in page.text or "Ofende." in page.text for page in (*answers, *lists))
    assert "Alguém recorreu" not in lists[-1].text
    assert "Alguém recorreu" in browser(gilda).get("/notificacoes").text
    assert "Ana Ribeiro" in browser(gilda).get(address).text


def test_a_case_shows_the_records_of_author_and_reporters(browser, report, verdict, ana, bruno, fabio, gilda):
    first, second, third = (make.idea(author=bruno) for _ in range(3))
    report(first, ana)
    deciding.decide([key_of(first)], verdict(DecisionOutcome.REMINDER), by=gilda)
    report(second, ana)
    deciding.decide([key_of(second)], verdict(DecisionOutcome.NOTHING), by=gilda)
    page = browser(fabio).get(f"/moderacao/casos/{report(third, ana).id}").text
    assert "3 denúncias até hoje, 1 com razão" in page
    beside = page.split('id="historico"')[1]
    assert "Lembrete" in beside
    assert "Próximo passo para esta pessoa: Advertência." in page


def test_several_cases_are_previewed_decided_and_undone_together(browser, report, hiding, ana, bruno, joao, fabio):
    ideas = [make.idea(author=bruno), make.idea(author=joao)]
    for idea in ideas:
        report(idea, ana)
    moderator = browser(fabio)
    chosen = re.findall(r'name="thing" value="([\w-]+)"', moderator.get("/moderacao").text)
    assert chosen == [f"ideia-{idea.id}" for idea in ideas]
    assert "Decidir sobre 2 textos" in moderator.post("/moderacao/textos", data={"thing": chosen}).text
    look = moderator.post("/moderacao/textos", data=hiding | {"thing": chosen, "confirmed": ""}).text
    assert all(words in look for words in ("Bruno Leal", "João Vidal", "Quem denunciou"))
    assert not any(idea.hidden_at for idea in ideas)
    done = moderator.post("/moderacao/textos", data=hiding | {"thing": chosen})
    assert all(idea.hidden_at for idea in ideas)
    assert moderator.post(f"{done.location}/desfazer").status_code == 303
    assert not any(idea.hidden_at for idea in ideas)
    assert all(case.is_open for case in db.session.scalars(select(Case)))


def test_f06_a_suspended_person_appeals_on_the_decision_s_page(browser, report, verdict, ana, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, ana)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.BAN), by=fabio)
    decision = db.session.scalars(select(Decision)).one()
    author = browser(bruno)
    empty = author.post(f"/moderacao/decisoes/{decision.id}/recurso", data={"words": ""})
    assert (empty.status_code, "Explique por que" in empty.text) == (422, True)
    author.post(f"/moderacao/decisoes/{decision.id}/recurso", data={"words": "Peço outro olhar."})
    assert "Enviado." in author.get(f"/moderacao/decisoes/{decision.id}").text
    assert "Peço outro olhar." in browser(gilda).get("/moderacao/recursos").text
    refused = browser(fabio).post(
        f"/moderacao/casos/{decision.case_id}/recurso", data={"outcome": "upheld", "words": "Não."}
    )
    assert refused.status_code == 403
    browser(gilda).post(
        f"/moderacao/casos/{decision.case_id}/recurso", data={"outcome": "reversed", "words": "Engano."}
    )
    assert "Decisão revertida" in author.get(f"/moderacao/decisoes/{decision.id}").text
    assert "Gilda" not in author.get(f"/moderacao/decisoes/{decision.id}").text
    assert not bruno.is_suspended


def test_a_case_names_who_decided_and_who_answered_the_appeal(browser, report, verdict, ana, bruno, fabio, gilda):
    idea = make.idea(author=bruno)
    report(idea, ana)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.BAN), by=fabio)
    decision = db.session.scalars(select(Decision)).one()
    browser(bruno).post(f"/moderacao/decisoes/{decision.id}/recurso", data={"words": "Peço outro olhar."})
    case = f"/moderacao/casos/{decision.case_id}"
    browser(gilda).post(f"{case}/recurso", data={"outcome": "upheld", "words": "Mantida."})
    page = browser(fabio).get(case).text.split('id="decisao"')[1].split("</section>")[0]
    assert page.index(f"<span>{fabio.name}</span>") < page.index(f"<span>{gilda.name}</span>")


def test_every_page_shows_suspended_people_the_end_and_the_decision(browser, report, verdict, ana, bruno, joao, fabio):
    idea = make.idea(author=bruno)
    report(idea, ana)
    deciding.decide(
        [key_of(idea)], verdict(DecisionOutcome.SUSPENSION, until=clock.now() + timedelta(days=7)), by=fabio
    )
    decision = db.session.scalars(select(Decision)).one()
    db.session.commit()
    suspended = browser(bruno)
    for address in ("/", "/ideias/nova", "/releases"):
        page = suspended.get(address).text
        assert page.count("Sua participação está suspensa até") == 1
        assert f'href="/moderacao/decisoes/{decision.id}"' in page
    assert "Ver a decisão" not in suspended.get(f"/moderacao/decisoes/{decision.id}").text
    # An operator's suspension has no decision; people who are not suspended see no panel.
    assert "Ver a decisão" not in browser(joao).get("/").text
    assert "suspensa" not in browser(ana).get("/").text
    with time_machine.travel(decision.until):
        assert "suspensa" not in browser(bruno).get("/").text


def test_a_sanction_applies_from_the_next_request(browser, report, verdict, ana, bruno, fabio):
    idea, mine = make.idea(), make.idea(author=bruno)
    client = browser(bruno)
    deciding.decide([key_of(mine)], verdict(DecisionOutcome.BAN), by=fabio)
    assert client.post(f"/ideias/{idea.id}/voto").status_code == 403
    assert client.get("/").status_code == 200


def test_b10_pages_below_a_hidden_idea_are_not_found(browser, verdict, ana, bruno, fabio):
    idea = make.idea("Canário azul escondido", author=bruno)
    comment = make.comment(idea, "Canário no comentário", author=bruno)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=fabio)
    client = browser(ana)
    for address in (
        f"/ideias/{idea.id}-x",
        f"/ideias/{idea.id}/comentarios",
        f"/moderacao/denuncias/nova/comentario-{comment.id}",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Canário" not in answer.text
    assert client.post(f"/ideias/{idea.id}/voto").status_code == 404


def test_b09_hidden_texts_and_cases_are_invisible_to_others(browser, report, verdict, ana, davi, bruno, fabio):
    idea = make.idea("Canário azul escondido", author=bruno)
    report(idea, ana)
    deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=fabio)
    delivery.deliver_pending()
    for client in (browser(ana), browser(davi), browser()):
        for address in (
            "/",
            "/?q=canario",
            "/minhas-ideias",
            "/notificacoes",
            "/sitemap.xml",
            "/roteiro",
            "/moderacao/denuncias",
        ):
            assert "Canário" not in client.get(address).text
    assert "Um texto que saiu do ar" in browser(ana).get("/moderacao/denuncias").text
    assert "Canário azul" in browser(bruno).get("/minhas-ideias").text


@pytest.mark.parametrize("query", ["", "?q=contada", "?produto=erp"])
def test_b13_counts_exclude_hidden_ideas(browser, verdict, bruno, fabio, ana, query):
    """Hiding an idea restores every number beside a filter."""
    for _ in range(2):
        make.idea("Uma ideia contada", author=bruno, module="fiscal")
    before = {who: numbers(browser(who).get("/" + query).text) for who in (None, ana)}
    hidden = make.idea("Uma ideia contada", author=bruno, module="fiscal")
    assert numbers(browser().get("/" + query).text) != before[None]
    deciding.decide([key_of(hidden)], verdict(DecisionOutcome.HIDE), by=fabio)
    for who, shown in before.items():
        page = browser(who).get("/" + query).text
        assert f"/ideias/{hidden.id}-" not in page
        assert numbers(page) == shown


def numbers(page: str) -> list[tuple[str, str]]:
    """The counts on the page: beside each filter, and of the list itself."""
    return re.findall(r'class="choice__count">([^<]+)|id="results"[^>]*data-announce="([^"]*)"', page)


def test_b11_a_decision_undone_before_delivery_notifies_nobody(report, verdict, ana, bruno, fabio):
    idea = make.idea(author=bruno)
    batch = deciding.decide([key_of(idea)], verdict(DecisionOutcome.HIDE), by=fabio)
    deciding.undo(batch, by=fabio)
    db.session.commit()
    delivery.deliver_pending()
    assert db.session.scalars(select(Notification).where(Notification.person_id == bruno.id)).all() == []


def test_b08_a_former_moderator_may_not_decide(browser, report, hiding, ana, bruno, fabio):
    from ideas.accounts.models import StaffRole

    case = report(make.idea(author=bruno), ana)
    client = browser(fabio)
    db.session.query(StaffRole).filter_by(person_id=fabio.id).delete()
    db.session.commit()
    assert client.post(f"/moderacao/casos/{case.id}", data=hiding).status_code == 403
    assert db.session.scalars(select(Decision)).all() == []


def test_the_wave_of_march_2025_is_found_by_date_and_hidden_in_one_batch(browser, hiding, fabio):
    """The batch hides the 82 probes, and none of the other ideas."""
    probes, others = wave.import_wave()
    days = f"de={wave.FIRST}&ate={wave.LAST}&sem_apoio=1"
    moderator = browser(fabio)
    assert "SSRF Test" in moderator.get(f"/moderacao/textos?{days}").text
    search = {"tipo": "idea", "de": wave.FIRST, "ate": wave.LAST, "sem_apoio": "1", "all": "1"}
    form = moderator.post("/moderacao/textos", data=search).text
    things = re.findall(r'name="thing" value="([\w-]+)"', form)
    assert set(things) == {str(key_of(probe)) for probe in probes}
    answer = moderator.post("/moderacao/textos", data=hiding | {"thing": things})
    assert answer.status_code == 303
    assert all(probe.hidden_at for probe in probes)
    assert not any(idea.hidden_at for idea in others)
    assert "SSRF Test" not in browser().get("/?q=ssrf").text
    moderator.post(f"{answer.location}/desfazer")
    assert not any(probe.hidden_at for probe in probes)
    assert "Foi desfeita" in moderator.get(answer.location).text
    assert "SSRF Test" in browser().get("/?q=ssrf").text


def test_a_wave_by_one_person_is_hidden_and_the_person_is_suspended(browser, rule, joao, bruno, fabio):
    sanctions.restore(joao)
    probes = [make.idea(f"SSRF Test {number}", author=joao) for number in range(20)]
    other = make.idea("Uma ideia de outra pessoa", author=bruno)
    counters.inherit(probes[0], 3)
    moderator = browser(fabio)
    assert "João Vidal" in moderator.get(f"/moderacao/textos?autor={joao.id}").text
    form = moderator.post("/moderacao/textos", data={"tipo": "idea", "autor": str(joao.id), "all": "1"}).text
    things = re.findall(r'name="thing" value="([\w-]+)"', form)
    assert set(things) == {str(key_of(probe)) for probe in probes}
    verdict = {"judged": "1", "outcome": "suspension", "until": "2099-01-31", "hides": "y", "rule": str(rule.id),
               "reason": "Não sonde o portal.", "gravity": "Onda automática.", "thing": things}  # fmt: skip
    preview = moderator.post("/moderacao/textos", data=verdict).text
    assert "suspendeu sua participação por causa de 20 textos seus" in preview
    assert not joao.is_suspended
    answer = moderator.post("/moderacao/textos", data=verdict | {"confirmed": "1"})
    assert joao.is_suspended
    assert all(probe.hidden_at for probe in probes)
    assert other.hidden_at is None
    moderator.post(f"{answer.location}/desfazer")
    assert not joao.is_suspended
    assert not any(probe.hidden_at for probe in probes)


def test_confirming_a_batch_twice_decides_once(browser, rule, bruno, fabio):
    verdict = {"judged": "1", "outcome": "warning", "rule": str(rule.id), "reason": "Critique a ideia.", "gravity": "Ofensa.",
               "thing": str(key_of(make.idea(author=bruno)))}  # fmt: skip
    moderator = browser(fabio)
    preview = moderator.post("/moderacao/textos", data=verdict).text
    token = re.search(r'name="client_token"[^>]*value="([^"]+)"', preview)[1]
    sent = verdict | {"confirmed": "1", "client_token": token}
    first, second = (moderator.post("/moderacao/textos", data=sent) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert len(db.session.scalars(select(Decision)).all()) == 1
    assert all(case.closed_at for case in db.session.scalars(select(Case)))


def test_a_batch_without_texts_is_refused(browser, hiding, fabio):
    assert "Nenhum texto foi escolhido" in browser(fabio).post("/moderacao/textos", data={}).text
    assert browser(fabio).post("/moderacao/textos", data=hiding | {"thing": "ideia-999999"}).status_code == 422


def test_lists_are_paged_by_keyset(browser, report, ana, bruno, fabio):
    for _ in range(30):
        report(make.idea(author=bruno), ana)
    moderator = browser(fabio)
    first = moderator.get("/moderacao").text
    more = re.search(r'href="(/moderacao\?pagina=[^"]+)"', first)
    assert more
    second = moderator.get(more[1]).text
    numbers = re.findall(r"/moderacao/casos/(\d+)", first), re.findall(r"/moderacao/casos/(\d+)", second)
    assert len(numbers[0]) == 25
    assert len(set(numbers[0] + numbers[1])) == 30
    assert moderator.get("/moderacao?pagina=xx").status_code == 404


@pytest.mark.parametrize("cases", [1, 20])
def test_pages_keep_their_statement_budgets(browser, report, verdict, ana, davi, bruno, fabio, cases):
    made = [report(make.idea(author=bruno), by) for _ in range(cases) for by in (ana, davi)]
    moderator = browser(fabio)
    moderator.get("/moderacao")
    budgets = {"/moderacao": 6, f"/moderacao/casos/{made[0].id}": 14, "/moderacao/textos": 4, "/moderacao/decididos": 4,
               "/moderacao/recursos": 4}  # fmt: skip
    for address, budget in budgets.items():
        with statements() as sent:
            assert moderator.get(address).status_code == 200
        assert len(sent) <= budget, (address, sent)
