"""Update the counters of a merged set when one vote or comment changes.

They are stored on the set's root and always equal its rows (recounting.py checks that). A person counts once in
a set: their earliest active vote gives company, date and trending score, the strongest importance of all their
active votes counts. Callers of `add`, `subtract` and `change_importance` hold the root's lock (merging/locking.py).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Exists,
    Float,
    Integer,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import aliased, attributes, util

from ideas.accounts.models import Person
from ideas.board.merging import locking
from ideas.board.models import GroupMember, Idea, Importance, Vote
from ideas.companies.models import Company
from ideas.db import db, rows
from ideas.statements import statement


@dataclass(frozen=True)
class EarlierVotes:
    """A person's votes in a set, and whether their company already counts there."""

    votes: Sequence[Vote]
    company_counts: bool

    @property
    def active(self) -> Vote | None:
        """The vote by which the person counts."""
        return min((vote for vote in self.votes if vote.is_active), key=_age, default=None)


def earlier_votes(root: Idea, person: Person, company: Company) -> EarlierVotes:
    """Read the person's votes in the set and whether the company counts: one statement."""
    values = {"root": root.id, "person": person.id, "company": company.id}
    found = db.session.execute(_earlier_votes(), values).all()
    return EarlierVotes([vote for vote, _ in found if vote is not None], found[0][1])


@statement
def _earlier_votes() -> Select[Vote, bool]:
    root, company = bindparam("root", type_=Integer), bindparam("company", type_=Integer)
    members = select(Idea.id).where(Idea.root_id == root)
    own = and_(Vote.person_id == bindparam("person", type_=Integer), Vote.idea_id.in_(members))
    votes = select(Vote, company_counts(members, company)).select_from(Idea).outerjoin(Vote, own)
    return votes.where(Idea.id == root).execution_options(populate_existing=True)


def votes_of(root: Idea, person: Person) -> Sequence[Vote]:
    """Return every vote of the person in the set, active or not."""
    return db.session.scalars(_votes_of(), {"root": root.id, "person": person.id}).all()


@statement
def _votes_of() -> Select[Vote]:
    members = select(Idea.id).where(Idea.root_id == bindparam("root"))
    own = select(Vote).where(Vote.person_id == bindparam("person"), Vote.idea_id.in_(members)).order_by(Vote.id)
    return own.execution_options(populate_existing=True)


def add_first_vote(root_id: int, *, company_counts: bool, score: float) -> int:
    """Count a new vote, without an importance, of a person who has no vote in the set. Return the set's total.

    One relative update.
    """
    (changed,) = rows(_add_first_vote(), root=root_id, companies=0 if company_counts else 1, score=score)
    loaded = db.session.identity_map.get(util.identity_key(Idea, root_id))
    if loaded is not None:
        for name, value in changed._mapping.items():
            attributes.set_committed_value(loaded, name, value)
    total_count: int = changed.total_count
    return total_count


@statement
def _add_first_vote() -> Update:
    changes = {
        "people_count": Idea.people_count + 1,
        "company_count": Idea.company_count + bindparam("companies", type_=Integer),
        "total_count": Idea.total_count + 1,
        "trending": Idea.trending + bindparam("score", type_=Float),
    }
    idea = update(Idea).where(Idea.id == bindparam("root", type_=Integer))
    return idea.values(changes).returning(*(getattr(Idea, name) for name in changes))


def add(root: Idea, vote: Vote, earlier: EarlierVotes) -> None:
    """Count an active vote by someone who had no active vote in the set."""
    root.people_count += 1
    root.company_count += not earlier.company_counts
    root.total_count = root.people_count + root.inherited_votes
    root.trending += vote.term
    change_importance(root, None, vote.importance)


def subtract(root: Idea, votes: Sequence[Vote]) -> None:
    """Stop counting a person whose active votes were these; they are already marked. One statement."""
    db.session.flush()
    values = {"root": root.id, "company": min(votes, key=_age).company_id}
    company_counts, trending = db.session.execute(_remaining(), values).one()
    root.people_count -= 1
    root.company_count -= not company_counts
    root.total_count = root.people_count + root.inherited_votes
    root.trending = trending
    change_importance(root, strongest(votes), None)


@statement
def _remaining() -> Select[bool, float]:
    """Whether the company still counts in the set, and the set's trending score."""
    members = select(Idea.id).where(Idea.root_id == bindparam("root", type_=Integer))
    return select(company_counts(members, bindparam("company", type_=Integer)), _trending(members))


def change_importance(root: Idea, old: str | None, new: str | None) -> None:
    """Move one person from one importance counter to another; None is not counted."""
    for importance, change in (old, -1), (new, +1):
        if importance is not None:
            name = f"{importance}_count"
            setattr(root, name, getattr(root, name) + change)


class HasImportance(Protocol):
    """A vote, or a read model of one."""

    @property
    def importance(self) -> str | None: ...


def strongest(votes: Iterable[HasImportance]) -> str | None:
    """Return the strongest importance of a person's active votes in a set."""
    stated = {vote.importance for vote in votes}
    return next((one for one in reversed(Importance) if one in stated), None)


def comment_added(idea: Idea) -> None:
    """Count a new comment on the idea and its set. Takes the root's lock."""
    root = locking.root_of(idea)
    idea.own_comments += 1
    root.comment_count += 1


def comment_removed(idea: Idea) -> None:
    """Stop counting a comment that was hidden. Takes the root's lock."""
    root = locking.root_of(idea)
    idea.own_comments -= 1
    root.comment_count -= 1


def inherit(idea: Idea, votes: int) -> None:
    """Give a new idea, its own root, the number of votes it had in the system it was imported from."""
    idea.own_inherited = idea.inherited_votes = votes
    idea.total_count = idea.people_count + votes


def members_of(root: GroupMember) -> Select[int]:
    """Select the ids of the ideas in a set."""
    return select(Idea.id).where(Idea.root_id == root.id)


def company_counts(members: Select[int], company_id: BindParameter[int]) -> Exists:
    """Whether some person counts for that company in the set: by the company of their earliest active vote."""
    vote, earlier = aliased(Vote), aliased(Vote)
    is_earlier = or_(earlier.cast_at < vote.cast_at, and_(earlier.cast_at == vote.cast_at, earlier.id < vote.id))
    replaced = exists().where(
        earlier.person_id == vote.person_id, earlier.idea_id.in_(members), earlier.is_active, is_earlier
    )
    return exists().where(vote.company_id == company_id, vote.idea_id.in_(members), vote.is_active, ~replaced)


def _trending(members: Select[int]) -> ColumnElement[float]:
    """The sum of each person's smallest score, which is that of their earliest vote."""
    each = select(func.min(Vote.term).label("score")).where(Vote.idea_id.in_(members), Vote.is_active)
    return func.coalesce(select(func.sum(each.group_by(Vote.person_id).subquery().c.score)).scalar_subquery(), 0.0)


def _age(vote: Vote) -> tuple[object, int]:
    return vote.cast_at, vote.id
