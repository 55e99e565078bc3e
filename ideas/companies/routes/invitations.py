"""/empresa/convites: invite people one by one; list, resend and revoke pending invitations."""

from flask import Blueprint, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from ideas import clock
from ideas.companies import inviting, listing
from ideas.companies.forms import InviteForm
from ideas.companies.inviting import AlreadyAMember, AlreadyInvited, NewInvitation, TooManyInvitationEmails
from ideas.companies.models import Invitation
from ideas.companies.routes import tabs
from ideas.companies.routes.scope import company_or_404, invitation_or_404
from ideas.db import db
from ideas.web import paging, refusals
from ideas.web.person import me
from ideas.web.responses import is_htmx, see_other

bp = Blueprint("invitations", __name__, url_prefix="/empresa/convites")

PAGE_SIZE = 30


@bp.get("")
def index() -> Response:
    company, before = company_or_404(), paging.requested_id()
    rows = listing.pending_invitations(company, before=before, limit=PAGE_SIZE + 1)
    page = paging.paginate(rows, PAGE_SIZE, lambda one: (one.id, one.id))
    more = url_for(".index", pagina=page.next) if page.next else None
    template = "companies/_invitations.html" if is_htmx() else "companies/invitations.html"
    return make_response(
        render_template(
            template,
            invitations=page.rows,
            more_url=more,
            tabs=tabs.administrator_tabs(company),
            is_expired=_is_expired,
            first=before is None,
        )
    )


@bp.get("/novo")
def new() -> str:
    return render_template("companies/invite.html", form=InviteForm())


@bp.post("/novo")
def create() -> Response:
    form = InviteForm()
    if not form.validate():
        return _show_form(form)
    new = NewInvitation(name=form.name.data or "", email=form.email.data or "", permissions=form.permissions())
    try:
        inviting.invite(company_or_404(), new, by=me())
    except (AlreadyInvited, AlreadyAMember, TooManyInvitationEmails) as refusal:
        db.session.rollback()
        form.email.errors = [refusals.message_of(refusal)]
        return _show_form(form, refusal.status)
    db.session.commit()
    flash(gettext("Convite enviado a %(email)s. O link vale por 48 horas.", email=new.email))
    return see_other(url_for(".new" if request.form.get("another") else ".index"))


@bp.post("/<int:number>/reenviar")
def send_again(number: int) -> Response:
    invitation = invitation_or_404(number)
    inviting.resend(invitation, company=company_or_404(), by=me())
    db.session.commit()
    flash(gettext("Novo link enviado a %(email)s. O anterior não vale mais.", email=invitation.email))
    return see_other(url_for(".index"))


@bp.post("/<int:number>/revogar")
def destroy(number: int) -> Response:
    invitation = invitation_or_404(number)
    inviting.revoke(invitation, company=company_or_404(), by=me())
    db.session.commit()
    flash(gettext("Convite a %(email)s revogado.", email=invitation.email))
    return see_other(url_for(".index"))


def _show_form(form: InviteForm, status: int = 422) -> Response:
    return make_response(render_template("companies/invite.html", form=form), status)


def _is_expired(invitation: Invitation) -> bool:
    """Return whether the link of the last email has expired."""
    return invitation.sent_at + inviting.LINK_LIFETIME < clock.now()
