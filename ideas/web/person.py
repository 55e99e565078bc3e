"""Who is asking. companies registers how a request's person is found; nothing here imports it."""

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
class Asker:
    """One request's person, active company and roles; nobody for a visitor."""

    person: Person | None = None
    company: Company | None = None
    roles: frozenset[str] = frozenset()
    #: Products that a product manager answers for.
    managed: frozenset[int] = frozenset()
    #: Companies to choose the active one from, only when there are several.
    companies: tuple[CompanyChoice, ...] = ()
    #: The name of the company's administrator.
    administrator: str | None = None
    #: Whether that is the person.
    administers: bool = False
    unread: int = 0
    session_id: int | None = None


VISITOR = Asker()
_find: Callable[[], Asker] = lambda: VISITOR  # noqa: E731 - replaced by identify_by


def identify_by(find: Callable[[], Asker]) -> None:
    """Register how a request's asker is found (one statement)."""
    global _find  # noqa: PLW0603 - one registration, at start
    _find = find


def asker_is_known() -> bool:
    """Whether this request has looked up who sends it; error pages may come before that."""
    return "asker" in g


def asker() -> Asker:
    """This request's asker, found once."""
    found: Asker | None = g.get("asker")
    if found is None:
        # If the lookup fails, the error page is rendered for a visitor.
        g.asker = VISITOR
        g.asker = found = _find()
        if found.person is not None:
            # Adds the person to every log line of this request.
            structlog.contextvars.bind_contextvars(person=found.person.id)
    return found


def visitor() -> Person | None:
    """The person who is asking, or None."""
    return asker().person


def me() -> Person:
    """The person who is asking; only on routes that need sign-in."""
    person = asker().person
    assert person is not None, "me() on a route that visitors may ask for"
    return person


def my_company() -> Company | None:
    """The company in whose name the person acts."""
    return asker().company


def has_role(role: str) -> bool:
    return role in asker().roles


def is_staff() -> bool:
    """Whether the asker is one of the vendor's people."""
    return bool(asker().roles)


def sees_company(company_id: int | None) -> bool:
    """Whether the asker is told in that company's name something was written: staff, and its own people."""
    who = asker()
    mine = {company.id for company in who.companies} | ({who.company.id} if who.company else set())
    return company_id is not None and (is_staff() or company_id in mine)


def is_curator() -> bool:
    """Whether the person brings ideas together: a product manager or a moderator."""
    return has_role("product_manager") or has_role("moderator")


def manages(product_id: int) -> bool:
    """Whether the person answers for that product."""
    return has_role("product_manager") and product_id in asker().managed
