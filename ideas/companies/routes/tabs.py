"""The tabs of an administrator's pages: the company, its people, invitations and requests."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from ideas.companies import listing, requesting
from ideas.companies.models import Company


class Tab(NamedTuple):
    """One tab, and its number of pending rows."""

    endpoint: str
    label: str
    url: str
    waiting: int


def administrator_tabs(company: Company) -> list[Tab]:
    """Return the four tabs, with two statements."""
    return [
        Tab("company.show", gettext("Empresa"), url_for("company.show"), 0),
        Tab("members.index", gettext("Pessoas"), url_for("members.index"), 0),
        Tab(
            "invitations.index",
            gettext("Convites"),
            url_for("invitations.index"),
            listing.count_pending_invitations(company),
        ),
        Tab(
            "access_requests.index",
            gettext("Solicitações"),
            url_for("access_requests.index"),
            requesting.count_pending(company),
        ),
    ]
