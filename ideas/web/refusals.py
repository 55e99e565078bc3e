"""Error responses: a page for browsers, a fragment for htmx, and a log line.

The page of a refused form holds what the person wrote in it, to be sent again.
"""

from collections.abc import Callable
from datetime import date

import structlog
from flask import Flask, current_app, g, make_response, render_template, request
from flask_babel import format_date, gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.wrappers import Response

from ideas.db import db, is_unavailable
from ideas.errors import N_, Refused
from ideas.web.paging import InvalidCursor
from ideas.web.person import requester
from ideas.web.responses import is_htmx

log = structlog.get_logger()

#: status -> (title, explanation)
MESSAGES = {
    400: (N_("Pedido incompleto"), N_("O portal não entendeu este pedido. Volte, confira os campos e tente de novo.")),
    401: (N_("É preciso entrar"), N_("Entre com sua conta para continuar.")),
    403: (N_("Sem permissão"), N_("Sua conta não tem permissão para isto. Se deveria ter, fale com o administrador.")),
    404: (N_("Não encontramos esta página"), N_("O endereço mudou ou o conteúdo saiu do ar. Tente a busca.")),
    405: (N_("Isto não se faz por aqui"), N_("Este endereço não aceita esse tipo de pedido. Volte e use o botão.")),
    409: (N_("Não foi possível agora"), N_("Algo mudou enquanto você fazia isto. Recarregue e tente de novo.")),
    413: (N_("Grande demais"), N_("O que foi enviado passa do limite. Diminua e tente de novo.")),
    415: (N_("Formato não aceito"), N_("O portal não aceita este formato. Use o formulário da página.")),
    422: (N_("Confira os campos"), N_("Alguns campos precisam de correção.")),
    429: (N_("Muitas tentativas"), N_("Foram pedidos demais em pouco tempo. Espere um pouco e tente de novo.")),
    500: (N_("Algo falhou do nosso lado"), N_("O erro foi registrado. Tente de novo em instantes.")),
    503: (N_("Voltamos já"), N_("O portal está ocupado ou em manutenção. Tente de novo em instantes.")),
}  # fmt: skip


def install(app: Flask, *, returned_form: Callable[[], object | None]) -> None:
    """Register the error handlers. `returned_form` returns the words of a refused form, or None."""
    app.extensions["returned_form"] = returned_form
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(InvalidCursor, lambda _: _page(404))
    app.register_error_handler(IntegrityError, _lost_race)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def message_of(refusal: Refused) -> str:
    """Return the refusal's message in the reader's language, with its dates formatted."""
    facts = {key: format_date(fact, "long") if isinstance(fact, date) else fact for key, fact in refusal.facts.items()}
    return str(gettext(refusal.message, **facts))


def _refused(refusal: Refused) -> Response:
    db.session.rollback()
    log.info("portal:person:refused", refusal=type(refusal).__name__)
    return _page(refusal.status, message_of(refusal))


def _stale_form(fault: CSRFError) -> Response:
    db.session.rollback()
    log.info("portal:request:csrf_refused", reason=str(fault.description))
    form = _returned_form()
    sentence = _stale_form_sentence(has_words=form is not None)
    if form is None or not is_htmx():
        return _page(400, sentence)
    # The token in the page is stale, so its own button would be refused again.
    dialog = render_template("errors/_returned_dialog.html", sentence=sentence, returned=form)
    headers = {"HX-Retarget": "#dialog", "HX-Reswap": "innerHTML", "Cache-Control": "no-store"}
    return make_response(dialog, 400, headers)


def _stale_form_sentence(*, has_words: bool) -> str:
    if not request.cookies:
        return str(
            gettext("O navegador não enviou o cookie do portal. Permita cookies para este site e tente de novo.")
        )
    if request.endpoint == "sessions.create" and requester().person is not None:
        return str(gettext("Você já entrou em outra aba. Abra a página inicial para continuar."))
    if has_words:
        return str(gettext("Este formulário expirou. Confira o que você escreveu e envie de novo."))
    return str(gettext("Este formulário expirou. Recarregue a página e envie de novo."))


def _returned_form() -> object | None:
    find: Callable[[], object | None] = current_app.extensions["returned_form"]
    return None if g.get("flooded") else find()


def _lost_race(fault: IntegrityError) -> Response:
    """Answer 409: a unique key stopped a concurrent write."""
    db.session.rollback()
    log.warning("portal:database:refused", fault=type(fault.orig).__name__)
    return _page(409)


def _unavailable(fault: OperationalError) -> Response:
    """Answer 503 if the database is busy or unreachable, and 500 for an invalid statement."""
    if not is_unavailable(fault):
        return _unexpected(fault)
    db.session.rollback()
    log.error("portal:database:unavailable", fault=type(fault.orig).__name__)
    response = _page(503)
    response.headers["Retry-After"] = "5"
    return response


def _http(fault: HTTPException) -> Response:
    db.session.rollback()
    if fault.code is None or fault.code < 400:
        return fault.get_response()
    if fault.code == 429:
        log.warning("portal:request:flooded", endpoint=request.endpoint)
    response = _page(fault.code)
    for name, value in fault.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _unexpected(fault: Exception) -> Response:
    db.session.rollback()
    log.exception("portal:request:failed")
    return _page(InternalServerError.code)


def _page(status: int, message: str | None = None) -> Response:
    title, default = MESSAGES.get(status, MESSAGES[500 if status >= 500 else 400])
    message = message or gettext(default)
    if is_htmx():
        response = make_response(render_template("errors/_refusal.html", sentence=message), status)
        # Show it as a toast instead of replacing the button, so that the button can be pressed again.
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#toasts", "beforeend"
        return response
    returned = _returned_form()
    page = render_template(
        "errors/error.html",
        status=status,
        title=gettext(title),
        sentence=message,
        request_id=g.get("request_id", ""),
        returned=returned,
    )
    response = make_response(page, status)
    if returned is not None:
        response.headers["Cache-Control"] = "no-store"
    return response
