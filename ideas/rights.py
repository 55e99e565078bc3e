"""Who may use which route: one table, checked before every view by ideas/web/gate.py.

`bin/portal rights > docs/rights.md` prints it route by route.

Access to objects is checked elsewhere: by `Model.visible_to(person)` when a row is loaded and by `row.…_by(person)`
on the row. There is no third place.
"""

from collections.abc import Set
from enum import StrEnum
from typing import Protocol


class Who(StrEnum):
    """The groups of people that routes are declared for."""

    #: Anyone, also with PORTAL_READING=members.
    ANYONE = "anyone"
    #: Signed-in people, and visitors unless PORTAL_READING=members.
    READERS = "readers"
    SIGNED_IN = "signed_in"
    #: The administrator of the active company.
    ADMINISTRATORS = "administrator"
    #: Anyone with a staff role.
    STAFF = "staff"
    PRODUCT_MANAGERS = "product_manager"
    MODERATORS = "moderator"
    ANALYSTS = "analyst"
    #: Product managers and moderators: they may merge ideas.
    CURATORS = "curator"
    OPERATORS = "operator"
    #: Anyone, unless PORTAL_ENV=production.
    DEVELOPERS = "developers"
    #: Operators; anyone with PORTAL_ENV=development.
    OPERATORS_OR_DEVELOPERS = "operators_or_developers"


class RightsHolder(Protocol):
    """The rights of a signed-in person."""

    @property
    def roles(self) -> Set[str]: ...

    @property
    def administers(self) -> bool: ...


def is_open(who: Who, *, env: str, reading: str) -> bool:
    """Return whether anyone may use the route, signed in or not. `env` is PORTAL_ENV, `reading` is PORTAL_READING."""
    if who is Who.DEVELOPERS:
        return env != "production"
    if who is Who.OPERATORS_OR_DEVELOPERS:
        return env == "development"
    return who is Who.ANYONE or (who is Who.READERS and reading == "public")


def allows(who: Who, requester: RightsHolder) -> bool:
    """Return whether a signed-in person may use a route that is not open to everyone."""
    match who:
        case Who.READERS | Who.SIGNED_IN:
            return True
        case Who.ADMINISTRATORS:
            return requester.administers
        case Who.STAFF:
            return bool(requester.roles)
        case Who.CURATORS:
            return not {"product_manager", "moderator"}.isdisjoint(requester.roles)
        case Who.OPERATORS_OR_DEVELOPERS:
            return Who.OPERATORS in requester.roles
        case _:
            return who in requester.roles


#: Routes that ask for a fresh password: they hand over a company, or change what people may do.
FRESH_PASSWORD = frozenset(
    {
        "members.hand_over",
        "members.destroy",
        "newcomers.approve",
        "newcomers.refuse",
        "imports.run",
        "panel_companies.create",
        "panel_companies.update",
        "panel_companies.block",
        "panel_companies.unblock",
        "panel_companies.close",
        "panel_companies.reopen",
        "panel_companies.name_administrator",
        "panel_companies.invite_administrator",
        "panel_companies.send_again",
        "panel_companies.withdraw",
        "panel_people.assign",
        "panel_people.suspend",
        "panel_people.restore",
        "panel_people.lock",
        "panel_people.unlock",
        "panel_people.send_reset",
    }
)

