"""The panel on an idea's page: the reader's tickets linked to it."""

from typing import Any

from ideas.board.models import GroupMember
from ideas.tickets import converting
from ideas.web.person import person_or_none


def of_idea(idea: GroupMember) -> dict[str, Any] | None:
    """The tickets linked to the idea that the reader may see; None for a visitor."""
    person = person_or_none()
    tickets = converting.linked_tickets(idea, person) if person is not None else []
    return {"tickets": tickets} if tickets else None
