"""Load rows of the active company, or answer 404."""

from flask import abort

from ideas.companies import listing, requesting
from ideas.companies.listing import CompanyMember
from ideas.companies.models import AccessRequest, Company, Invitation
from ideas.web.person import my_company


def company_or_404() -> Company:
    """Return the active company."""
    company = my_company()
    return company if company is not None else abort(404)


def member_or_404(number: int) -> CompanyMember:
    """Return the company's member with that membership id."""
    return listing.find_member(number, company_or_404()) or abort(404)


def invitation_or_404(number: int) -> Invitation:
    """Return the company's pending invitation."""
    return listing.find_pending_invitation(number, company_or_404()) or abort(404)


def request_or_404(number: int) -> AccessRequest:
    """Return the company's pending access request."""
    return requesting.find_for_company(number, company_or_404()) or abort(404)
