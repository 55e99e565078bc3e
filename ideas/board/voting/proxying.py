"""A vote that the vendor's people cast on a customer's behalf, who asked for it in a ticket or a talk.

It is the customer's from then on: they are told, it counts for their company, they say how much it
matters, and take it back like any other. Whoever has ever had a vote here decides for themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ideas.accounts.models import Person
from ideas.board import following
from ideas.board.merging import locking
from ideas.board.models import Idea, Reason, Vote
from ideas.board.voting import casting, counting, ledger, trending
from ideas.board.voting.importance import Weight
from ideas.companies.models import Company, Membership
from ideas.db import db
from ideas.errors import N_, Refused
from ideas.outbox import recording

#: Customers that a search gives, and words of it that are looked for.
MOST_FOUND, MOST_WORDS = 20, 5


class NotACustomer(Refused):
    """The person does not belong to the company now, has closed their account, or is who asks."""

    message = N_("Só se vota em nome de quem faz parte de uma empresa cliente hoje. Procure a pessoa de novo.")


class CustomerSuspended(Refused):
    """Whose participation is suspended adds no vote, by their own hand or another's."""

    message = N_("A participação desta pessoa está suspensa: por enquanto ninguém vota por ela.")


class DecidesAlone(Refused):
    """A row of theirs exists in the set: standing, withdrawn or set aside."""

    message = N_("Esta pessoa já votou aqui, ou já retirou o voto. Só ela mesma pode mudar isso.")


@dataclass(frozen=True, kw_only=True)
class OnBehalf:
    """Whose vote, for which company, who asked for it where ("chamado 2026-000123"), and what they said of it."""

    voter: Person
    company: Company
    source: str
    weight: Weight = Weight()


def cast(idea: Idea, asked: OnBehalf, *, by: Person) -> Vote:
    """The customer's vote, cast by staff; the customer is told.

    Raises VotingClosed, NotACustomer, CustomerSuspended, DecidesAlone.
    """
    vote, root = cast_untold(idea, asked, by=by)
    facts = {"person_id": asked.voter.id, "title": root.title, "source": asked.source}
    recording.record("vote_cast_on_behalf", thing="idea", thing_id=root.id, by=by.id, **facts)
    return vote


def cast_untold(idea: Idea, asked: OnBehalf, *, by: Person) -> tuple[Vote, Idea]:
    """The same, and the set's root, where the deed around it tells the customer. Raises as `cast`."""
    ensure_customer(asked, by)
    root = locking.root_of(idea)
    casting.ensure_open(root)
    before = counting.before(root, asked.voter, asked.company)
    if before.rows:
        raise DecidesAlone
    vote = _insert(idea, asked, by)
    counting.add(root, vote, before)
    ledger.write("on_behalf", vote, by=by)
    following.follow(idea, asked.voter, Reason.VOTED)
    return vote, root


@dataclass(frozen=True)
class Candidate:
    """Someone in whose name one could vote: a member of a company."""

    membership_id: int
    person: Person
    company: Company
    #: Whether a row of theirs exists in the set.
    has_row: bool

    @property
    def may_be_voted_for(self) -> bool:
        return not (self.has_row or self.person.is_suspended)


def candidates(idea: Idea, words: str, *, by: Person) -> list[Candidate]:
    """Members of companies whose name, e-mail or company has all these words: some, by name. One statement."""
    asked = words.split()[:MOST_WORDS]
    if not asked:
        return []
    found = _members(idea).where(*map(_is_about, asked), Person.id != by.id)
    rows = db.session.execute(found.order_by(Person.name, Membership.id).limit(MOST_FOUND))
    return [Candidate(*row) for row in rows]


def candidate(idea: Idea, membership_id: int) -> Candidate | None:
    """The one of that membership, while it lasts."""
    row = db.session.execute(_members(idea).where(Membership.id == membership_id)).one_or_none()
    return Candidate(*row) if row else None


def ensure_customer(asked: OnBehalf, by: Person) -> None:
    """Raises NotACustomer, CustomerSuspended."""
    belongs = select(Membership.id).where(
        Membership.person_id == asked.voter.id,
        Membership.company_id == asked.company.id,
        Membership.ended_at.is_(None),
    )
    if by.id == asked.voter.id or asked.voter.closed_at is not None or db.session.scalar(belongs) is None:
        raise NotACustomer
    if asked.voter.is_suspended:
        raise CustomerSuspended


def _insert(idea: Idea, asked: OnBehalf, by: Person) -> Vote:
    vote = Vote(
        person_id=asked.voter.id,
        idea_id=idea.id,
        company_id=asked.company.id,
        term=0.0,
        importance=asked.weight.importance,
        reason=asked.weight.reason,
        proxied_by_id=by.id,
        source=asked.source,
    )
    vote.term = trending.term(vote.cast_at)
    db.session.add(vote)
    db.session.flush()
    return vote


def _members(idea: Idea) -> Any:
    in_set = select(Idea.id).where(Idea.root_id == idea.root_id)
    has_row = select(Vote.id).where(Vote.person_id == Person.id, Vote.idea_id.in_(in_set)).exists()
    return (
        select(Membership.id, Person, Company, has_row)
        .join(Person, Person.id == Membership.person_id)
        .join(Company, Company.id == Membership.company_id)
        .where(Membership.ended_at.is_(None), Person.closed_at.is_(None), Company.closed_at.is_(None))
    )


def _is_about(word: str) -> ColumnElement[bool]:
    """SQLite folds no accented letter: "íris" is also looked for as "Íris"."""
    columns: Sequence[Any] = (Person.name, Person.email, Company.name)
    spellings = {word, word.lower(), word.capitalize()}
    return or_(*(column.icontains(one, autoescape=True) for column in columns for one in sorted(spellings)))