#: endpoint -> who. A route missing here, or an entry without a route, fails the build.
ROUTES: dict[str, Who] = {
    "health.alive": Who.ANYONE,
    "health.ready": Who.ANYONE,
    "site.favicon": Who.ANYONE,
    "site.robots": Who.ANYONE,
    "sitemap.index": Who.ANYONE,
    "preferences.update": Who.ANYONE,
    "sessions.new": Who.ANYONE,
    "sessions.create": Who.ANYONE,
    "sessions.destroy": Who.SIGNED_IN,
    "resets.new": Who.ANYONE,
    "resets.create": Who.ANYONE,
    "resets.sent": Who.ANYONE,
    "resets.edit": Who.ANYONE,
    "resets.update": Who.ANYONE,
    "password_changes.edit": Who.SIGNED_IN,
    "password_changes.update": Who.SIGNED_IN,
    "email_changes.new": Who.SIGNED_IN,
    "email_changes.create": Who.SIGNED_IN,
    "email_changes.edit": Who.ANYONE,
    "email_changes.update": Who.ANYONE,
    "profile.edit": Who.SIGNED_IN,
    "profile.update": Who.SIGNED_IN,
    "profile.create_photo": Who.SIGNED_IN,
    "profile.destroy_photo": Who.SIGNED_IN,
    "photos.show": Who.SIGNED_IN,
    "devices.index": Who.SIGNED_IN,
    "devices.destroy": Who.SIGNED_IN,
    "devices.destroy_others": Who.SIGNED_IN,
    "active_company.update": Who.SIGNED_IN,
    "company.show": Who.SIGNED_IN,
    "members.index": Who.ADMINISTRATORS,
    "members.show": Who.ADMINISTRATORS,
    "members.update": Who.ADMINISTRATORS,
    "members.confirm_removal": Who.ADMINISTRATORS,
    "members.destroy": Who.ADMINISTRATORS,
    "members.confirm_handing_over": Who.ADMINISTRATORS,
    "members.hand_over": Who.ADMINISTRATORS,
    "invitation_batches.index": Who.ADMINISTRATORS,
    "invitation_batches.create": Who.ADMINISTRATORS,
    "invitation_batches.show": Who.ADMINISTRATORS,
    "invitation_batches.progress": Who.ADMINISTRATORS,
    "invitation_batches.confirm": Who.ADMINISTRATORS,
    "invitation_batches.template": Who.ADMINISTRATORS,
    "invitation_batches.report": Who.ADMINISTRATORS,
    "invitations.index": Who.ADMINISTRATORS,
    "invitations.new": Who.ADMINISTRATORS,
    "invitations.create": Who.ADMINISTRATORS,
    "invitations.send_again": Who.ADMINISTRATORS,
    "invitations.destroy": Who.ADMINISTRATORS,
    "access_requests.index": Who.ADMINISTRATORS,
    "access_requests.show": Who.ADMINISTRATORS,
    "access_requests.approve": Who.ADMINISTRATORS,
    "access_requests.refuse": Who.ADMINISTRATORS,
    "newcomers.index": Who.OPERATORS,
    "newcomers.show": Who.OPERATORS,
    "newcomers.approve": Who.OPERATORS,
    "newcomers.refuse": Who.OPERATORS,
    "first_access.new": Who.ANYONE,
    "first_access.create": Who.ANYONE,
    "registrations.new": Who.ANYONE,
    "registrations.create": Who.ANYONE,
    "registrations.show": Who.ANYONE,
    "drafts.show": Who.SIGNED_IN,
    "drafts.destroy": Who.SIGNED_IN,
    "conduct.show": Who.ANYONE,
    "conduct.version": Who.ANYONE,
    "ideas.index": Who.READERS,
    "ideas.show": Who.READERS,
    "ideas.short": Who.READERS,
    "ideas.new": Who.SIGNED_IN,
    "ideas.create": Who.SIGNED_IN,
    "ideas.similar": Who.SIGNED_IN,
    "votes.create": Who.SIGNED_IN,
    "votes.destroy": Who.SIGNED_IN,
    "importance.update": Who.SIGNED_IN,
    "proxies.new": Who.STAFF,
    "proxies.create": Who.STAFF,
    "supporters.index": Who.STAFF,
    "supporters.export": Who.STAFF,
    "pain_points.index": Who.SIGNED_IN,
    "follows.update": Who.SIGNED_IN,
    "followings.update": Who.SIGNED_IN,
    "followings.destroy": Who.SIGNED_IN,
    "orders.index": Who.READERS,
    "orders.show": Who.READERS,
    "merges.index": Who.READERS,
    "merges.select": Who.CURATORS,
    "merges.new": Who.CURATORS,
    "merges.create": Who.CURATORS,
    "merges.destroy": Who.CURATORS,
    "objections.create": Who.SIGNED_IN,
    "answers.create": Who.PRODUCT_MANAGERS,
    "feeds.index": Who.READERS,
    "idea_feeds.show": Who.READERS,
    "comments.index": Who.READERS,
    "comments.create": Who.SIGNED_IN,
    "notifications.index": Who.SIGNED_IN,
    "notifications.show": Who.SIGNED_IN,
    "notifications.update": Who.SIGNED_IN,
    "mail_choices.edit": Who.SIGNED_IN,
    "mail_choices.update": Who.SIGNED_IN,
    "unsubscribing.show": Who.ANYONE,
    "unsubscribing.update": Who.ANYONE,
    "roadmap.index": Who.READERS,
    "releases.index": Who.READERS,
    "releases.product": Who.READERS,
    "releases.show": Who.READERS,
    "mine.index": Who.SIGNED_IN,
    "tickets.index": Who.SIGNED_IN,
    "tickets.new": Who.SIGNED_IN,
    "tickets.create": Who.SIGNED_IN,
    "tickets.suggestions": Who.SIGNED_IN,
    "tickets.show": Who.SIGNED_IN,
    "ticket_conversions.new": Who.ANALYSTS,
    "ticket_conversions.create": Who.ANALYSTS,
    "ticket_conversions.vote": Who.ANALYSTS,
    "queues.index": Who.OPERATORS,
    "queues.edit": Who.OPERATORS,
    "queues.update": Who.OPERATORS,
    "ticket_files.show": Who.SIGNED_IN,
    "ticket_conversation.reply": Who.SIGNED_IN,
    "ticket_conversation.note": Who.ANALYSTS,
    "ticket_conversation.follow_up": Who.SIGNED_IN,
    "ticket_states.update": Who.SIGNED_IN,
    "ticket_assignments.update": Who.ANALYSTS,
    "ticket_people.index": Who.SIGNED_IN,
    "ticket_people.create": Who.SIGNED_IN,
    "ticket_people.destroy": Who.SIGNED_IN,
    "ticket_people.transfer": Who.SIGNED_IN,
    "triage.index": Who.PRODUCT_MANAGERS,
    "triage_items.answer": Who.PRODUCT_MANAGERS,
    "triage_items.own": Who.PRODUCT_MANAGERS,
    "triage_items.tag": Who.PRODUCT_MANAGERS,
    "triage_items.note": Who.PRODUCT_MANAGERS,
    "triage_batches.create": Who.PRODUCT_MANAGERS,
    "triage_batches.show": Who.PRODUCT_MANAGERS,
    "triage_batches.destroy": Who.PRODUCT_MANAGERS,
    "reports.index": Who.SIGNED_IN,
    "reports.new": Who.SIGNED_IN,
    "reports.create": Who.SIGNED_IN,
    "decisions.show": Who.SIGNED_IN,
    "decisions.appeal": Who.SIGNED_IN,
    "moderation.index": Who.MODERATORS,
    "moderation.appeals": Who.MODERATORS,
    "moderation.decided": Who.MODERATORS,
    "cases.show": Who.MODERATORS,
    "cases.claim": Who.MODERATORS,
    "cases.give_back": Who.MODERATORS,
    "cases.decide": Who.MODERATORS,
    "cases.answer": Who.MODERATORS,
    "bursts.index": Who.MODERATORS,
    "bursts.update": Who.MODERATORS,
    "batches.index": Who.MODERATORS,
    "batches.create": Who.MODERATORS,
    "batches.show": Who.MODERATORS,
    "batches.destroy": Who.MODERATORS,
    "components.index": Who.DEVELOPERS,
    "imports.index": Who.OPERATORS,
    "imports.create": Who.OPERATORS,
    "imports.template": Who.OPERATORS,
    "imports.show": Who.OPERATORS,
    "imports.check": Who.OPERATORS,
    "imports.run": Who.OPERATORS,
    "imports.stop": Who.OPERATORS,
    "imports.report": Who.OPERATORS,
    "panel.index": Who.OPERATORS,
    "products.index": Who.OPERATORS,
    "products.create": Who.OPERATORS,
    "products.show": Who.OPERATORS,
    "products.update": Who.OPERATORS,
    "products.end": Who.OPERATORS,
    "products.take_up": Who.OPERATORS,
    "modules.create": Who.OPERATORS,
    "modules.show": Who.OPERATORS,
    "modules.update": Who.OPERATORS,
    "modules.end": Who.OPERATORS,
    "modules.take_up": Who.OPERATORS,
    # Emails that were written to a folder, because no mail server is configured.
    "mailbox.index": Who.OPERATORS_OR_DEVELOPERS,
    "mailbox.show": Who.OPERATORS_OR_DEVELOPERS,
    "mailbox.page": Who.OPERATORS_OR_DEVELOPERS,
    "queued_emails.retry_email": Who.OPERATORS,
    "overdue_events.retry_event": Who.OPERATORS,
    "panel_companies.index": Who.OPERATORS,
    "panel_companies.new": Who.OPERATORS,
    "panel_companies.create": Who.OPERATORS,
    "panel_companies.show": Who.OPERATORS,
    "panel_companies.update": Who.OPERATORS,
    "panel_companies.block": Who.OPERATORS,
    "panel_companies.unblock": Who.OPERATORS,
    "panel_companies.close": Who.OPERATORS,
    "panel_companies.reopen": Who.OPERATORS,
    "panel_companies.name_administrator": Who.OPERATORS,
    "panel_companies.invite_administrator": Who.OPERATORS,
    "panel_companies.send_again": Who.OPERATORS,
    "panel_companies.withdraw": Who.OPERATORS,
    "panel_people.index": Who.OPERATORS,
    "panel_people.find": Who.OPERATORS,
    "panel_people.show": Who.OPERATORS,
    "panel_people.assign": Who.OPERATORS,
    "panel_people.suspend": Who.OPERATORS,
    "panel_people.restore": Who.OPERATORS,
    "panel_people.lock": Who.OPERATORS,
    "panel_people.unlock": Who.OPERATORS,
    "panel_people.send_reset": Who.OPERATORS,
    "log.index": Who.OPERATORS,
}

#: Endpoints that accept a POST from visitors.
PUBLIC_POSTS = {
    "sessions.create",
    "preferences.update",
    "registrations.create",
    "first_access.create",
    "resets.create",
    "resets.update",
    "email_changes.update",
    "unsubscribing.update",
}
