"""The requester: the person who sent the request. `companies` registers the query that finds them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from flask import g

if TYPE_CHECKING:
    from ideas.accounts.models import Person
    from ideas.companies.models import Company
    from ideas.companies.session_holders import CompanyChoice


@dataclass(frozen=True)
class Requester:
    """The person who sent a request, with their active company and roles; without a person for a visitor."""

    person: Person | None = None
    company: Company | None = None
    roles: frozenset[str] = frozenset()
    #: Products that the person manages.
    managed: frozenset[int] = frozenset()
    #: The companies to choose from; empty if there is only one.
    companies: tuple[CompanyChoice, ...] = ()
    #: The name of the active company's administrator.
    administrator: str | None = None
    #: Whether the person is that administrator.
    administers: bool = False
    unread: int = 0
    session_id: int | None = None


ANONYMOUS = Requester()
_find: Callable[[], Requester] = lambda: ANONYMOUS  # noqa: E731 - replaced by identify_by


def identify_by(find: Callable[[], Requester]) -> None:
    """Register the function that finds a request's requester, with one statement."""
    global _find  # noqa: PLW0603 - registered once, at start-up
    _find = find


def requester_is_known() -> bool:
    """Whether the requester has been looked up. Error pages may be rendered before that."""
    return "requester" in g


def requester() -> Requester:
    """Return the requester, looked up once per request."""
    found: Requester | None = g.get("requester")
    if found is None:
        # If the lookup fails, the error page is rendered as for a visitor.
        g.requester = ANONYMOUS
        g.requester = found = _find()
        if found.person is not None:
            # Add the person to all log lines of the request.
            structlog.contextvars.bind_contextvars(person=found.person.id)
    return found


def person_or_none() -> Person | None:
    """Return the signed-in person, or None for a visitor."""
    return requester().person


def me() -> Person:
    """Return the signed-in person. Only for routes that require sign-in."""
    person = requester().person
    assert person is not None, "me() on a route that visitors may use"
    return person


def my_company() -> Company | None:
    """Return the company that the person acts for."""
    return requester().company


def has_role(role: str) -> bool:
    return role in requester().roles


def is_staff() -> bool:
    """Whether the requester is one of the vendor's people."""
    return bool(requester().roles)


def sees_company(company_id: int | None) -> bool:
    """Whether the requester may see that a text was written for this company: staff, and the company's people."""
    who = requester()
    mine = {company.id for company in who.companies} | ({who.company.id} if who.company else set())
    return company_id is not None and (is_staff() or company_id in mine)


def is_curator() -> bool:
    """Whether the requester may merge ideas: a product manager or a moderator."""
    return has_role("product_manager") or has_role("moderator")


def manages(product_id: int) -> bool:
    """Whether the requester manages the product."""
    return has_role("product_manager") and product_id in requester().managed
