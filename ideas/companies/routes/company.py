"""/empresa: the active company, its administrator and the person's permissions, or how to join a company."""

from flask import Blueprint, render_template

from ideas.companies import listing
from ideas.companies.routes import tabs
from ideas.web.person import me, my_company, requester

bp = Blueprint("company", __name__, url_prefix="/empresa")


@bp.get("")
def show() -> str:
    company = my_company()
    if company is None:
        return render_template("companies/none.html", is_staff=bool(requester().roles))
    beside = tabs.administrator_tabs(company) if requester().administers else []
    return render_template(
        "companies/show.html",
        company_administrator=listing.administrator_of(company),
        membership=listing.membership_of(me(), company),
        people=listing.count_members(company),
        tabs=beside,
        waiting=beside[-1].waiting if beside else 0,
    )
