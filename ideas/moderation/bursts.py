"""Detect bursts of votes: many new people of one company, or from one network, on one idea within an hour.

Their votes count: a company may have ten new colleagues who want the same. Moderators are notified and
review each burst; nothing is removed automatically. Networks are read from the sign-in log and not stored.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from ideas import clock, jobs
from ideas.accounts.models import Person, SignIn
from ideas.accounts.signing_in import SignInOutcome
from ideas.audit import log
from ideas.board.models import Idea, Vote, VoteEvent
from ideas.companies.models import Company
from ideas.db import db
from ideas.moderation.models import VoteBurst
from ideas.outbox import recording

#: This many newcomers within this time are a burst. A newcomer's account is younger than NEWCOMER_AGE.
MIN_NEWCOMERS = 10
WINDOW = timedelta(hours=1)
NEWCOMER_AGE = timedelta(days=7)
#: Each run reads this much of the ledger, and at most this many events.
LOOKBACK = timedelta(hours=3)
MAX_EVENTS = 20_000
#: A person's network is that of their latest sign-in, unless it is older.
MAX_SIGN_IN_AGE = timedelta(days=30)

#: The idea and the company of a burst; None for several companies on one network.
BurstKey = tuple[int, int | None]


@dataclass(frozen=True)
class RecentVote:
    """A recent vote, with the facts that make it suspicious or not."""

    person_id: int
    idea_id: int
    company_id: int
    at: datetime
    is_new: bool
    network: str | None


@jobs.scheduled("moderation.find_bursts", "*/10 * * * *")
def find() -> None:
    """Find bursts in the recent votes. A burst under review is updated; a new one notifies the moderators once."""
    votes = _recent_votes()
    groups: dict[BurstKey, list[RecentVote]] = defaultdict(list)
    for vote in votes:
        groups[vote.idea_id, vote.company_id].append(vote)
    for group in _by_network(votes):
        groups[group[0].idea_id, None] += group
    for key, group in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] or 0)):
        if burst := _dense_period(_since_last_review(key, group)):
            _record(key, burst)


def mark_reviewed(burst: VoteBurst, *, by: Person, note: str | None) -> None:
    """Record a moderator's review with their note. The first review stays."""
    if burst.looked_at is not None:
        return
    burst.looked_at, burst.looked_by_id, burst.note = clock.now(), by.id, note
    facts = {"idea_id": burst.idea_id, "company_id": burst.company_id, "newcomers": burst.newcomers}
    log.write(by=by, action="burst_looked_at", thing="vote_burst", thing_id=burst.id, after=facts, why=note or "")


def page(*, reviewed: bool, before: int | None = None, size: int) -> Sequence[tuple[VoteBurst, Idea, Company | None]]:
    """The newest bursts, reviewed or not: at most `size + 1`. One statement."""
    condition = VoteBurst.looked_at.is_not(None) if reviewed else VoteBurst.looked_at.is_(None)
    rows = (
        select(VoteBurst, Idea, Company)
        .join(Idea, Idea.id == VoteBurst.idea_id)
        .outerjoin(Company, Company.id == VoteBurst.company_id)
        .where(condition)
        .options(joinedload(VoteBurst.looked_by))
        .order_by(VoteBurst.id.desc())
        .limit(size + 1)
    )
    rows = rows if before is None else rows.where(VoteBurst.id < before)
    return [(burst, idea, company) for burst, idea, company in db.session.execute(rows)]


def _recent_votes() -> list[RecentVote]:
    """The recent votes that people cast themselves: the first of each person for each idea."""
    newest = select(VoteEvent.id).order_by(VoteEvent.id.desc()).limit(MAX_EVENTS).subquery()
    query = (
        select(
            VoteEvent.person_id,
            func.coalesce(Idea.root_id, Idea.id),
            VoteEvent.company_id,
            VoteEvent.at,
            Person.created_at,
        )
        .join(newest, newest.c.id == VoteEvent.id)
        .join(Idea, Idea.id == VoteEvent.idea_id)
        .join(Person, Person.id == VoteEvent.person_id)
        .where(VoteEvent.what == "cast", VoteEvent.at >= clock.now() - LOOKBACK)
        .order_by(VoteEvent.id)
    )
    rows = db.session.execute(query).all()
    networks = _networks({row.person_id for row in rows if row.at - row.created_at < NEWCOMER_AGE})
    by_person: dict[tuple[int, int], RecentVote] = {}
    for person, idea, company, at, created_at in rows:
        vote = RecentVote(person, idea, company, at, at - created_at < NEWCOMER_AGE, networks.get(person))
        by_person.setdefault((person, idea), vote)
    return list(by_person.values())


