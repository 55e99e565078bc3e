"""/empresa/pessoas: the members of a company, for its administrator: permissions, removal, handing over."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import email_addresses
from ideas.companies import administering, leaving, listing
from ideas.companies.forms import PermissionsForm
from ideas.companies.leaving import OpenObligation, UnassignedObligation
from ideas.companies.listing import CompanyMember
from ideas.companies.models import Company, Membership
from ideas.companies.routes import tabs
from ideas.companies.routes.scope import company_or_404, member_or_404
from ideas.db import db
from ideas.web import paging, parsing, refusals
from ideas.web.person import me
from ideas.web.responses import is_htmx, see_other

bp = Blueprint("members", __name__, url_prefix="/empresa/pessoas")

PAGE_SIZE = 30
_MAX_QUERY_LENGTH = 100


@bp.get("")
def index() -> Response:
    company, words = company_or_404(), parsing.line(request.args.get("q", ""), _MAX_QUERY_LENGTH)
    before = paging.requested_time()
    rows = listing.members(company, words=words, before=before, limit=PAGE_SIZE + 1)
    page = paging.paginate(rows, PAGE_SIZE, lambda one: (one.membership.started_at, one.membership.id))
    more = url_for(".index", q=words or None, pagina=page.next) if page.next else None
    template = "companies/_members.html" if is_htmx() else "companies/members.html"
    return make_response(
        render_template(
            template,
            members=page.rows,
            words=words,
            more_url=more,
            tabs=tabs.administrator_tabs(company),
            first=before is None,
        )
    )


@bp.get("/<int:number>")
def show(number: int) -> str:
    member = member_or_404(number)
    return _page(member, PermissionsForm(data=vars(member.membership.permissions)))


@bp.post("/<int:number>")
def update(number: int) -> Response:
    member, company = member_or_404(number), company_or_404()
    administering.set_permissions(member.membership, PermissionsForm().permissions(), company=company, by=me())
    db.session.commit()
    flash(gettext("Permissões de %(name)s guardadas.", name=member.person.name))
    return see_other(url_for(".index"))


@bp.get("/<int:number>/remover")
def confirm_removal(number: int) -> str:
    return _removal_page(member_or_404(number))


@bp.post("/<int:number>/remover")
def destroy(number: int) -> Response:
    member, company = member_or_404(number), company_or_404()
    obligations = leaving.open_obligations(member.membership)
    try:
        leaving.remove_member(member.membership, company=company, by=me(), successors=_successors(obligations, company))
    except UnassignedObligation as refusal:
        db.session.rollback()
        return make_response(_removal_page(member_or_404(number), refusal), refusal.status)
    db.session.commit()
    flash(gettext("%(name)s não faz mais parte da empresa.", name=member.person.name))
    return see_other(url_for(".index"))


@bp.get("/<int:number>/administracao")
def confirm_handing_over(number: int) -> str:
    return render_template("companies/hand_over.html", member=member_or_404(number))


@bp.post("/<int:number>/administracao")
def hand_over(number: int) -> Response:
    member = member_or_404(number)
    administering.hand_over(company_or_404(), member.membership, by=me())
    db.session.commit()
    flash(gettext("A administração agora é de %(name)s.", name=member.person.name))
    return see_other(url_for("company.show"))


def _page(member: CompanyMember, form: PermissionsForm) -> str:
    is_administrator = company_or_404().administrator_id == member.membership.id
    return render_template("companies/member.html", member=member, form=form, is_administrator=is_administrator)


def _removal_page(member: CompanyMember, refusal: UnassignedObligation | None = None) -> str:
    obligations = leaving.open_obligations(member.membership)
    return render_template(
        "companies/remove.html",
        member=member,
        obligations=obligations,
        refusal=refusals.message_of(refusal) if refusal else None,
        wrong=refusal.name if refusal else None,
        submitted={one.name: request.form.get(f"heir-{one.name}", "") for one in obligations},
    )


def _successors(obligations: list[OpenObligation], company: Company) -> dict[str, Membership]:
    """Return the successor of each obligation: the member with the submitted email, by default the administrator."""
    found = {}
    for one in obligations:
        email = parsing.line(request.form.get(f"heir-{one.name}", ""), email_addresses.MAX_LENGTH)
        successor = listing.membership_by_email(email or str(me().email), company)
        if successor is not None:
            found[one.name] = successor
    return found
