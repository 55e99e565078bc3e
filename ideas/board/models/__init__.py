"""Tables of the board: status, status_transition, idea, idea_tally, idea_merge, merge_objection, vote, vote_event,
follow, follow_default, official_response, status_change.
"""

from ideas.board.models.answers import OfficialResponse, StatusChange
from ideas.board.models.follow import Follow, FollowDefault, Level, Reason
from ideas.board.models.idea import RANDOM_KEYS, Idea, IdeaTally, Kind
from ideas.board.models.merge import Merge, MergeObjection
from ideas.board.models.mixins import GroupMember
from ideas.board.models.status import Status, StatusTransition
from ideas.board.models.vote import Importance, Vote, VoteEvent

__all__ = [
    "RANDOM_KEYS",
    "Follow",
    "FollowDefault",
    "GroupMember",
    "Idea",
    "IdeaTally",
    "Importance",
    "Kind",
    "Level",
    "Merge",
    "MergeObjection",
    "OfficialResponse",
    "Reason",
    "Status",
    "StatusChange",
    "StatusTransition",
    "Vote",
    "VoteEvent",
]
