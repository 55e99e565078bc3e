"""Cast and withdraw votes. A person counts once in a merged set, however often they vote."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import Insert, Integer, Select, and_, bindparam, exists, insert, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.merging import locking
from ideas.board.models import GroupMember, Idea, Reason, Status, Vote
from ideas.board.voting import counters, ledger, trending
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import db, rows
from ideas.errors import N_, Refused
from ideas.statements import statement


class VotingClosed(Refused):
    """The idea's status takes no votes, or the idea is hidden, held or withdrawn."""

    message = N_("Esta ideia não recebe mais votos.")


class CastVote(NamedTuple):
    """The id of the vote by which a person counts, and the set that it counts in, with its total."""

    id: int
    root_id: int
    total_count: int


def cast(idea: GroupMember, *, voter: Person, company: Company | None) -> CastVote:
    """Cast the voter's vote, or keep the active one. Return the vote by which the voter counts.

    A vote cast again after withdrawing has its first date (so nobody can lift an idea in *em alta*) and
    counts for the company given now. Raises VotingClosed and what `ensure_may_participate` raises.
    """
    company = participation.ensure_may_participate(voter, company)
    if (first := _cast_first(idea, voter, company)) is not None:
        return first
    return _cast_again(db.session.get_one(Idea, idea.id), voter, company)


def _cast_again(idea: Idea, voter: Person, company: Company) -> CastVote:
    """Cast a vote in a set of several ideas, or of a person who has a vote in the set already."""
    root = locking.root_of(idea)
    ensure_open(root)
    earlier = counters.earlier_votes(root, voter, company)
    if earlier.active is not None:
        return CastVote(earlier.active.id, root.id, root.total_count)
    vote = _activate(idea, voter, company, earlier)
    counters.add(root, vote, earlier)
    ledger.write("cast", vote, by=voter)
    following.follow(idea, voter, Reason.VOTED)
    return CastVote(vote.id, root.id, root.total_count)


def withdraw(idea: Idea, *, voter: Person) -> None:
    """Withdraw the voter's votes in the idea's whole merged set. The rows stay, with a date.

    Allowed without a company, without accepting the code of conduct and while suspended: people decide
    themselves whether they are counted, and withdrawing harms nobody. Raises VotingClosed.
    """
    root = locking.root_of(idea)
    ensure_open(root)
    votes = [vote for vote in counters.votes_of(root, voter) if vote.withdrawn_at is None]
    active = [vote for vote in votes if vote.is_active]
    for vote in votes:
        vote.withdrawn_at = clock.now()
        ledger.write("withdrawn", vote, by=voter)
    if active:
        counters.subtract(root, active)
    if votes:
        following.drop_reason(idea, voter, Reason.VOTED)


def voted_among(ideas: Iterable[GroupMember], person: Person) -> set[int]:
    """Return the ids of the ideas in whose merged set the person has an active vote: one query for a page."""
    root_ids = {idea.id: idea.root_id for idea in ideas}
    voted = {row.root_id for row in rows(_voted_among(), person=person.id, roots=sorted({*root_ids.values()} - {None}))}
    return {idea_id for idea_id, root_id in root_ids.items() if root_id in voted}


@statement
def _voted_among() -> Select[int | None]:
    votes = select(Idea.root_id).join(Vote, Vote.idea_id == Idea.id)
    roots = bindparam("roots", type_=Integer, expanding=True)
    return votes.where(Idea.root_id.in_(roots), Vote.person_id == bindparam("person", type_=Integer), Vote.is_active)


def ensure_open(root: Idea) -> None:
    """Raise VotingClosed unless the set, whose root is locked, takes votes now."""
    if not root.open_to_votes:
        raise VotingClosed


def _cast_first(idea: GroupMember, voter: Person, company: Company) -> CastVote | None:
    """Cast the first vote of a person in the set of an idea that is its own root: the common path, in few statements.

    None if the idea was merged or the voter has a vote in the set already: then nothing was written.
    """
    if not locking.lock_if_root(idea):
        return None
    # After the lock and in a statement of its own: an earlier snapshot would not contain the votes of people who
    # held the lock before, and the company would be counted twice.
    (found,) = rows(_state(), idea=idea.id, person=voter.id, company=company.id)
    if not found.is_root:
        return None
    if not found.is_open:
        raise VotingClosed
    if found.has_vote:
        return None
    cast_at = clock.now()
    score = trending.vote_score(cast_at)
    ids = {"person_id": voter.id, "idea_id": idea.id, "company_id": company.id}
    ((vote_id,),) = rows(_insert_vote(), **ids, cast_at=cast_at, term=score)
    ledger.write_row("cast", vote_id, **ids, by_id=voter.id)
    total_count = counters.add_first_vote(idea.id, company_counts=found.company_counts, score=score)
    following.follow(idea, voter, Reason.VOTED)
    return CastVote(vote_id, idea.id, total_count)


@statement
def _state() -> Select[bool, bool, bool, bool]:
    """Whether the idea is its set's root and takes votes, and whether the person and the company count there."""
    idea, person = bindparam("idea", type_=Integer), bindparam("person", type_=Integer)
    members = select(Idea.id).where(Idea.root_id == idea)
    has_vote = exists().where(Vote.person_id == person, Vote.idea_id.in_(members))
    company_counts = counters.company_counts(members, bindparam("company", type_=Integer))
    columns = (
        (Idea.root_id == Idea.id).label("is_root"),
        and_(Status.votes_open, Idea.in_sight).label("is_open"),
        has_vote.label("has_vote"),
        company_counts.label("company_counts"),
    )
    return select(*columns).join_from(Idea, Status, Status.key == Idea.status_key).where(Idea.id == idea)


@statement
def _insert_vote() -> Insert:
    names = ("person_id", "idea_id", "company_id", "cast_at", "term")
    return insert(Vote).values({name: bindparam(name) for name in names}).returning(Vote.id)


def _activate(idea: Idea, voter: Person, company: Company, earlier: counters.EarlierVotes) -> Vote:
    """Return the voter's active row on the idea: the old one, or a new one as old as the oldest in the set."""
    vote = next((vote for vote in earlier.votes if vote.idea_id == idea.id), None)
    if vote is None:
        first = min((vote.cast_at for vote in earlier.votes), default=clock.now())
        score = trending.vote_score(first)
        vote = Vote(person_id=voter.id, idea_id=idea.id, company_id=company.id, cast_at=first, term=score)
        db.session.add(vote)
    vote.company_id = company.id
    vote.withdrawn_at = vote.set_aside_at = None
    # The vote is now the person's own, even if staff cast it on their behalf.
    vote.proxied_by_id = vote.source = None
    db.session.flush()
    return vote
