"""The registries (docs/architecture.md): what features above register with those below."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask

from ideas.accounts import documents, identifying, naming, password_rules, profiles
from ideas.accounts import emails as account_emails
from ideas.accounts.documents import KeyRing
from ideas.board import events as board_events
from ideas.board import past_targets
from ideas.board.merging import events
from ideas.board.routes import followings, pain_points
from ideas.board.voting import events as vote_events
from ideas.comments import events as comment_events
from ideas.comments.routes import slot as conversation
from ideas.companies import batch_events, leaving, requesting
from ideas.companies import emails as company_emails
from ideas.companies import events as company_events
from ideas.companies.routes import identity
from ideas.config import Settings
from ideas.errors import N_
from ideas.files import storing
from ideas.moderation import events as moderation_events
from ideas.moderation.routes import panels as moderation_panels
from ideas.notifications import by_email, in_app, reading
from ideas.notifications.routes import bell
from ideas.outbox import composing
from ideas.outbox.composing import MailSettings
from ideas.releases import panels as release_panels
from ideas.releases import publishing
from ideas.tickets import events as ticket_events
from ideas.tickets import participating
from ideas.tickets.routes import panels as ticket_panels
from ideas.web import panels, preferences


def register(app: Flask) -> None:
    """Fill every registry, from the lowest feature to the highest."""
    settings: Settings = app.extensions["settings"]
    storing.configure(settings.instance_path / "files")
    identifying.configure(KeyRing.parse(settings.cpf_key), settings.secret_key)
    identity.identify(app)
    composing.configure(MailSettings(settings, _url_builder(app, settings), documents.mask_cpfs))
    preferences.save_language_with(profiles.set_language)
    password_rules.configure(settings.portal_name, settings.portal_vendor)
    naming.configure(settings.portal_name, settings.portal_vendor)
    account_emails.register()
    in_app.register()
    by_email.register()
    board_events.register()
    vote_events.register()
    events.register()
    comment_events.register()
    company_events.register()
    company_emails.register()
    batch_events.register()
    moderation_events.register()
    reading.register_visibility("idea", board_events.visible_among)
    reading.register_visibility("merge", events.visible_among)
    reading.register_visibility("comment", comment_events.visible_among)
    reading.register_visibility("company", company_events.visible_among)
    reading.register_visibility("access_request", requesting.decidable_among)
    ticket_events.register()
    reading.register_visibility("ticket", ticket_events.visible_among)
    reading.register_visibility("ticket_note", ticket_events.notes_visible_among)
    past_targets.register(publishing.is_answered_by)
    panels.add("idea.timeline", conversation.load, "comments/_conversation.html")
    panels.add("idea.aside", pain_points.panel, "board/_pain_points_panel.html")
    panels.add("notifications.preferences", followings.defaults, "board/_follow_defaults.html")
    panels.add("idea.aside", release_panels.of_idea, "releases/_idea_panel.html")
    panels.add("idea.aside", ticket_panels.of_idea, "tickets/_idea_panel.html")
    leaving.register_obligation(
        "tickets", participating.open_ticket_count, participating.transfer_all, label=N_("Chamados em aberto")
    )
    panels.add("shell.suspended", moderation_panels.of_suspended, "moderation/_suspended.html")
    panels.add("ticket.suggestions", release_panels.like, "releases/_suggested.html")
    panels.add("board.aside", release_panels.of_board, "releases/_board_panel.html", shared=True)
    app.context_processor(bell.provide_unread_count)


def _url_builder(app: Flask, settings: Settings) -> Callable[[str, Mapping[str, Any]], str]:
    """Return the function that builds absolute URLs for emails. They start with PORTAL_URL, not a request's Host."""
    public = urlsplit(settings.portal_url)
    routes = app.url_map.bind(public.netloc, url_scheme=public.scheme)

    def build_url(endpoint: str, values: Mapping[str, Any]) -> str:
        anchor = f"#{quote(values['_anchor'])}" if "_anchor" in values else ""
        query = {name: value for name, value in values.items() if name != "_anchor"}
        return routes.build(endpoint, query, force_external=True) + anchor

    return build_url
