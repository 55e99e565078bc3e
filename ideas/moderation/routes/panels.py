"""The panel that suspended people see on every page: until when, with a link to the decision."""

from typing import Any

from ideas.accounts.models import Person
from ideas.conduct import participation
from ideas.moderation import queues
from ideas.web import refusals


def of_suspended(person: Person) -> dict[str, Any] | None:
    """The sentence, and the id of the moderators' decision or None; None if the person is not suspended."""
    suspension = participation.suspension_refusal(person)
    if suspension is None:
        return None
    return {"suspension": refusals.message_of(suspension), "decision": queues.suspending_decision(person)}
