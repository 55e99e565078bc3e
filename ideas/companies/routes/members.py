"""/empresa/pessoas: a company's people, for its administrator: permissions, removal, the administration handed on."""

from typing import Any

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas.accounts import email_addresses
from ideas.companies import administering, leaving, listing
from ideas.companies.forms import PermissionsForm
from ideas.companies.leaving import Debt, StillOwes
from ideas.companies.listing import Member
from ideas.companies.models import Company, Membership
from ideas.companies.routes import tabs
from ideas.companies.routes.scope import company_or_404, member_or_404
from ideas.db import db
from ideas.web import paging, parsing, refusals
from ideas.web.person import me
from ideas.web.responses import is_htmx, see_other

bp = Blueprint("members", __name__, url_prefix="/empresa/pessoas")

PAGE = 30
_LONGEST_QUERY = 100


@bp.get("")
def index() -> Response:
    company, words = company_or_404(), parsing.line(request.args.get("q", ""), _LONGEST_QUERY)
    before = paging.moment_asked()
    rows = listing.members(company, words=words, before=before, limit=PAGE + 1)
    page = paging.cut(rows, PAGE, lambda one: (one.membership.started_at, one.membership.id))
    more = url_for(".index", q=words or None, pagina=page.next) if page.next else None
    template = "companies/_members.html" if is_htmx() else "companies/members.html"
    return make_response(
        render_template(
            template,
            members=page.rows,
            words=words,
            more_url=more,
            tabs=tabs.of(company),
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
    administering.grant(member.membership, PermissionsForm().permissions(), company=company, by=me())
    db.session.commit()
    flash(gettext("Permissões de %(name)s guardadas.", name=member.person.name))
    return see_other(url_for(".index"))


@bp.get("/<int:number>/remover")
def confirm_removal(number: int) -> str:
    return _removal(member_or_404(number))


@bp.post("/<int:number>/remover")
def destroy(number: int) -> Response:
    member, company = member_or_404(number), company_or_404()
    debts = leaving.owed_by(member.membership)
    try:
        leaving.remove(member.membership, company=company, by=me(), heirs=_heirs(debts, company))
    except StillOwes as refusal:
        db.session.rollback()
        return make_response(_removal(member_or_404(number), refusal), refusal.status)
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


def _page(member: Member, form: PermissionsForm) -> str:
    is_administrator = company_or_404().administrator_id == member.membership.id
    return render_template("companies/member.html", member=member, form=form, is_administrator=is_administrator)


def _removal(member: Member, refusal: StillOwes | None = None) -> str:
    facts: dict[str, Any] = {"member": member, "debts": leaving.owed_by(member.membership)}
    facts["refusal"] = refusals.sentence(refusal) if refusal else None
    facts["wrong"] = refusal.name if refusal else None
    facts["typed"] = {debt.name: request.form.get(f"heir-{debt.name}", "") for debt in facts["debts"]}
    return render_template("companies/remove.html", **facts)


def _heirs(debts: list[Debt], company: Company) -> dict[str, Membership]:
    """Who takes over: the person of the company whose e-mail was typed; for a field left empty the administrator."""
    found = {}
    for debt in debts:
        named = parsing.line(request.form.get(f"heir-{debt.name}", ""), email_addresses.LONGEST)
        heir = listing.member_by_email(named or str(me().email), company)
        if heir is not None:
            found[debt.name] = heir
    return found
