"""How important an idea is to its voters, and the pain point they may add: one line about what they cannot do today.

Everyone sees how many people chose each importance. Pain points are shown to staff and, without names, to the
idea's author. A person states both once per merged set: they are stored on all their active votes.
"""

from dataclasses import dataclass

from sqlalchemy import Executable, bindparam, select

from ideas.accounts.models import Author, Person
from ideas.board.merging import locking
from ideas.board.models import GroupMember, Idea, Vote
from ideas.board.voting import casting, counters, ledger
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import rows
from ideas.errors import N_, Refused
from ideas.read_models import columns, read, read_model
from ideas.statements import statement


class NotVoted(Refused):
    """Only people with an active vote can state an importance."""

    message = N_("Vote primeiro: depois diga o quanto isto importa para você.")


@dataclass(frozen=True)
class Opinion:
    """What a voter states: an Importance and a pain point, both optional."""

    importance: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Support:
    """A person's support of a set."""

    opinion: Opinion
    #: The staff member who cast the vote on their behalf, and the source they gave; None if they voted themselves.
    proxied_by: Author | None
    source: str | None


def state(idea: Idea, opinion: Opinion, *, voter: Person, company: Company | None) -> None:
    """Store the voter's importance and pain point on their active votes in the set.

    Raises NotVoted, VotingClosed and what `ensure_may_participate` raises.
    """
    participation.ensure_may_participate(voter, company)
    root = locking.root_of(idea)
    casting.ensure_open(root)
    active = [vote for vote in counters.votes_of(root, voter) if vote.is_active]
    if not active:
        raise NotVoted
    counters.change_importance(root, counters.strongest(active), opinion.importance)
    for vote in active:
        changed = vote.importance != opinion.importance
        vote.importance, vote.reason = opinion.importance, opinion.reason
        if changed:
            ledger.write("importance_changed", vote, by=voter)


@read_model
class _ActiveVote:
    importance: str | None
    reason: str | None
    source: str | None
    proxied_by: Author | None


def support_of(idea: GroupMember, person: Person) -> Support | None:
    """Return the person's support of the idea's set, or None without an active vote: one statement."""
    votes = read(_ActiveVote, rows(_active_votes(), root=idea.root_id, person=person.id))
    if not votes:
        return None
    pain_point = next((vote.reason for vote in votes if vote.reason), None)
    return Support(Opinion(counters.strongest(votes), pain_point), votes[0].proxied_by, votes[0].source)


@statement
def _active_votes() -> Executable:
    """The person's active votes in a set, with the proxy who cast them."""
    return (
        select(*columns(_ActiveVote, Vote, proxied_by=Person))
        .join(Idea, Idea.id == Vote.idea_id)
        .outerjoin(Person, Person.id == Vote.proxied_by_id)
        .where(Idea.root_id == bindparam("root"), Vote.person_id == bindparam("person"))
        .where(Vote.is_active)
        .order_by(Vote.cast_at, Vote.id)
    )
