"""What moderation puts on pages below: to who is suspended, on every page, until when, and the way to the decision."""

from typing import Any

from ideas.accounts.models import Person
from ideas.conduct import participation
from ideas.moderation import queues
from ideas.web import refusals


def of_suspended(person: Person) -> dict[str, Any] | None:
    """What the person is told, and the decision if moderators made one; nothing for who may take part."""
    suspension = participation.suspension_refusal(person)
    if suspension is None:
        return None
    return {"suspension": refusals.sentence(suspension), "decision": queues.barring(person)}