def _networks(people: Iterable[int]) -> dict[int, str]:
    """The network of each person's latest sign-in."""
    signed_in = select(SignIn.person_id, SignIn.network).where(
        SignIn.person_id.in_(sorted(people)),
        SignIn.outcome == SignInOutcome.IN,
        SignIn.at >= clock.now() - MAX_SIGN_IN_AGE,
    )
    return {person: network for person, network in db.session.execute(signed_in.order_by(SignIn.id)) if person}


def _by_network(votes: Iterable[RecentVote]) -> list[list[RecentVote]]:
    """Votes of newcomers from several companies for one idea from one network."""
    groups: dict[tuple[int, str], list[RecentVote]] = defaultdict(list)
    for vote in votes:
        if vote.is_new and vote.network:
            groups[vote.idea_id, vote.network].append(vote)
    return [group for group in groups.values() if len({vote.company_id for vote in group}) > 1]


def _since_last_review(key: BurstKey, votes: list[RecentVote]) -> list[RecentVote]:
    """The votes after the last reviewed burst of this key."""
    latest = select(func.max(VoteBurst.last_at)).where(_matches(key), VoteBurst.looked_at.is_not(None))
    last = db.session.scalar(latest) if sum(vote.is_new for vote in votes) >= MIN_NEWCOMERS else None
    return [vote for vote in votes if last is None or vote.at > last]


def _dense_period(votes: list[RecentVote]) -> list[RecentVote]:
    """The votes from the first to the last period of MIN_NEWCOMERS newcomers within WINDOW; empty if there is none."""
    newcomers = sorted(vote.at for vote in votes if vote.is_new)
    # Each vote of a newcomer, and the one that is the MIN_NEWCOMERS-th from there.
    periods = [
        (at, last) for at, last in zip(newcomers, newcomers[MIN_NEWCOMERS - 1 :], strict=False) if last - at <= WINDOW
    ]
    if not periods:
        return []
    return [vote for vote in votes if periods[0][0] <= vote.at <= periods[-1][1]]


def _record(key: BurstKey, votes: list[RecentVote]) -> None:
    """Update the burst that waits for review, or insert a new one and notify."""
    newcomers = [vote for vote in votes if vote.is_new]
    networks = Counter(vote.network for vote in newcomers if vote.network)
    counts = {
        "last_at": max(vote.at for vote in votes),
        "people": len(votes),
        "newcomers": len(newcomers),
        "same_network": max(networks.values(), default=0),
        "only_this": _voted_for_nothing_else(vote.person_id for vote in newcomers),
    }
    waiting = db.session.scalar(select(VoteBurst).where(_matches(key), VoteBurst.looked_at.is_(None)))
    if waiting is not None:
        for name, count in counts.items():
            setattr(waiting, name, max(count, getattr(waiting, name)))
        return
    burst = VoteBurst(idea_id=key[0], company_id=key[1], first_at=min(vote.at for vote in votes), **counts)  # type: ignore[arg-type]
    db.session.add(burst)
    db.session.flush()
    title = db.session.scalar(select(Idea.title).where(Idea.id == key[0]))
    facts = {"title": title, "people": burst.newcomers, "minutes": burst.minutes}
    recording.record("votes_burst", thing="vote_burst", thing_id=burst.id, by=None, **facts)


def _voted_for_nothing_else(people: Iterable[int]) -> int:
    """The number of these people who voted for a single idea."""
    each = select(Vote.person_id).where(Vote.person_id.in_(sorted(people))).group_by(Vote.person_id)
    return db.session.scalar(select(func.count()).select_from(each.having(func.count() == 1).subquery())) or 0


def _matches(key: BurstKey) -> ColumnElement[bool]:
    idea_id, company_id = key
    return (VoteBurst.idea_id == idea_id) & (
        VoteBurst.company_id.is_(None) if company_id is None else VoteBurst.company_id == company_id
    )
