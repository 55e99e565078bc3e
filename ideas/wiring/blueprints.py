"""Every feature's blueprints, and the endpoints that accept uploads."""

from flask import Flask

from ideas.accounts.routes import devices, email_changes, password_changes, photos, profile, resets, sessions
from ideas.board import feeds
from ideas.board.routes import (
    answers,
    followings,
    follows,
    importance,
    merges,
    objections,
    orders,
    pain_points,
    proxies,
    supporters,
    votes,
)
from ideas.board.routes import ideas as idea_pages
from ideas.comments import feeds as idea_feeds
from ideas.comments.routes import comments
from ideas.companies.routes import (
    access_requests,
    active_company,
    first_access,
    invitation_batches,
    invitations,
    members,
    newcomers,
    registrations,
)
from ideas.companies.routes import company as company_pages
from ideas.conduct.routes import consent
from ideas.conduct.routes import pages as conduct_pages
from ideas.drafts.routes import drafts as draft_routes
from ideas.files import accepting
from ideas.imports import routes
from ideas.moderation.routes import batches, bursts, cases, decisions, queue, reports
from ideas.notifications.routes import mail_choices, notifications, unsubscribing
from ideas.operations.routes import companies as panel_companies
from ideas.operations.routes import log, modules, panel, products
from ideas.operations.routes import people as panel_people
from ideas.outbox import routes as mailbox
from ideas.pages.routes import mine, sitemap
from ideas.releases.routes import releases, roadmap
from ideas.tickets.routes import assignments as ticket_assignments
from ideas.tickets.routes import attached_files as ticket_attached_files
from ideas.tickets.routes import attachments as ticket_files
from ideas.tickets.routes import conversation as ticket_conversation
from ideas.tickets.routes import conversions as ticket_conversions
from ideas.tickets.routes import people as ticket_people
from ideas.tickets.routes import queues as ticket_queues
from ideas.tickets.routes import states as ticket_states
from ideas.tickets.routes import tickets
from ideas.triage.routes import batches as triage_batches
from ideas.triage.routes import inbox as triage_inbox
from ideas.triage.routes import items as triage_items
from ideas.web import uploads

#: In the order of registration, from the lowest feature to the highest.
BLUEPRINTS = (
    resets.bp, password_changes.bp, email_changes.bp, profile.bp, photos.bp, devices.bp, routes.bp, mailbox.bp,
    mailbox.queued_emails, mailbox.overdue_events, mail_choices.bp, unsubscribing.bp, draft_routes.bp, sessions.bp,
    active_company.bp, conduct_pages.bp, company_pages.bp, members.bp, invitations.bp, access_requests.bp,
    registrations.bp, first_access.bp, newcomers.bp, invitation_batches.bp, votes.bp, importance.bp, proxies.bp,
    supporters.bp, pain_points.bp, idea_pages.bp, follows.bp, answers.bp, comments.bp, notifications.bp,
    followings.bp, merges.bp, objections.bp, orders.bp, feeds.bp, idea_feeds.bp, mine.bp, sitemap.bp, releases.bp,
    roadmap.bp, panel.bp, products.bp, modules.bp, panel_companies.bp, panel_people.bp, log.bp, tickets.bp,
    ticket_conversation.bp, ticket_states.bp, ticket_people.bp, ticket_assignments.bp, reports.bp, queue.bp,
    cases.bp, bursts.bp, batches.bp, decisions.bp, triage_inbox.bp, triage_items.bp, triage_batches.bp,
    ticket_files.bp, ticket_conversions.bp, ticket_queues.bp,
)  # fmt: skip


def register(app: Flask) -> None:
    """Register the blueprints, and the upload limits of endpoints."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    uploads.allow("profile.create_photo", accepting.PORTRAIT.max_bytes)
    uploads.allow("imports.create", routes.UPLOAD_RULE.max_bytes)
    uploads.allow("invitation_batches.create", accepting.SHEET.max_bytes)
    for endpoint in ("tickets.create", *(f"ticket_conversation.{action}" for action in ("reply", "note", "follow_up"))):
        uploads.allow(endpoint, ticket_attached_files.MAX_BYTES)
    consent.register(app)
