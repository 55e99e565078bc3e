"""Every table and trigger of the portal, so that migrations and their tests see them all."""

from ideas.accounts import models as accounts
from ideas.audit import models as audit
from ideas.board import models as board
from ideas.comments import models as comments
from ideas.companies import batch_models as companies_batch
from ideas.companies import models as companies
from ideas.conduct import models as conduct
from ideas.db import Base
from ideas.drafts import models as drafts
from ideas.files import models as files
from ideas.imports import models as imports
from ideas.moderation import models as moderation
from ideas.notifications import models as notifications
from ideas.outbox import models as outbox
from ideas.products import models as products
from ideas.releases import models as releases
from ideas.search import models as search
from ideas.tickets import models as tickets
from ideas.triage import models as triage

__all__ = [
    "TRIGGERS",
    "accounts",
    "audit",
    "board",
    "comments",
    "companies",
    "companies_batch",
    "conduct",
    "drafts",
    "files",
    "imports",
    "metadata",
    "moderation",
    "notifications",
    "outbox",
    "products",
    "releases",
    "search",
    "tickets",
    "triage",
]

metadata = Base.metadata

#: What the database itself enforces beside keys and checks. A batch step on SQLite rebuilds a
#: table and silently drops its triggers: it must make them again (a test compares both engines).
TRIGGERS = {
    # The ledger of votes only grows.
    "vote_event_keeps_rows",
    "vote_event_keeps_values",
    # So does the log of privileged acts.
    "audit_entry_keeps_rows",
    "audit_entry_keeps_values",
    # A company's administrator, once named, is never missing and never someone who left.
    "company_keeps_an_administrator",
    "company_administrator_is_a_member",
    "membership_of_administrator_goes_on",
    # How many listed ideas there are of each sort.
    "idea_tally_on_insert",
    "idea_tally_on_update",
    "idea_tally_on_delete",
    # A closed ticket is not reopened.
    "ticket_stays_closed",
}

#: PostgreSQL can also refuse TRUNCATE.
POSTGRES_TRIGGERS = TRIGGERS | {"vote_event_keeps_table", "audit_entry_keeps_table"}
