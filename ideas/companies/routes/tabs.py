"""What an administrator's pages have in common: the company's people, invitations and requests beside one another."""

from typing import NamedTuple

from flask import url_for
from flask_babel import gettext

from ideas.companies import listing, requesting
from ideas.companies.models import Company


class Tab(NamedTuple):
    """One of the pages, and how many rows wait there."""

    endpoint: str
    label: str
    url: str
    waiting: int


def of(company: Company) -> list[Tab]:
    """The four, for two statements."""
    return [
        Tab("company.show", gettext("Empresa"), url_for("company.show"), 0),
        Tab("members.index", gettext("Pessoas"), url_for("members.index"), 0),
        Tab("invitations.index", gettext("Convites"), url_for("invitations.index"), listing.count_pending(company)),
        Tab(
            "access_requests.index",
            gettext("Solicitações"),
            url_for("access_requests.index"),
            requesting.count_waiting(company),
        ),
    ]
