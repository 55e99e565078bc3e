"""Tables of the board: status, status_transition, idea, vote, vote_event, follow, official_response, status_change."""

from ideas.board.models.answers import OfficialResponse, StatusChange
from ideas.board.models.follow import Follow, Level, Reason
from ideas.board.models.idea import Idea, IdeaTally, Kind
from ideas.board.models.status import Status, StatusTransition
from ideas.board.models.vote import Importance, Vote, VoteEvent

__all__ = [
    "Follow",
    "Idea",
    "IdeaTally",
    "Importance",
    "Kind",
    "Level",
    "OfficialResponse",
    "Reason",
    "Status",
    "StatusChange",
    "StatusTransition",
    "Vote",
    "VoteEvent",
]
