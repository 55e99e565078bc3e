"""Loads what belongs to the active company, or 404: another company's is simply not there."""

from flask import abort

from ideas.companies import listing, requesting
from ideas.companies.listing import Member
from ideas.companies.models import AccessRequest, Company, Invitation
from ideas.web.person import my_company


def company_or_404() -> Company:
    """The company that the person acts for."""
    company = my_company()
    return company if company is not None else abort(404)


def member_or_404(number: int) -> Member:
    """One of its people, by the membership's number."""
    return listing.member(number, company_or_404()) or abort(404)


def invitation_or_404(number: int) -> Invitation:
    """One of its invitations that wait."""
    return listing.invitation(number, company_or_404()) or abort(404)


def request_or_404(number: int) -> AccessRequest:
    """One of the requests that wait for it."""
    return requesting.of_company(number, company_or_404()) or abort(404)
