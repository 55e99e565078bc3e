"""Odd bursts of votes: many new people of one company, or from one network, on one idea within the hour.

They are counted in full: a company may have ten new colleagues who all want the same. What was seen is
put before the moderators, who look; nothing is ever removed by itself. Networks are
read in the sign-in log and not kept.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from ideas import clock, jobs
from ideas.accounts.models import Person, SignIn
from ideas.accounts.signing_in import Outcome
from ideas.audit import log
from ideas.board.models import Idea, Vote, VoteEvent
from ideas.companies.models import Company
from ideas.db import db
from ideas.moderation.models import VoteBurst
from ideas.outbox import recording

#: So many new people within so long are odd; new is who came so lately.
ENOUGH = 10
WINDOW = timedelta(hours=1)
NEW = timedelta(days=7)
#: How far each look goes back, and over how many lines of the ledger at most.
LOOK_BACK = timedelta(hours=3)
MOST_LINES = 20_000
#: A person's network is that of their latest sign-in, if it is no older.
SIGNED_IN = timedelta(days=30)

#: What bursts are told apart by: the idea, and the company or None.
Key = tuple[int, int | None]


@dataclass(frozen=True)
class Ballot:
    """A vote just cast, with what makes it odd or not."""

    person_id: int
    idea_id: int
    company_id: int
    at: datetime
    is_new: bool
    network: str | None


@jobs.scheduled("moderation.find_bursts", "*/10 * * * *")
def find() -> None:
    """Look through the latest votes; put each burst before the moderators once, and let it grow."""
    ballots = _latest()
    groups: dict[Key, list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        groups[ballot.idea_id, ballot.company_id].append(ballot)
    for some in _by_network(ballots):
        groups[some[0].idea_id, None] += some
    for key, some in sorted(groups.items(), key=lambda group: (group[0][0], group[0][1] or 0)):
        if burst := _densest(_not_looked_at(key, some)):
            _put(key, burst)


def look_at(burst: VoteBurst, *, by: Person, note: str | None) -> None:
    """Note that a moderator looked, and what they made of it; who looked first stays."""
    if burst.looked_at is not None:
        return
    burst.looked_at, burst.looked_by_id, burst.note = clock.now(), by.id, note
    facts = {"idea_id": burst.idea_id, "company_id": burst.company_id, "newcomers": burst.newcomers}
    log.write(by=by, action="burst_looked_at", thing="vote_burst", thing_id=burst.id, after=facts, why=note or "")


def shown(*, looked: bool, before: int | None = None, size: int) -> Sequence[tuple[VoteBurst, Idea, Company | None]]:
    """The newest bursts that wait, or that were looked at; `size + 1` of them. One statement."""
    done = VoteBurst.looked_at.is_not(None) if looked else VoteBurst.looked_at.is_(None)
    rows = (
        select(VoteBurst, Idea, Company)
        .join(Idea, Idea.id == VoteBurst.idea_id)
        .outerjoin(Company, Company.id == VoteBurst.company_id)
        .where(done)
        .options(joinedload(VoteBurst.looked_by))
        .order_by(VoteBurst.id.desc())
        .limit(size + 1)
    )
    rows = rows if before is None else rows.where(VoteBurst.id < before)
    return [(burst, idea, company) for burst, idea, company in db.session.execute(rows)]


def _latest() -> list[Ballot]:
    """The votes that people cast themselves lately, each person once an idea, the first time."""
    newest = select(VoteEvent.id).order_by(VoteEvent.id.desc()).limit(MOST_LINES).subquery()
    lines = (
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
        .where(VoteEvent.what == "cast", VoteEvent.at >= clock.now() - LOOK_BACK)
        .order_by(VoteEvent.id)
    )
    rows = db.session.execute(lines).all()
    networks = _networks({row.person_id for row in rows if row.at - row.created_at < NEW})
    first: dict[tuple[int, int], Ballot] = {}
    for person, idea, company, at, came in rows:
        ballot = Ballot(person, idea, company, at, at - came < NEW, networks.get(person))
        first.setdefault((person, idea), ballot)
    return list(first.values())


def _networks(people: Iterable[int]) -> dict[int, str]:
    """From which network each of them last signed in."""
    signed_in = select(SignIn.person_id, SignIn.network).where(
        SignIn.person_id.in_(sorted(people)), SignIn.outcome == Outcome.IN, SignIn.at >= clock.now() - SIGNED_IN
    )
    return {person: network for person, network in db.session.execute(signed_in.order_by(SignIn.id)) if person}


def _by_network(ballots: Iterable[Ballot]) -> list[list[Ballot]]:
    """New people of several companies who voted for one idea from one network."""
    groups: dict[tuple[int, str], list[Ballot]] = defaultdict(list)
    for ballot in ballots:
        if ballot.is_new and ballot.network:
            groups[ballot.idea_id, ballot.network].append(ballot)
    return [some for some in groups.values() if len({ballot.company_id for ballot in some}) > 1]


def _not_looked_at(key: Key, ballots: list[Ballot]) -> list[Ballot]:
    """Those after the last burst here that somebody looked at."""
    seen = select(func.max(VoteBurst.last_at)).where(_is(key), VoteBurst.looked_at.is_not(None))
    last = db.session.scalar(seen) if sum(ballot.is_new for ballot in ballots) >= ENOUGH else None
    return [ballot for ballot in ballots if last is None or ballot.at > last]


def _densest(ballots: list[Ballot]) -> list[Ballot]:
    """Everyone from the first to the last new person of whom ENOUGH voted within WINDOW; nobody if none did."""
    fresh = sorted(ballot.at for ballot in ballots if ballot.is_new)
    # Pairs of a new person and the one who makes ENOUGH of them.
    dense = [(at, enough) for at, enough in zip(fresh, fresh[ENOUGH - 1 :], strict=False) if enough - at <= WINDOW]
    if not dense:
        return []
    return [ballot for ballot in ballots if dense[0][0] <= ballot.at <= dense[-1][1]]


def _put(key: Key, ballots: list[Ballot]) -> None:
    """Write down what was seen: a new burst is told, one that waits grows."""
    fresh = [ballot for ballot in ballots if ballot.is_new]
    networks = Counter(ballot.network for ballot in fresh if ballot.network)
    numbers = {
        "last_at": max(ballot.at for ballot in ballots),
        "people": len(ballots),
        "newcomers": len(fresh),
        "same_network": max(networks.values(), default=0),
        "only_this": _with_one_vote(ballot.person_id for ballot in fresh),
    }
    waiting = db.session.scalar(select(VoteBurst).where(_is(key), VoteBurst.looked_at.is_(None)))
    if waiting is not None:
        for name, number in numbers.items():
            setattr(waiting, name, max(number, getattr(waiting, name)))
        return
    burst = VoteBurst(idea_id=key[0], company_id=key[1], first_at=min(ballot.at for ballot in ballots), **numbers)  # type: ignore[arg-type]
    db.session.add(burst)
    db.session.flush()
    title = db.session.scalar(select(Idea.title).where(Idea.id == key[0]))
    facts = {"title": title, "people": burst.newcomers, "minutes": burst.minutes}
    recording.record("votes_burst", thing="vote_burst", thing_id=burst.id, by=None, **facts)


def _with_one_vote(people: Iterable[int]) -> int:
    """How many of them have voted for nothing else."""
    each = select(Vote.person_id).where(Vote.person_id.in_(sorted(people))).group_by(Vote.person_id)
    return db.session.scalar(select(func.count()).select_from(each.having(func.count() == 1).subquery())) or 0


def _is(key: Key) -> ColumnElement[bool]:
    idea_id, company_id = key
    return (VoteBurst.idea_id == idea_id) & (
        VoteBurst.company_id.is_(None) if company_id is None else VoteBurst.company_id == company_id
    )
