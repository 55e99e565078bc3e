"""The one event of a batch of invitations, and its letters: one to each address, with a link of its own.

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
    """Make the event and its letters known to the outbox."""
    kinds.register_kind("invitations_sent")
    kinds.register_email("invitations_sent", recipients=_invited, write=_letter)


def _invited(event: Event) -> Iterable[str]:
    return batch_inviting.addresses_of(_batch(event))


def _letter(event: Event, key: str) -> Email | None:
    """The address's invitation of that batch, while it waits."""
    invitation = batch_inviting.invitation_to(key, _batch(event))
    if invitation is None:
        return None
    return emails.invitation(invitation, db.session.get_one(Company, invitation.company_id))


def _batch(event: Event) -> int:
    assert event.thing_id is not None
    return event.thing_id
