"""Show a stored form to its owner, to be sent again or discarded."""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from ideas.db import db
from ideas.drafts import storing
from ideas.drafts.routes import pending_forms
from ideas.drafts.routes.written_fields import written_fields
from ideas.web.addresses import local_path
from ideas.web.person import me
from ideas.web.responses import see_other

bp = Blueprint("drafts", __name__, url_prefix="/continuar")


@bp.get("")
def show() -> Response | str:
    onward = local_path(request.args.get("next", "/"))
    form = storing.find(pending_forms.cookie_token() or "", me().id)
    if form is None:
        return redirect(onward, code=303)
    return render_template(
        "drafts/show.html",
        form=form,
        written=written_fields(form.fields),
        onward=onward,
        resent_field=pending_forms.RESENT_FIELD,
    )


@bp.post("/descartar")
def destroy() -> Response:
    storing.discard(pending_forms.cookie_token() or "", me().id)
    db.session.commit()
    return pending_forms.clear_cookie(see_other(local_path(request.form.get("next", "/"))))


@bp.after_app_request
def clear_cookie_after_resending(answer: Response) -> Response:
    """Clear the cookie when the stored form was sent again and accepted."""
    if request.method == "POST" and answer.status_code < 400 and pending_forms.RESENT_FIELD in request.form:
        return pending_forms.clear_cookie(answer)
    return answer
