"""Access to tickets: the cases B02–B13 over pages, lists, counts, search, notifications and forms, with canary words."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from ideas import clock
from ideas.accounts.models import Person, Role, StaffRole
from ideas.companies.models import Membership
from ideas.db import db
from ideas.errors import Missing
from ideas.files import storing
from ideas.files.accepting import ATTACHMENT, accept
from ideas.files.models import File
from ideas.notifications.models import Notification
from ideas.outbox.delivery import deliver_pending
from ideas.tickets import closing, conversing, converting, participating, progressing, queues, roles
from ideas.tickets.attaching import StoredUpload
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import AnalystQueue, Ticket, TicketIdea, TicketMessage, TicketParticipant, TicketStep
from ideas.tickets.participating import NotAColleague
from tests import lookups, make
from tests.conftest import HTMX
from tests.tickets.test_ticket_pages import address

CANARIES = ("Um canarioassunto", "canariodescricao", "canariomensagem", "canarioanexo")
ABSENT = "/chamados/2020-999999"


@pytest.fixture
def secret(ana: Person, heitor: Person) -> Ticket:
    """Ana's ticket, with a canary word in each text, in a file's name and in a note."""
    ticket = make.ticket("Um canarioassunto para todos", owner=ana, description="Aqui um canariodescricao.")
    accepted = accept(BytesIO(b"uma linha"), "canarioanexo.txt", ATTACHMENT)
    file = StoredUpload(accepted, storing.write_bytes(accepted.content))
    conversing.reply(ticket, TicketText(text="Vai um canariomensagem.", files=(file,)), by=heitor)
    conversing.add_note(ticket, TicketText(text="Guarde o canarionota."), by=heitor)
    db.session.commit()
    assert db.session.scalars(select(File.id)).all() == [1], "the file that READS names"
    return ticket


def membership(person: Person) -> Membership:
    return db.session.query(Membership).filter_by(person_id=person.id).first()  # type: ignore[return-value]


def sees(browser: Any, person: Person, ticket: Ticket) -> bool:
    return bool(browser(person).get(address(ticket)).status_code == 200)


def listed(browser: Any, person: Person, query: str = "") -> set[str]:
    page = browser(person).get("/chamados" + query).text
    return {code for code in db.session.scalars(select(Ticket.code)) if code in page}


def rows(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


#: All pages and all forms of a ticket.
READS = ["", "/pessoas", "/arquivos/1", "/ideia"]
FORMS: dict[str, dict[str, str]] = {
    "/mensagens": {"text": "Oi."},
    "/notas": {"text": "Oi."},
    "/acompanhamento": {"text": "Oi."},
    "/situacao": {"to": "resolved"},
    "/pessoas": {"person": "2"},
    "/pessoas/1/retirar": {},
    "/pessoas/proprietario": {"person": "2"},
    "/analista": {"person": "8"},
    "/ideia": {"title": "Uma ideia qualquer", "problem": "Por isto.", "product": "erp", "kind": "improvement"},
    "/voto": {"idea": "1"},
}
STRANGERS = ["bruno", "davi", "joao", "elisa", "fabio", "iris"]


def masked(body: str, code: str) -> str:
    """The response without what differs per request: the token, the request id and the code in the address."""
    import re

    body = re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", body)
    return re.sub(r"[0-9a-f]{16}", "", body).replace(code, "CODE")


@pytest.mark.parametrize("who", STRANGERS)
def test_b02_an_invisible_ticket_responds_like_an_absent_one(who: str, browser: Any, secret: Ticket) -> None:
    ours = browser(make.person(who))
    for read in READS:
        there, absent = ours.get(address(secret) + read), ours.get(ABSENT + read)
        assert there.status_code == absent.status_code
        assert there.status_code in {403, 404}
        assert masked(there.text, secret.code) == masked(absent.text, "2020-999999"), read
    assert ours.get(address(secret, "pessoas"), headers=HTMX).status_code == 404


@pytest.mark.parametrize("who", STRANGERS)
def test_b02_forms_of_an_invisible_ticket_write_nothing(who: str, browser: Any, secret: Ticket) -> None:
    make.idea()
    ours = browser(make.person(who))
    before = [rows(table) for table in (TicketMessage, TicketStep, TicketParticipant, TicketIdea)]
    for form, data in FORMS.items():
        there, absent = ours.post(address(secret) + form, data=data), ours.post(ABSENT + form, data=data)
        assert there.status_code == absent.status_code
        assert there.status_code in {403, 404}, form
        assert masked(there.text, secret.code) == masked(absent.text, "2020-999999"), form
    assert [rows(table) for table in (TicketMessage, TicketStep, TicketParticipant, TicketIdea)] == before
    assert (secret.state_key, secret.owner_id) == ("in_progress", make.person("ana").id)


def test_b02_every_address_redirects_a_visitor_to_sign_in(browser: Any, secret: Ticket) -> None:
    for read in READS:
        assert browser().get(address(secret) + read).location.startswith("/entrar")
    for form, data in FORMS.items():
        assert browser().post(address(secret) + form, data=data, csrf=False).location.startswith("/entrar")


@pytest.mark.parametrize("stranger", ["bruno", "joao", "heitor"])
def test_b03_a_person_of_another_company_in_a_form_is_refused(
    stranger: str, browser: Any, secret: Ticket, ana: Person
) -> None:
    other = make.person(stranger)
    ours = browser(ana)
    answers = [
        ours.post(address(secret, *path), data={"person": value})
        for path in (("pessoas",), ("pessoas", "proprietario"))
        for value in (str(other.id), "999999", "0", "-1", "x", "", "1e3", "٣")
    ]
    assert {answer.status_code for answer in answers} == {409}
    assert all(other.name not in answer.text for answer in answers)
    assert (rows(TicketParticipant), secret.owner_id) == (0, ana.id)


def test_b03_a_former_or_restricted_member_cannot_be_added(ana: Person, davi: Person, secret: Ticket) -> None:
    membership(davi).tickets_restricted = True
    for operation in (participating.add, participating.transfer):
        with pytest.raises(NotAColleague):
            operation(secret, davi.id, by=ana)
    membership(davi).tickets_restricted, membership(davi).ended_at = False, clock.now()
    with pytest.raises(NotAColleague):
        participating.add(secret, davi.id, by=ana)
    assert davi not in participating.colleagues_of(secret)


def test_b04_a_hidden_idea_cannot_be_linked_and_its_title_stays_hidden(
    browser: Any, secret: Ticket, heitor: Person
) -> None:
    idea = make.idea("Um canarioideia escondido", hidden_at=clock.now())
    ours = browser(heitor)
    answer = ours.post(address(secret, "voto"), data={"idea": str(idea.id)})
    assert answer.status_code == 404
    assert rows(TicketIdea) == 0
    assert "canarioideia" not in answer.text
    db.session.add(TicketIdea(ticket_id=secret.id, idea_id=idea.id, how="idea", by_id=heitor.id))
    for one in (make.person("ana"), heitor):
        assert "canarioideia" not in browser(one).get(address(secret)).text


def test_b04_an_idea_s_page_shows_only_visible_tickets(browser: Any, secret: Ticket, ana: Person, bruno: Person,
                                                       carla: Person, heitor: Person) -> None:  # fmt: skip
    idea = make.idea(author=bruno)
    converting.to_vote(secret, idea, by=heitor)
    page = f"/ideias/{idea.id}-{idea.slug}"
    for one, shown in ((ana, True), (carla, True), (heitor, True), (bruno, False), (None, False)):
        text = browser(one).get(page).text
        assert ("canarioassunto" in text) == shown
        assert (secret.code in text) == shown


def test_b05_members_list_their_tickets_and_the_current_administrator_lists_all(
    browser: Any, ana: Person, carla: Person, davi: Person
) -> None:
    mine, others, taking_part = make.ticket(owner=ana), make.ticket(owner=davi), make.ticket(owner=davi)
    participating.add(taking_part, ana.id, by=davi)
    assert listed(browser, ana) == {mine.code, taking_part.code}
    assert listed(browser, ana, "?quais=empresa") == {mine.code, taking_part.code}
    assert listed(browser, carla, "?quais=empresa") == {mine.code, others.code, taking_part.code}
    assert listed(browser, carla) == set()
    assert sees(browser, carla, others)
    company = make.company_of(carla)
    company.administrator_id = membership(ana).id
    db.session.commit()
    assert listed(browser, carla, "?quais=empresa") == set()
    assert not sees(browser, carla, others)
    assert listed(browser, ana, "?quais=empresa") == {mine.code, others.code, taking_part.code}


def test_b05_lists_are_limited_to_the_company_the_reader_acts_for(browser: Any, davi: Person) -> None:
    here, there = make.companies_of(davi)
    one, other = make.ticket(owner=davi, company_id=here.id), make.ticket(owner=davi, company_id=there.id)
    ours = browser(davi)
    assert one.code in ours.get("/chamados").text
    assert other.code not in ours.get("/chamados").text
    assert ours.get(address(other)).status_code == 200, "access depends on the rights, not on the current company"


def test_b07_a_removed_participant_may_not_read_or_reply(
    browser: Any, secret: Ticket, ana: Person, davi: Person
) -> None:
    participating.add(secret, davi.id, by=ana)
    ours = browser(davi)
    assert "canariomensagem" in ours.get(address(secret)).text
    participating.remove(secret, davi.id, by=ana)
    before = rows(TicketMessage)
    answer = ours.post(address(secret, "mensagens"), data={"text": "Ainda estou aqui."})
    assert answer.status_code == 404
    assert (rows(TicketMessage), ours.get(address(secret)).status_code) == (before, 404)
    with pytest.raises(Missing):
        conversing.reply(secret, TicketText(text="E por aqui?"), by=davi)


@pytest.mark.parametrize("how", ["left", "restricted", "company closed"])
def test_b07_an_owner_who_lost_access_may_not_read(how: str, browser: Any, secret: Ticket, ana: Person) -> None:
    assert sees(browser, ana, secret)
    if how == "left":
        membership(ana).ended_at = clock.now()
    elif how == "restricted":
        membership(ana).tickets_restricted = True
    else:
        make.company_of(ana).closed_at = clock.now()
    assert not sees(browser, ana, secret)
    assert secret.code not in browser(ana).get("/chamados").text


def test_a_suspended_person_may_read_and_reply(browser: Any, joao: Person) -> None:
    ticket = make.ticket(owner=joao)
    ours = browser(joao)
    assert ours.post(address(ticket, "mensagens"), data={"text": "E então?"}).status_code == 303
    assert ticket.code in ours.get("/chamados").text


def test_a_participant_changes_neither_owner_nor_participants(ana: Person, bruno: Person, davi: Person,
                                                              carla: Person) -> None:  # fmt: skip
    ticket = make.ticket(owner=ana)
    participating.add(ticket, davi.id, by=ana)
    for operation in (
        lambda: participating.add(ticket, carla.id, by=davi),
        lambda: participating.transfer(ticket, davi.id, by=davi),
        lambda: participating.remove(ticket, carla.id, by=davi),
    ):
        with pytest.raises(roles.NotTicketOwner):
            operation()
    participating.remove(ticket, davi.id, by=davi)
    assert participating.participants_of(ticket) == []


def test_b08_staff_need_the_queue_and_the_role_of_analyst(
    browser: Any, secret: Ticket, elisa: Person, fabio: Person, heitor: Person, iris: Person
) -> None:
    for one in (elisa, fabio, iris):
        assert not sees(browser, one, secret)
        for held in db.session.query(AnalystQueue).filter_by(person_id=heitor.id).all():
            db.session.add(AnalystQueue(person_id=one.id, type_key=held.type_key, product_id=held.product_id))
        db.session.commit()
        assert not sees(browser, one, secret), "queues without the role"
    assert sees(browser, heitor, secret)
    db.session.delete(db.session.get(StaffRole, (heitor.id, Role.ANALYST.value)))
    assert not sees(browser, heitor, secret)


def test_b08_a_queue_gives_access_to_one_type_and_one_product(
    browser: Any, ana: Person, heitor: Person, iris: Person
) -> None:
    erp, rh, money = make.ticket(owner=ana), make.ticket(owner=ana, product="rh"), make.ticket(owner=ana, product=None)
    assert listed(browser, heitor) == {erp.code, money.code}
    queues.set_queues(heitor, [queues.Queue("question", rh.product_id)], by=iris)
    assert listed(browser, heitor) == {rh.code}
    assert not sees(browser, heitor, erp)


@pytest.mark.parametrize("who", ["ana", "carla", "bruno", "elisa", "fabio", ""])
def test_b09_v8_2_3_canary_words_are_visible_only_with_the_right(
    who: str, browser: Any, secret: Ticket, ana: Person, heitor: Person
) -> None:
    """On every page that could show them; only analysts see notes."""
    deliver_pending()
    ours = browser(make.person(who) if who else None)
    pages = ["/", "/?q=canarioassunto", "/ideias/nova/parecidas?title=canarioassunto", "/chamados",
             "/chamados?quais=empresa", "/chamados?quais=fila", "/chamados?situacao=in_progress", address(secret),
             address(secret, "pessoas"), "/chamados/novo/sugestoes?subject=canarioassunto+para+todos",
             "/notificacoes", "/minhas-ideias", "/releases", "/sitemap.xml"]  # fmt: skip
    seen = "".join(ours.get(page, headers=headers).text for page in pages for headers in ({}, HTMX))
    entitled = who in {"ana", "carla"}
    assert [word for word in CANARIES if word in seen] == (list(CANARIES) if entitled else [])
    assert "canarionota" not in seen
    assert "nota interna" not in seen.lower()


def test_b09_headers_and_log_contain_no_canary_word(browser: Any, secret: Ticket, ana: Person, caplog: Any) -> None:
    answer = browser(ana).get(address(secret))
    assert "no-store" in answer.headers["Cache-Control"]
    assert "ETag" not in answer.headers
    browser(make.person("bruno")).get(address(secret))
    assert not any(word in caplog.text for word in (*CANARIES, "canarionota"))


def test_b11_a_person_who_lost_the_right_before_delivery_gets_no_notice(secret: Ticket, ana: Person, davi: Person,
                                                                        heitor: Person) -> None:  # fmt: skip
    participating.add(secret, davi.id, by=ana)
    deliver_pending()
    conversing.reply(secret, TicketText(text="Depois disto."), by=heitor)
    participating.remove(secret, davi.id, by=ana)
    db.session.commit()
    deliver_pending()
    later = select(func.max(Notification.event_id)).where(Notification.person_id == davi.id)
    newest = select(func.max(Notification.event_id)).where(Notification.person_id == ana.id)
    assert db.session.scalar(later) < db.session.scalar(newest)


def test_b11_older_notices_are_blank_after_losing_the_right(
    secret: Ticket, ana: Person, davi: Person, heitor: Person, browser: Any
) -> None:
    participating.add(secret, davi.id, by=ana)
    conversing.reply(secret, TicketText(text="Depois disto."), by=heitor)
    db.session.commit()
    assert all(sentence != "–" for sentence in lookups.notifications_of(davi))
    participating.remove(secret, davi.id, by=ana)
    assert set(lookups.notifications_of(davi)) == {"–"}
    assert "canarioassunto" not in browser(davi).get("/notificacoes").text


@pytest.mark.parametrize("how", ["the role", "the queue", "the ticket's product"])
def test_b11_an_analyst_who_lost_the_queue_gets_no_notices(
    how: str, secret: Ticket, ana: Person, heitor: Person, iris: Person
) -> None:
    deliver_pending()
    before = len(lookups.notifications_of(heitor))
    conversing.reply(secret, TicketText(text="Só para a fila."), by=ana)
    if how == "the role":
        db.session.delete(db.session.get(StaffRole, (heitor.id, Role.ANALYST.value)))
    elif how == "the queue":
        queues.set_queues(heitor, [], by=iris)
    else:
        secret.product_id = make.ticket(owner=ana, product="rh").product_id
    db.session.commit()
    assert len(lookups.notifications_of(heitor)) == before
    assert set(lookups.notifications_of(heitor)) <= {"–"}


def test_b12_a_scheduled_job_checks_the_state_when_it_runs(ana: Person, heitor: Person) -> None:
    """The job that closes tickets leaves a ticket open whose state changed in between."""
    ticket = make.ticket(owner=ana, analyst_id=heitor.id)
    conversing.reply(ticket, TicketText(text="Atualize."), by=heitor, then="awaiting_customer_validation")
    progressing.change_state(ticket, "in_progress", by=ana)
    ticket_until = ticket.stays_until
    closing.close_due()
    assert (ticket_until, ticket.state_key) == (None, "in_progress")


def test_b12_a_form_submitted_after_losing_the_right_is_refused(
    browser: Any, secret: Ticket, heitor: Person, iris: Person
) -> None:
    ours = browser(heitor)
    assert ours.get(address(secret, "ideia")).status_code == 200
    queues.set_queues(heitor, [], by=iris)
    for form in ("/mensagens", "/notas", "/ideia", "/analista"):
        assert ours.post(address(secret) + form, data=FORMS[form]).status_code == 404


def test_b13_counts_include_only_visible_tickets(browser: Any, ana: Person, bruno: Person, carla: Person, davi: Person,
                                                 heitor: Person) -> None:  # fmt: skip
    for owner, product, state in ((ana, "erp", "open"), (ana, "rh", "open"), (davi, "erp", "in_progress"),
                                  (bruno, "erp", "open")):  # fmt: skip
        make.ticket(owner=owner, product=product, state=state)

    def counts(person: Person, query: str = "") -> str:
        page = browser(person).get("/chamados" + query).text
        bar = page.split('class="chips"')[1].split("</nav>")[0]
        return " ".join(part.split("<")[0] for part in bar.split('class="numbers">')[1:])

    assert counts(ana) == "2 2 0 0 0"
    assert counts(carla, "?quais=empresa") == "3 2 1 0 0"
    assert counts(bruno, "?quais=empresa") == "1 1 0 0 0"
    assert counts(heitor) == "3 2 1 0 0"


def test_b10_pages_below_an_invisible_ticket_respond_like_absent_ones(
    browser: Any, secret: Ticket, bruno: Person
) -> None:
    ours = browser(bruno)
    for child in ("/arquivos/1", "/pessoas", "/ideia"):
        there, absent = ours.get(address(secret) + child), ours.get(ABSENT + child)
        assert there.status_code == absent.status_code
        assert masked(there.text, secret.code) == masked(absent.text, "2020-999999")


def test_b15_values_of_the_wrong_type_are_refused(browser: Any, secret: Ticket, ana: Person) -> None:
    ours = browser(ana)
    for data in ({"to": "true"}, {"to": ["resolved", "closed"]}, {}, {"to": "closed"}, {"to": "x" * 9000}):
        ours.post(address(secret, "situacao"), data=data)
        assert secret.state_key != "closed"
    assert ours.post(address(secret, "mensagens"), data={"text": ["Um.", "Dois."]}).status_code == 303
    assert db.session.scalars(select(TicketMessage.text).order_by(TicketMessage.id.desc())).first() == "Um."
