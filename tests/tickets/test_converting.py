"""A ticket becomes an idea, or its owner's vote for one: reviewed, linked and notified."""

from typing import Any

import pytest
from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Follow, Idea, Vote
from ideas.board.posting import NewIdea
from ideas.board.voting.proxying import CustomerSuspended, DecidesAlone
from ideas.companies.models import Membership
from ideas.db import db
from ideas.errors import Missing
from ideas.notifications import reading
from ideas.outbox.delivery import deliver_pending
from ideas.products.models import Product
from ideas.tickets import converting, participating
from ideas.tickets.converting import AlreadyAnIdea
from ideas.tickets.models import TicketStep
from tests import make
from tests.tickets.test_ticket_pages import address


def new(title: str = "Emitir a devolução em lote") -> NewIdea:
    erp = db.session.query(Product).filter_by(key="erp").one()
    return NewIdea(title=title, problem="Hoje é uma a uma.", product=erp, kind="improvement")


def test_the_idea_belongs_to_the_owner_and_has_their_vote(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana)
    idea = converting.to_idea(ticket, new(), by=heitor)
    assert (idea.author_id, idea.posted_by_id, idea.company_id) == (ana.id, heitor.id, ticket.company_id)
    vote = db.session.scalars(select(Vote)).one()
    assert (vote.person_id, vote.proxied_by_id, vote.source) == (ana.id, heitor.id, f"chamado {ticket.code}")
    assert (idea.people_count, idea.total_count) == (1, 1)
    follow = db.session.scalars(select(Follow).where(Follow.person_id == ana.id)).one()
    assert follow.author
    assert [(one.idea, one.how) for one in converting.linked_ideas(ticket)] == [(idea, "idea")]
    assert [step.what for step in db.session.query(TicketStep)] == ["idea"]


def test_a_ticket_becomes_at_most_one_idea(ana: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana)
    converting.to_idea(ticket, new(), by=heitor)
    with pytest.raises(AlreadyAnIdea):
        converting.to_idea(ticket, new("Outra ideia do mesmo"), by=heitor)


def test_the_owner_s_vote_is_cast_once_for_the_root_of_the_merged_set(
    ana: Person, bruno: Person, heitor: Person
) -> None:
    root, merged = make.idea(author=bruno), make.idea(author=bruno)
    merged.merged_into_id = merged.root_id = root.id
    ticket = make.ticket(owner=ana)
    for idea in (merged, root):
        converting.to_vote(ticket, idea, by=heitor)
    assert db.session.scalars(select(Vote)).one().person_id == ana.id
    assert [one.idea for one in converting.linked_ideas(ticket)] == [root]
    assert root.total_count == 1


def test_a_voter_who_has_a_vote_or_is_suspended_gets_no_proxy_vote(ana: Person, heitor: Person, joao: Person) -> None:
    idea = make.idea()
    converting.to_vote(make.ticket(owner=ana), idea, by=heitor)
    with pytest.raises(DecidesAlone):
        converting.to_vote(make.ticket(owner=ana), idea, by=heitor)
    with pytest.raises(CustomerSuspended):
        converting.to_vote(make.ticket(owner=joao), idea, by=heitor)


def test_b08_only_an_analyst_of_the_queue_converts(ana: Person, elisa: Person, heitor: Person) -> None:
    ticket, rh = make.ticket(owner=ana), make.ticket(owner=ana, product="rh")
    for one, who in ((ticket, elisa), (rh, heitor)):
        with pytest.raises(Missing):
            converting.to_idea(one, new(), by=who)
        with pytest.raises(Missing):
            converting.to_vote(one, make.idea(), by=who)
    with pytest.raises(Exception, match="analistas"):
        converting.to_idea(ticket, new(), by=ana)


def test_e04_everyone_on_the_ticket_is_notified_once(ana: Person, davi: Person, heitor: Person) -> None:
    ticket = make.ticket(owner=ana)
    participating.add(ticket, davi.id, by=ana)
    deliver_pending()
    converting.to_idea(ticket, new(), by=heitor)
    db.session.commit()
    deliver_pending()
    for person, expected in ((ana, 1), (davi, 2), (heitor, 0)):
        notices = [notice.wording.sentence for notice in reading.latest(person, limit=9) if notice.wording]
        assert len(notices) == expected, notices
        assert not notices or "uma ideia" in notices[0]


def test_the_analyst_reviews_the_text_and_sees_similar_ideas(browser: Any, ana: Person, heitor: Person) -> None:
    ticket = make.ticket("Emitir a nota de devolução em lote", owner=ana, description="Cliente Fulano, linha 12.")
    make.idea("Emitir as notas de devolução em lote")
    ours = browser(heitor)
    page = ours.get(address(ticket, "ideia")).text
    assert "Cliente Fulano, linha 12." in page
    assert "Votar pelo cliente" in page
    assert "todos leem a ideia" in page
    data = {"title": "Devolução em lote", "problem": "Uma a uma.", "product": "erp", "kind": "improvement"}
    answer = ours.post(address(ticket, "ideia"), data=data)
    assert (answer.status_code, answer.location) == (303, address(ticket))
    idea = db.session.query(Idea).filter_by(title="Devolução em lote").one()
    assert f"/ideias/{idea.id}-" in ours.get(address(ticket)).text
    assert ticket.code in browser(ana).get(f"/ideias/{idea.id}-{idea.slug}").text


def test_a_refused_idea_keeps_the_submitted_text(browser: Any, ana: Person, heitor: Person) -> None:
    ticket, ours = make.ticket(owner=ana), browser(heitor)
    bad = ours.post(address(ticket, "ideia"), data={"title": "Oi", "problem": "Texto revisto."})
    assert bad.status_code == 422
    assert "Texto revisto." in bad.text
    db.session.query(Membership).filter_by(person_id=ana.id).one().ended_at = clock.now()
    data = {"title": "Devolução em lote", "problem": "Texto revisto.", "product": "erp", "kind": "improvement"}
    refused = ours.post(address(ticket, "ideia"), data=data)
    assert refused.status_code == 409
    assert "Texto revisto." in refused.text


def test_an_analyst_votes_for_the_customer_with_one_button(browser: Any, ana: Person, heitor: Person) -> None:
    ticket, idea = make.ticket(owner=ana), make.idea()
    answer = browser(heitor).post(address(ticket, "voto"), data={"idea": str(idea.id)})
    assert answer.status_code == 303
    assert idea.total_count == 1
    again = browser(heitor).post(address(make.ticket(owner=ana), "voto"), data={"idea": str(idea.id)})
    assert again.status_code == 409
    assert "Só ela mesma pode mudar isso" in again.text
