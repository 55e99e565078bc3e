"""What tickets put on pages below: beside an idea, the reader's own tickets that have to do with it."""

from typing import Any

from ideas.board.models import GroupMember
from ideas.tickets import converting
from ideas.web.person import visitor


def of_idea(idea: GroupMember) -> dict[str, Any] | None:
    """The tickets linked to the idea that its reader may see; nothing for a visitor."""
    person = visitor()
    tickets = converting.tickets_of(idea, person) if person is not None else []
    return {"tickets": tickets} if tickets else None
