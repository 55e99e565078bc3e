"""Search every response and email for words that only some people may read (cases B09, B10, B13).

Each private text contains a unique word: a ticket, its notes and files, an idea and a comment that moderators hid, a
case from report to appeal, managers' notes, a voter's reason. Then each person of the cast requests every address of
the portal, as a page and as a fragment; emails are searched too.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from io import BytesIO
from itertools import product, zip_longest
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from ideas.board import following
from ideas.board.models import Reason
from ideas.board.voting import casting, importance
from ideas.board.voting.importance import Opinion
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.conduct import publishing
from ideas.db import db
from ideas.files import storing
from ideas.files.accepting import ATTACHMENT, accept
from ideas.moderation import appealing, deciding, reporting, targets
from ideas.moderation.deciding import Verdict
from ideas.moderation.models import AppealOutcome, Decision, DecisionOutcome
from ideas.moderation.reporting import NewReport
from ideas.moderation.targets import TargetKey
from ideas.notifications import by_email, preferences
from ideas.notifications.preferences import MailFrequency, MailPreferences
from ideas.outbox.delivery import deliver_pending
from ideas.products.models import Product
from ideas.tickets import conversing, opening
from ideas.tickets.attaching import StoredUpload
from ideas.tickets.conversing import TicketText
from ideas.tickets.models import Ticket
from ideas.tickets.opening import NewTicket
from ideas.triage import noting
from tests import make
from tests.conftest import HTMX
from tests.fake_transport import FakeTransport

#: Covers all ids of the data below.
NUMBERS = range(1, 4)
CAST = ("", "ana", "bruno", "carla", "davi", "elisa", "fabio", "gilda", "heitor", "iris", "joao")
#: 11h in São Paulo, when emails are sent.
MORNING = datetime(2026, 11, 18, 14, tzinfo=UTC)

TICKETS = {"ana", "carla", "heitor"}
MODERATORS = {"fabio", "gilda"}
#: Each word, and who may read it: Ana's ticket, Bruno's idea, reported by Davi.
MAY_READ = {
    "canarioassunto": TICKETS,
    "canariodescricao": TICKETS,
    "canariomensagem": TICKETS,
    "canarioanexo": TICKETS,
    "canarionota": {"heitor"},
    "canarioguardado": {"heitor"},
    "canarioideia": MODERATORS | {"bruno"},
    "canarioproblema": MODERATORS | {"bruno"},
    "canariodebaixo": MODERATORS | {"bruno"},
    "canariocomentario": MODERATORS | {"davi"},
    "canariodenuncia": MODERATORS,
    # The audit log, which operators read, contains the reason.
    "canariomotivo": MODERATORS | {"bruno"},
    "canariogravidade": MODERATORS | {"iris"},
    "canariorecurso": MODERATORS | {"bruno"},
    "canarioresposta": MODERATORS | {"bruno", "iris"},
    "canariotriagem": {"elisa"},
    "canariovoto": MODERATORS | {"joao", "davi", "elisa", "heitor", "iris"},
}


def upload(name: str) -> StoredUpload:
    accepted = accept(BytesIO(b"uma linha"), name, ATTACHMENT)
    return StoredUpload(accepted, storing.write_bytes(accepted.content))


def create_ticket(ana: Any, heitor: Any) -> Ticket:
    erp = db.session.query(Product).filter_by(key="erp").one()
    new = NewTicket(type_key="question", subject="Um canarioassunto", description="Um canariodescricao.", product=erp)
    ticket = opening.open_ticket(new, by=ana, company=make.company_of(ana))
    conversing.reply(ticket, TicketText(text="Um canariomensagem.", files=(upload("canarioanexo.txt"),)), by=heitor)
    conversing.add_note(ticket, TicketText(text="Um canarionota.", files=(upload("canarioguardado.txt"),)), by=heitor)
    return ticket


def create_case(bruno: Any, davi: Any, fabio: Any, gilda: Any) -> None:
    """Report and hide Bruno's idea, appeal against it, and hide a comment of Davi's on another idea."""
    idea = make.idea("Um canarioideia", author=bruno, problem="Um canarioproblema.")
    for person in (davi, make.person("elisa")):
        following.follow(idea, person, Reason.CHOSE)
    commenting.add(idea, NewComment(text="Um canariodebaixo."), author=bruno, company=make.company_of(bruno))
    shown = make.idea("Uma ideia à vista", author=make.person("joao"))
    following.follow(shown, make.person("ana"), Reason.CHOSE)
    comment = commenting.add(
        shown, NewComment(text="Um canariocomentario."), author=davi, company=make.company_of(davi)
    )
    casting.cast(shown, voter=davi, company=make.company_of(davi))
    importance.state(shown, Opinion("critical", "Um canariovoto."), voter=davi, company=make.company_of(davi))
    noting.add(shown, "Um canariotriagem.", by=make.person("elisa"))
    code = publishing.current()
    assert code
    rule = publishing.rules_of(code)[0]
    name = TargetKey("idea", idea.id)
    reporting.report(targets.load([name])[name], NewReport(rule, "Um canariodenuncia."), reporter=davi,
                     company=make.company_of(davi))  # fmt: skip
    db.session.commit()
    verdict = Verdict(
        outcome=DecisionOutcome.WARNING, rule=rule, reason="Um canariomotivo.", gravity="Um canariogravidade."
    )
    deciding.decide([name], verdict, by=fabio)
    hiding = Verdict(outcome=DecisionOutcome.HIDE, rule=rule, reason="Veja a regra.")
    deciding.decide([TargetKey("comment", comment.id)], hiding, by=fabio)
    decision = db.session.scalars(select(Decision).where(Decision.subject_id == bruno.id)).one()
    appeal = appealing.appeal(decision, "Um canariorecurso.", by=bruno)
    appealing.answer(appeal, AppealOutcome.UPHELD, "Um canarioresposta.", by=gilda)


@pytest.fixture
def private_data(ana, bruno, davi, fabio, gilda, heitor, transport: FakeTransport) -> Iterator[FakeTransport]:
    """Create all private texts, and send every notification and email about them."""
    with time_machine.travel(MORNING):
        for key in CAST[1:]:
            preferences.save(
                make.person(key),
                MailPreferences(dict.fromkeys(preferences.DEFAULT_FREQUENCIES, MailFrequency.AT_ONCE), 8),
            )
        create_ticket(ana, heitor)
        create_case(bruno, davi, fabio, gilda)
        db.session.commit()
        deliver_pending()
        by_email.start_batch()
        transport.deliver()
        yield transport


def addresses(app: Flask) -> Iterator[str]:
    """Yield every address of the portal, with each id, code and name of the data above."""
    names = {"code": db.session.scalars(select(Ticket.code)).all(), "product": ["erp"], "version": ["12.1.2510"],
             "sobre": [f"{sort}-{number}" for sort in ("ideia", "comentario") for number in NUMBERS]}  # fmt: skip
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/assets", "/static", "/saude")):
            parts = re.split(r"<(.*?)>", rule.rule)
            gaps = [NUMBERS if "int" in gap else names.get(gap, ["x"]) for gap in parts[1::2]]
            for filled in product(*gaps):
                yield "".join(str(part) for pair in zip_longest(parts[::2], filled, fillvalue="") for part in pair)
    yield from ("/?q=canario", "/?q=canario&minhas=segui", "/ideias.atom?q=canario", "/ideias/nova/parecidas?title=um+canario",
                "/chamados?quais=empresa", "/chamados?quais=fila", "/chamados/novo/sugestoes?subject=um+canario",
                "/triagem?caixa=todas", "/triagem?caixa=todas&ideia=2", "/minhas-ideias?aba=seguidas",
                "/moderacao/textos?tipo=comment", "/painel/registro?sobre=moderation_case&numero=1")  # fmt: skip


@pytest.mark.parametrize("who", CAST)
def test_b09_b10_b13_responses_contain_private_words_only_for_those_who_may_read_them(
    who: str, app: Flask, browser, private_data: FakeTransport, events: list[Any]
) -> None:
    client = browser(make.person(who) if who else None)
    seen: dict[str, set[str]] = defaultdict(set)
    for address in dict.fromkeys(addresses(app)):
        for headers in ({}, HTMX):
            response = client.get(address, headers=headers, buffered=True)
            if response.status_code == 302:
                response = client.get(response.location, headers=headers, buffered=True)  # an idea's slug
            assert response.status_code < 500, address
            text = (response.data.decode(errors="replace") + str(response.headers)).lower()
            for word in MAY_READ:
                if word in text:
                    seen[word].add(address)
            if response.status_code != 200:
                break
    assert {word: found for word, found in seen.items() if who not in MAY_READ[word]} == {}
    assert set(seen) == {word for word, people in MAY_READ.items() if who in people}, (
        "a person does not see a word that they may read"
    )
    assert "canario" not in str([event for event in events if "q=canario" not in str(event)])


def text_and_headers(mail: EmailMessage) -> str:
    parts = (part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    return " ".join([*map(str, parts), *(f"{name}: {value}" for name, value in mail.items())]).lower()


def test_b09_b11_e11_emails_contain_private_words_only_for_those_who_may_read_them(private_data: FakeTransport) -> None:
    assert len(private_data.emails) > 5
    readers: dict[str, set[str]] = defaultdict(set)
    for mail in private_data.emails:
        who = mail["To"].addresses[0].username
        for word in MAY_READ:
            if word in text_and_headers(mail):
                readers[word].add(who)
    assert readers == {"canarioassunto": {"ana", "heitor"}}
