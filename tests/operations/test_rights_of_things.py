"""Every address of a company's and of a ticket's things, requested by nine kinds of people: whose rows they reach (B01).

The routes are read from the app, so new ones are tested too; one with an unknown argument fails until it is added here.
Each feature tests which operations are allowed to those who reach a row.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ideas import clock
from ideas.companies import listing
from ideas.companies.batch_models import InvitationBatch
from ideas.companies.models import AccessRequest, Company, Invitation
from ideas.db import db
from ideas.rights import ROUTES
from ideas.tickets.models import TicketParticipant
from tests import make
from tests.operations.test_rights import EXPECTED, PRINCIPALS, SIGNED_IN, person

#: Whose tickets each person sees: Ana's and Davi's are of Aurora, João's is of Litoral.
TICKETS = {
    "customer": {"ana"},
    "administrator": {"ana", "davi"},
    "analyst": {"ana", "davi", "joao"},
    "suspended": {"joao"},
}
#: It needs a file: tests/tickets/test_ticket_files.py tests it (G06).
APART = {"ticket_files.show"}


def member(company: Company) -> int:
    held = listing.membership_of(make.customer(company=company), company)
    assert held
    return held.id


def invitation(company: Company) -> int:
    return kept(Invitation(company_id=company.id, email=f"p{member(company)}@exemplo.example", name="Nina Alves"))


def request_to_join(company: Company) -> int:
    return kept(AccessRequest(company_id=company.id, cnpj=company.cnpj, cpf_lookup=f"{member(company):064}",
                              name="Nina", email="n@exemplo.example", language="en", network="192.0.2.7"))  # fmt: skip


def batch(company: Company) -> int:
    by = make.person("carla").id
    return kept(InvitationBatch(company_id=company.id, by_id=by, file_name="a.csv", valid_count=0, faulty_count=0))


def kept(row: Any) -> int:
    db.session.add(row)
    db.session.flush()
    return int(row.id)


MAKERS: dict[str, Callable[[Company], int]] = {
    "members": member,
    "invitations": invitation,
    "access_requests": request_to_join,
    "invitation_batches": batch,
}


def routes(app: Flask, prefix: str, argument: str) -> list[tuple[str, str, str]]:
    """Endpoint, method and rule of every address with that argument; those that end the requester's right come last."""
    found = [
        (rule.endpoint, method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(prefix) and argument in rule.arguments and rule.endpoint not in APART
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ]
    assert found
    return sorted(found, key=lambda one: (one[0] == "members.hand_over", one))


def status(mine: Any, method: str, rule: str, values: dict[str, object], data: dict[str, object]) -> int:
    """The response's status; 303 only for a redirect to sign in."""
    address = re.sub(r"<(?:[^>]*:)?(\w+)>", lambda found: str(values[found[1]]), rule)
    # Read the whole body, as a browser does: files are streamed.
    more = {} if method == "GET" else {"data": data}
    answer = (mine.get if method == "GET" else mine.post)(address, buffered=True, **more)
    assert answer.status_code < 500, f"{method} {address}"
    return 303 if "/entrar" in (answer.location or "") else 200 if answer.status_code == 303 else answer.status_code


@pytest.fixture(params=PRINCIPALS)
def asker(request, browser) -> tuple[str, Any]:
    """One of the nine people with their browser; Bruno's account is locked."""
    mine = browser(person(request.param))
    if request.param == "locked":
        make.person("bruno").locked_at = clock.now()
    return request.param, mine


def stopped(principal: str) -> int:
    """The gate's status for people who may not use a route."""
    return 403 if principal in SIGNED_IN else 303


def test_b01_v8_2_2_v8_4_1_administrators_reach_only_rows_of_their_company(app: Flask, asker) -> None:
    principal, mine = asker
    aurora, litoral = (make.company_of(make.person(key)) for key in ("carla", "bruno"))
    wrong = []
    for endpoint, method, rule in routes(app, "/empresa/", "number"):
        for company in (litoral, aurora):
            got = status(mine, method, rule, {"number": MAKERS[endpoint.partition(".")[0]](company)}, {})
            if principal != "administrator":
                right = got == stopped(principal)
            else:
                right = got in {200, 409, 422} if company is aurora else got == 404
            if not right:
                wrong.append((endpoint, method, company.name, got))
    assert wrong == []


def ticket_of(owner: str, endpoint: str, idea: int) -> tuple[dict[str, object], dict[str, object]]:
    """The arguments and the form values for an address below a ticket of theirs, which has a participant."""
    ticket = make.ticket(owner=make.person(owner))
    company = db.session.get_one(Company, ticket.company_id)
    newcomer, colleague = make.customer(company=company).id, make.customer(company=company).id
    db.session.add(TicketParticipant(ticket_id=ticket.id, person_id=colleague, company_id=company.id,
                                     added_by_id=ticket.owner_id))  # fmt: skip
    receiver = make.person("heitor").id if endpoint == "ticket_assignments.update" else newcomer
    data = {"text": "Alguma novidade?", "to": "resolved", "idea": idea, "person": receiver}
    return {"code": ticket.code, "person_id": colleague}, data


def test_b01_v8_2_2_v8_4_1_people_reach_only_tickets_that_they_may_see(app: Flask, asker) -> None:
    principal, mine = asker
    wrong, idea = [], make.idea().id
    for endpoint, method, rule in routes(app, "/chamados/", "code"):
        for owner in ("ana", "davi", "joao"):
            got = status(mine, method, rule, *ticket_of(owner, endpoint, idea))
            if principal not in EXPECTED[ROUTES[endpoint]]:
                right = got == stopped(principal)
            elif owner in TICKETS.get(principal, ()):
                right = got in {200, 403, 409, 422}
            else:
                right = got == 404
            if not right:
                wrong.append((endpoint, method, owner, got))
    assert wrong == []
