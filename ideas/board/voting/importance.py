"""How much an idea matters to who voted for it, and the one line of what they can't do today.

Everyone sees how many said what; the line is read by the idea's author, without a name, and by staff.
Over a merged set a person says it once: it stands on all their rows, and the strongest counts.
"""

from dataclasses import dataclass

from sqlalchemy import Executable, bindparam, select

from ideas.accounts.models import Author, Person
from ideas.board.merging import locking
from ideas.board.models import GroupMember, Idea, Vote
from ideas.board.voting import casting, counting, ledger
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import rows
from ideas.errors import N_, Refused
from ideas.statements import statement


class NotVoted(Refused):
    """Only a vote that stands has a weight."""

    message = N_("Vote primeiro: depois diga o quanto isto importa para você.")


@dataclass(frozen=True)
class Weight:
    """What a voter said: how much it matters (an Importance, or None) and the line, if any."""

    importance: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Support:
    """How a person stands behind a set."""

    weight: Weight
    #: Who of the vendor cast the vote on their behalf, and from what; None when it is their own.
    proxied_by: Author | None
    source: str | None


def say(idea: Idea, weight: Weight, *, voter: Person, company: Company | None) -> None:
    """Let the voter's support weigh so much, for this reason; saying it again changes nothing.

    Raises NotVoted, VotingClosed and what taking_part raises.
    """
    participation.ensure_may_participate(voter, company)
    root = locking.root_of(idea)
    casting.ensure_open(root)
    standing = [vote for vote in counting.rows_of(root, voter) if vote.is_active]
    if not standing:
        raise NotVoted
    counting.weigh(root, counting.strongest(standing), weight.importance)
    for vote in standing:
        changed = vote.importance != weight.importance
        vote.importance, vote.reason = weight.importance, weight.reason
        if changed:
            ledger.write("importance_changed", vote, by=voter)


def support_of(idea: GroupMember, person: Person) -> Support | None:
    """How the person stands behind the idea's set; None when no vote of theirs stands. One statement."""
    found = rows(_support(), root=idea.root_id, person=person.id)
    if not found:
        return None
    first = found[0]
    line = next((vote.reason for vote in found if vote.reason), None)
    proxy = Author(*first[3:]) if first.id is not None else None
    return Support(Weight(counting.strongest(found), line), proxy, first.source)


@statement
def _support() -> Executable:
    """The person's active votes in a set, with the proxy who cast them."""
    return (
        select(Vote.importance, Vote.reason, Vote.source, Person.id, Person.name, Person.photo_id, Person.closed_at)
        .join(Idea, Idea.id == Vote.idea_id)
        .outerjoin(Person, Person.id == Vote.proxied_by_id)
        .where(Idea.root_id == bindparam("root"), Vote.person_id == bindparam("person"), Vote.is_active)
        .order_by(Vote.cast_at, Vote.id)
    )
