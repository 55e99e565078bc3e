"""Words that only some may read, sought wherever anybody can look (cases B09, B10, B13).

One small world in which everything has a word of its own: a ticket, its notes and files, an idea and a
comment that moderators hid, a case from its report to its appeal, managers' notes, a voter's line. Then every
address that the portal knows is asked for, whole and as a fragment, by each of the cast; mails are read too.
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
from ideas.board.voting.importance import Weight
from ideas.comments import commenting
from ideas.comments.commenting import NewComment
from ideas.conduct import publishing
from ideas.db import db
from ideas.files import storing
from ideas.files.accepting import ATTACHMENT, accept
from ideas.moderation import appealing, deciding, reporting, targets
from ideas.moderation.deciding import Verdict
from ideas.moderation.models import AppealOutcome, Decision, Outcome
from ideas.moderation.reporting import NewReport
from ideas.moderation.targets import Name
from ideas.notifications import by_email, preferences
from ideas.notifications.preferences import Choice, Mail
from ideas.outbox.delivery import deliver_pending
from ideas.products.models import Product
from ideas.tickets import conversing, opening
from ideas.tickets.attaching import Sent
from ideas.tickets.conversing import Words
from ideas.tickets.models import Ticket
from ideas.tickets.opening import NewTicket
from ideas.triage import noting
from tests import make
from tests.conftest import HTMX
from tests.postman import Postman

#: More than this world has of anything that has a number.
NUMBERS = range(1, 4)
CAST = ("", "ana", "bruno", "carla", "davi", "elisa", "fabio", "gilda", "heitor", "iris", "joao")
#: 11h in São Paulo: mail leaves.
MORNING = datetime(2026, 11, 18, 14, tzinfo=UTC)

TICKETS = {"ana", "carla", "heitor"}
MODERATORS = {"fabio", "gilda"}
#: Each word, and everyone who may read it somewhere: Ana's ticket, Bruno's idea, which Davi reported.
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
    # The log of privileged acts keeps why; operators read it.
    "canariomotivo": MODERATORS | {"bruno"},
    "canariogravidade": MODERATORS | {"iris"},
    "canariorecurso": MODERATORS | {"bruno"},
    "canarioresposta": MODERATORS | {"bruno", "iris"},
    "canariotriagem": {"elisa"},
    "canariovoto": MODERATORS | {"joao", "davi", "elisa", "heitor", "iris"},
}


def upload(name: str) -> Sent:
    accepted = accept(BytesIO(b"uma linha"), name, ATTACHMENT)
    return Sent(accepted, storing.put(accepted.content))


def a_ticket(ana: Any, heitor: Any) -> Ticket:
    erp = db.session.query(Product).filter_by(key="erp").one()
    new = NewTicket(type_key="question", subject="Um canarioassunto", description="Um canariodescricao.", product=erp)
    ticket = opening.begin(new, by=ana, company=make.company_of(ana))
    conversing.reply(ticket, Words(text="Um canariomensagem.", files=(upload("canarioanexo.txt"),)), by=heitor)
    conversing.note(ticket, Words(text="Um canarionota.", files=(upload("canarioguardado.txt"),)), by=heitor)
    return ticket


def a_case(bruno: Any, davi: Any, fabio: Any, gilda: Any) -> None:
    """Bruno's idea, with Davi's comment under it, and Davi's comment elsewhere: reported, hidden, appealed against."""
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
    importance.say(shown, Weight("critical", "Um canariovoto."), voter=davi, company=make.company_of(davi))
    noting.add(shown, "Um canariotriagem.", by=make.person("elisa"))
    code = publishing.current()
    assert code
    rule = publishing.rules_of(code)[0]
    name = Name("idea", idea.id)
    reporting.report(targets.among([name])[name], NewReport(rule, "Um canariodenuncia."), reporter=davi,
                     company=make.company_of(davi))  # fmt: skip
    db.session.commit()
    verdict = Verdict(outcome=Outcome.WARNING, rule=rule, reason="Um canariomotivo.", gravity="Um canariogravidade.")
    deciding.decide([name], verdict, by=fabio)
    hiding = Verdict(outcome=Outcome.HIDE, rule=rule, reason="Veja a regra.")
    deciding.decide([Name("comment", comment.id)], hiding, by=fabio)
    decision = db.session.scalars(select(Decision).where(Decision.subject_id == bruno.id)).one()
    appeal = appealing.appeal(decision, "Um canariorecurso.", by=bruno)
    appealing.answer(appeal, AppealOutcome.UPHELD, "Um canarioresposta.", by=gilda)


@pytest.fixture
def world(ana, bruno, davi, fabio, gilda, heitor, postman: Postman) -> Iterator[Postman]:
    """All of it, told and mailed to everyone who should hear, as far as moderators let it stand by then."""
    with time_machine.travel(MORNING):
        for key in CAST[1:]:
            preferences.choose(make.person(key), Mail(dict.fromkeys(preferences.USUAL, Choice.AT_ONCE), 8))
        a_ticket(ana, heitor)
        a_case(bruno, davi, fabio, gilda)
        db.session.commit()
        deliver_pending()
        by_email.go_round()
        postman.round()
        yield postman


def addresses(app: Flask) -> Iterator[str]:
    """Every address there is, with whatever number, code or name this world could have in it."""
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
def test_b09_b10_b13_no_address_tells_anybody_what_is_not_theirs_to_know(
    who: str, app: Flask, browser, world: Postman, events: list[Any]
) -> None:
    client = browser(make.person(who) if who else None)
    seen: dict[str, set[str]] = defaultdict(set)
    for address in dict.fromkeys(addresses(app)):
        for headers in ({}, HTMX):
            answer = client.get(address, headers=headers, buffered=True)
            if answer.status_code == 302:
                answer = client.get(answer.location, headers=headers, buffered=True)  # an idea's slug
            assert answer.status_code < 500, address
            # What the asker typed themselves comes back to them.
            said = (answer.data.decode(errors="replace") + str(answer.headers)).lower()
            for word in MAY_READ:
                if word in said:
                    seen[word].add(address)
            if answer.status_code != 200:
                break
    assert {word: found for word, found in seen.items() if who not in MAY_READ[word]} == {}
    assert set(seen) == {word for word, people in MAY_READ.items() if who in people}, "somebody misses what is theirs"
    assert "canario" not in str([event for event in events if "q=canario" not in str(event)])


def text_and_head(mail: EmailMessage) -> str:
    parts = (part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")
    return " ".join([*map(str, parts), *(f"{name}: {value}" for name, value in mail.items())]).lower()


def test_b09_b11_e11_no_mail_tells_anybody_what_is_not_theirs_to_know(world: Postman) -> None:
    assert len(world.mails) > 5
    told: dict[str, set[str]] = defaultdict(set)
    for mail in world.mails:
        who = mail["To"].addresses[0].username
        for word in MAY_READ:
            if word in text_and_head(mail):
                told[word].add(who)
    assert told == {"canarioassunto": {"ana", "heitor"}}
