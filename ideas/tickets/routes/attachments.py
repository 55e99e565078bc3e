"""/chamados/<code>/arquivos/<id>: a file, with the rights of its ticket or of a follow-up."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from ideas.tickets import attaching, roles, thread
from ideas.tickets.routes.scope import ticket_or_404
from ideas.web import downloads
from ideas.web.person import me

bp = Blueprint("ticket_files", __name__, url_prefix="/chamados/<code>/arquivos")


@bp.get("/<int:number>")
def show(code: str, number: int) -> Response:
    ticket = ticket_or_404(code)
    chain = [one.id for one in thread.chain_of(ticket)]
    file = attaching.file_of(chain, number, notes=roles.roles_of(me(), ticket).is_analyst)
    return downloads.send(file) if file is not None else abort(404)
