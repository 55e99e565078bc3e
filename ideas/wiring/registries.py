"""The registries (docs/architecture.md): what features above give to those below, and who hears of what."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask

from ideas.accounts import choosing, describing, documents, identifying, naming
from ideas.accounts import telling as account_telling
from ideas.accounts.documents import KeyRing
from ideas.board import merge_telling, vote_telling
from ideas.board import telling as board_telling
from ideas.board.routes import (
    followings,
    lines,
)
from ideas.comments import telling as comment_telling
from ideas.comments.routes import slot as conversation
from ideas.companies import batch_telling, leaving, requesting
from ideas.companies import letters as company_letters
from ideas.companies import telling as company_telling
from ideas.companies.routes import (
    identity,
)
from ideas.config import Settings
from ideas.errors import N_
from ideas.files import storing
from ideas.moderation import telling as moderation_telling
from ideas.moderation.routes import panels as moderation_panels
from ideas.notifications import by_mail, in_app
from ideas.notifications import reading as notices
from ideas.notifications.routes import bell
from ideas.outbox import composing
from ideas.outbox.composing import Desk
from ideas.releases import panels as release_panels
from ideas.tickets import participating
from ideas.tickets import telling as ticket_telling
from ideas.tickets.routes import panels as ticket_panels
from ideas.web import (
    panels,
    preferences,
)


def fill(app: Flask) -> None:
    """Tell every registry what there is, from the ground up."""
    settings: Settings = app.extensions["settings"]
    storing.use(settings.instance_path / "files")
    identifying.use(KeyRing.parse(settings.cpf_key), settings.secret_key)
    identity.identify(app)
    composing.use(Desk(settings, _whole_address(app, settings), documents.mask_cpfs))
    preferences.language_kept_by(describing.speak)
    choosing.use(settings.portal_name, settings.portal_vendor)
    naming.use(settings.portal_name, settings.portal_vendor)
    account_telling.register()
    in_app.register()
    by_mail.register()
    board_telling.register()
    vote_telling.register()
    merge_telling.register()
    comment_telling.register()
    company_telling.register()
    company_letters.register()
    batch_telling.register()
    moderation_telling.register()
    notices.judge("idea", board_telling.visible_among)
    notices.judge("merge", merge_telling.visible_among)
    notices.judge("comment", comment_telling.visible_among)
    notices.judge("company", company_telling.told_among)
    notices.judge("access_request", requesting.decidable_among)
    ticket_telling.register()
    notices.judge("ticket", ticket_telling.visible_among)
    notices.judge("ticket_note", ticket_telling.noted_among)
    panels.add("idea.timeline", conversation.load, "comments/_conversation.html")
    panels.add("idea.aside", lines.panel, "board/_lines_panel.html")
    panels.add("notifications.preferences", followings.defaults, "board/_follow_defaults.html")
    panels.add("idea.aside", release_panels.of_idea, "releases/_idea_panel.html")
    panels.add("idea.aside", ticket_panels.of_idea, "tickets/_idea_panel.html")
    leaving.obligation("tickets", participating.owed_by, participating.take_over, label=N_("Chamados em aberto"))
    panels.add("shell.suspended", moderation_panels.of_suspended, "moderation/_suspended.html")
    panels.add("ticket.suggestions", release_panels.like, "releases/_suggested.html")
    panels.add("board.aside", release_panels.of_board, "releases/_board_panel.html", shared=True)
    app.context_processor(bell.count)


def _whole_address(app: Flask, settings: Settings) -> Callable[[str, Mapping[str, Any]], str]:
    """How letters make links: to PORTAL_URL, whatever any request's Host said."""
    public = urlsplit(settings.portal_url)
    routes = app.url_map.bind(public.netloc, url_scheme=public.scheme)

    def address(endpoint: str, values: Mapping[str, Any]) -> str:
        anchor = f"#{quote(values['_anchor'])}" if "_anchor" in values else ""
        query = {name: value for name, value in values.items() if name != "_anchor"}
        return routes.build(endpoint, query, force_external=True) + anchor

    return address
