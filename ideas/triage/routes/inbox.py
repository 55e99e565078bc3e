"""/triagem: the inbox, with one idea beside the list."""

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from ideas.board.answer_form import form_for
from ideas.board.models import Idea, Status
from ideas.board.routes.scope import LOADED
from ideas.db import db
from ideas.products.models import Product
from ideas.triage import inbox, noting, owners, tagging
from ideas.triage.forms import OwnerForm, TagsForm, TriageNoteForm, inbox_filters
from ideas.triage.inbox import InboxCursor, InboxFilters, InboxOrder, InboxTab
from ideas.web import paging, parsing
from ideas.web.paging import InvalidCursor
from ideas.web.person import me, requester

bp = Blueprint("triage", __name__, url_prefix="/triagem")


@bp.get("")
def index() -> Response:
    return page()


def idea_or_404(number: int) -> Idea:
    """The idea with all that its page shows; 404 if it does not belong to the manager's products."""
    query = Idea.visible_to(me()).where(Idea.id == number, Idea.product_id.in_(requester().managed))
    loaded = (*LOADED, joinedload(Idea.module), joinedload(Idea.author), joinedload(Idea.company))
    idea: Idea | None = db.session.scalar(query.options(*loaded))
    return idea or abort(404)


def page(idea: Idea | None = None, *, status: int = 200, **forms: Any) -> Response:
    """The inbox, with that idea beside it; by default the one in the query string, or the first."""
    filters = inbox_filters(request.args, products=requester().managed, manager=me())
    found = paging.paginate(
        inbox.rows(filters, _cursor(filters)), inbox.PAGE_SIZE, lambda row: inbox.cursor_of(row, filters.order)
    )
    idea_id = request.args.get("ideia", "")
    if idea is None and idea_id.isdecimal():
        idea = idea_or_404(parsing.row_id(idea_id) or abort(404))
    chosen = idea is not None
    if idea is None and found.rows:
        idea = found.rows[0].idea
    shown = render_template(
        "triage/index.html",
        rows=found.rows,
        next=found.next,
        filters=filters,
        tabs=InboxTab,
        orders=InboxOrder,
        chosen=chosen,
        idea=idea,
        waiting=inbox.unanswered_count(filters),
        query=_query(),
        **_filters(),
        **(_detail(idea, found.rows, forms) if idea else {"tags": {}}),
    )
    return make_response(shown, status)


def _detail(idea: Idea, rows: Any, forms: dict[str, Any]) -> dict[str, Any]:
    """The context of the idea beside the list: its forms, tags and notes."""
    tags = tagging.tags_among([idea.id, *(row.idea.id for row in rows)])
    owner = next((row.owner for row in rows if row.idea.id == idea.id), None) or owners.owner_of(idea)
    return {
        "tags": tags,
        "owner": owner,
        "notes": noting.notes_of(idea),
        "form": forms.get("form") or form_for(idea),
        "owner_form": forms.get("owner_form") or owner_form(idea, owner.id if owner else None),
        "tags_form": forms.get("tags_form") or TagsForm(formdata=None, tags=", ".join(tags.get(idea.id, []))),
        "note_form": forms.get("note_form") or TriageNoteForm(formdata=None),
        "suggestions": tagging.suggestions(),
    }


def owner_form(idea: Idea, owner_id: int | None = None, *, sent: Any = None) -> OwnerForm:
    """The form of the idea's owner."""
    form = OwnerForm(sent, owner=str(owner_id or ""))
    form.offer(owners.managers_of(idea.product_id))
    return form


def _filters() -> dict[str, Any]:
    """The choices of the filters: the manager's products with their modules, and the statuses."""
    products = select(Product).where(Product.id.in_(requester().managed)).order_by(Product.position, Product.id)
    return {
        "products": db.session.scalars(products.options(joinedload(Product.modules))).unique().all(),
        "statuses": db.session.scalars(select(Status).order_by(Status.position)).all(),
    }


def _cursor(filters: InboxFilters) -> InboxCursor | None:
    """The cursor of this page; raises BadCursor if it belongs to another order."""
    cursor = paging.requested_cursor()
    if cursor is None:
        return None
    value, number = cursor
    if isinstance(value, float) or isinstance(value, datetime) == (filters.order is InboxOrder.MOST_VOTED):
        raise InvalidCursor(str(cursor))
    return value, number


def _query() -> dict[str, list[str]]:
    """The query string, so that every form returns to the same list."""
    return {key: request.args.getlist(key) for key in request.args}
