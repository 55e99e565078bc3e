"""The event of an invitation batch, and its emails: one per address, each with its own link.

Registered in wiring/registries.py.
"""

from collections.abc import Iterable

from ideas.companies import batch_inviting, emails
from ideas.companies.models import Company
from ideas.db import db
from ideas.outbox import kinds
from ideas.outbox.emails import Email
from ideas.outbox.models import Event


def register() -> None:
    """Register the event and its emails with the outbox."""
    kinds.register_kind("invitations_sent")
    kinds.register_email("invitations_sent", recipients=_recipients, write=_write_invitation)


def _recipients(event: Event) -> Iterable[str]:
    return batch_inviting.pending_addresses(_batch_id(event))


def _write_invitation(event: Event, key: str) -> Email | None:
    """Write the batch's invitation to that address, if it is still pending."""
    invitation = batch_inviting.pending_invitation(key, _batch_id(event))
    if invitation is None:
        return None
    return emails.invitation_email(invitation, db.session.get_one(Company, invitation.company_id))


def _batch_id(event: Event) -> int:
    assert event.thing_id is not None
    return event.thing_id
