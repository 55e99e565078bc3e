"""Support an idea, or stop. A person counts once in a merged set, whatever they press and however often."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.merging import locking
from ideas.board.models import GroupMember, Idea, Reason, Vote
from ideas.board.voting import counting, ledger, trending
from ideas.companies.models import Company
from ideas.conduct import participation
from ideas.db import db
from ideas.errors import N_, Refused


class VotingClosed(Refused):
    """The idea's status, or that it is hidden, held or withdrawn, lets no vote come or go."""

    message = N_("Esta ideia não recebe mais votos.")


def cast(idea: Idea, *, voter: Person, company: Company | None) -> Vote:
    """Let the voter's support stand once in the idea's merged set, however often it is asked for.

    Who votes again after withdrawing keeps the first date (so nobody lifts an idea in *em alta*) and
    counts for the company given now. Raises VotingClosed and what taking_part raises.
    """
    participation.ensure_may_participate(voter, company)
    assert company is not None
    root = locking.root_of(idea)
    ensure_open(root)
    before = counting.before(root, voter, company)
    if before.standing is not None:
        return before.standing
    vote = _stand(idea, voter, company, before.rows)
    counting.add(root, vote, before)
    ledger.write("cast", vote, by=voter)
    following.follow(idea, voter, Reason.VOTED)
    return vote


def withdraw(idea: Idea, *, voter: Person) -> None:
    """Take back the voter's support in the idea's whole merged set; the rows stay, marked.

    Needs no company, no accepted code and no good standing: being counted is a person's own affair,
    and taking support back harms nobody. Raises VotingClosed.
    """
    root = locking.root_of(idea)
    ensure_open(root)
    given = [vote for vote in counting.rows_of(root, voter) if vote.withdrawn_at is None]
    standing = [vote for vote in given if vote.is_active]
    for vote in given:
        vote.withdrawn_at = clock.now()
        ledger.write("withdrawn", vote, by=voter)
    if standing:
        counting.subtract(root, standing)
    if given:
        following.drop_reason(idea, voter, Reason.VOTED)


def voted_among(ideas: Iterable[GroupMember], person: Person) -> set[int]:
    """The ids of those ideas in whose merged set the person's vote stands: one query for a page."""
    root_of = {idea.id: idea.root_id for idea in ideas}
    votes = select(Idea.root_id).join(Vote, Vote.idea_id == Idea.id).where(Idea.root_id.in_(set(root_of.values())))
    mine = votes.where(Vote.person_id == person.id, Vote.is_active)
    voted = set(db.session.scalars(mine))
    return {number for number, root in root_of.items() if root in voted}


def ensure_open(root: Idea) -> None:
    """Raises VotingClosed unless the set, whose root is locked, takes votes now."""
    if not root.open_to_votes:
        raise VotingClosed


def _stand(idea: Idea, voter: Person, company: Company, earlier: Sequence[Vote]) -> Vote:
    """The voter's row on the idea, standing: the old one again, else a new one as old as any in the set."""
    vote = next((vote for vote in earlier if vote.idea_id == idea.id), None)
    if vote is None:
        first = min((vote.cast_at for vote in earlier), default=clock.now())
        term = trending.term(first)
        vote = Vote(person_id=voter.id, idea_id=idea.id, company_id=company.id, cast_at=first, term=term)
        db.session.add(vote)
    vote.company_id = company.id
    vote.withdrawn_at = vote.set_aside_at = None
    # Whoever's hand it was before, now it is the voter's own.
    vote.proxied_by_id = vote.source = None
    db.session.flush()
    return vote
