"""Votes that staff cast on behalf of customers who asked for it in a ticket or a conversation.

The vote then belongs to the customer: they are notified, it counts for their company, and they can state its
importance or withdraw it. Staff cannot vote for people who already have a vote in the set, even a withdrawn one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.merging import locking
from ideas.board.models import Idea, Reason, Vote
from ideas.board.voting import casting, counters, ledger, trending
from ideas.board.voting.importance import Opinion
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

#: Customers per search, and words of a search that are used.
MAX_CANDIDATES, MAX_WORDS = 20, 5


class NotACustomer(Refused):
    """The person is not a member of the company, has closed their account, or is the one who casts the vote."""

    message = N_("Só se vota em nome de quem faz parte de uma empresa cliente hoje. Procure a pessoa de novo.")


class CustomerSuspended(Refused):
    """Nobody can cast a vote for a suspended person."""

    message = N_("A participação desta pessoa está suspensa: por enquanto ninguém vota por ela.")


class DecidesAlone(Refused):
    """The person has a vote in the set: active, withdrawn or set aside."""

    message = N_("Esta pessoa já votou aqui, ou já retirou o voto. Só ela mesma pode mudar isso.")


@dataclass(frozen=True, kw_only=True)
class OnBehalf:
    """A vote on behalf of a voter: the company, the source ("chamado 2026-000123") and their opinion."""

    voter: Person
    company: Company
    source: str
    opinion: Opinion = Opinion()


def cast(idea: Idea, request: OnBehalf, *, by: Person) -> Vote:
    """Cast a vote on a customer's behalf and notify the customer.

    Raises VotingClosed, NotACustomer, CustomerSuspended, DecidesAlone.
    """
    vote, root = cast_without_notification(idea, request, by=by)
    facts = {"person_id": request.voter.id, "title": root.title, "source": request.source}
    recording.record("vote_cast_on_behalf", thing="idea", thing_id=root.id, by=by.id, **facts)
    return vote


def cast_without_notification(idea: Idea, request: OnBehalf, *, by: Person) -> tuple[Vote, Idea]:
    """Cast the vote, for callers that notify the customer themselves. Return it with the root. Raises as `cast`."""
    ensure_customer(request, by)
    root = locking.root_of(idea)
    casting.ensure_open(root)
    earlier = counters.earlier_votes(root, request.voter, request.company)
    if earlier.votes:
        raise DecidesAlone
    vote = _insert(idea, request, by)
    counters.add(root, vote, earlier)
    ledger.write("on_behalf", vote, by=by)
    following.follow(idea, request.voter, Reason.VOTED)
    return vote, root


@dataclass(frozen=True)
class Candidate:
    """A member of a company: a possible voter of a proxy vote."""

    membership_id: int
    person: Person
    company: Company
    #: Whether they have a vote in the set, active or not.
    has_vote: bool

    @property
    def may_be_voted_for(self) -> bool:
        return not (self.has_vote or self.person.is_suspended)


def candidates(idea: Idea, words: str, *, by: Person) -> list[Candidate]:
    """Find members of companies whose name, email or company contains all these words: one statement."""
    terms = words.split()[:MAX_WORDS]
    if not terms:
        return []
    found = _members(idea).where(*map(_is_about, terms), Person.id != by.id)
    rows = db.session.execute(found.order_by(Person.name, Membership.id).limit(MAX_CANDIDATES))
    return [_candidate(row) for row in rows]


def candidate(idea: Idea, membership_id: int) -> Candidate | None:
    """Return the candidate with that membership, unless it ended."""
    row = db.session.execute(_members(idea).where(Membership.id == membership_id)).one_or_none()
    return _candidate(row) if row else None


def _candidate(row: Any) -> Candidate:
    return Candidate(row.membership_id, row.Person, row.Company, row.has_vote)


def ensure_customer(request: OnBehalf, by: Person) -> None:
    """Raise NotACustomer or CustomerSuspended if staff may not vote for the person."""
    belongs = select(Membership.id).where(
        Membership.person_id == request.voter.id,
        Membership.company_id == request.company.id,
        Membership.ended_at.is_(None),
    )
    if by.id == request.voter.id or request.voter.closed_at is not None or db.session.scalar(belongs) is None:
        raise NotACustomer
    if request.voter.is_suspended:
        raise CustomerSuspended


def _insert(idea: Idea, request: OnBehalf, by: Person) -> Vote:
    vote = Vote(
        person_id=request.voter.id,
        idea_id=idea.id,
        company_id=request.company.id,
        term=0.0,
        importance=request.opinion.importance,
        reason=request.opinion.reason,
        proxied_by_id=by.id,
        source=request.source,
    )
    vote.term = trending.vote_score(vote.cast_at)
    db.session.add(vote)
    db.session.flush()
    return vote


def _members(idea: Idea) -> Any:
    in_set = select(Idea.id).where(Idea.root_id == idea.root_id)
    has_vote = select(Vote.id).where(Vote.person_id == Person.id, Vote.idea_id.in_(in_set)).exists()
    return (
        select(Membership.id.label("membership_id"), Person, Company, has_vote.label("has_vote"))
        .join(Person, Person.id == Membership.person_id)
        .join(Company, Company.id == Membership.company_id)
        .where(Membership.ended_at.is_(None), Person.closed_at.is_(None), Company.closed_at.is_(None))
    )


def _is_about(word: str) -> ColumnElement[bool]:
    """Match the word in several cases, because SQLite ignores case for ASCII letters only."""
    columns: Sequence[Any] = (Person.name, Person.email, Company.name)
    spellings = {word, word.lower(), word.capitalize()}
    return or_(*(column.icontains(one, autoescape=True) for column in columns for one in sorted(spellings)))
