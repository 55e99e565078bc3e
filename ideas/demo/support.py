"""Realistic votes: most soon after an idea appears, some in bursts; their ledger and the follows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from ideas.board.models import Follow, Importance, Vote, VoteEvent
from ideas.board.voting import trending
from ideas.db import db
from ideas.demo.community import Community, Member
from ideas.demo.discussion import Talk
from ideas.demo.material import Calendar

#: So many open ideas were talked about in the last days, and got a part of their votes then.
BURSTS = 14
BURST_DAYS = 9
IN_BURST = 0.4
#: Votes that the vendor cast for a customer, each from its ticket.
ON_BEHALF = 12
#: Pain points that fit most ideas, and the share of important votes that have one.
REASONS_SHARE = 0.5
REASONS = (
    "Todo fechamento refaço isto em uma planilha.",
    "Perco quase um dia por mês conferindo à mão.",
    "Ligo para a contabilidade toda vez que preciso disto.",
    "Imprimo, confiro com caneta e digito de novo.",
    "Quando a pessoa que sabe fazer falta, ninguém consegue.",
    "Já paguei multa porque descobri tarde.",
    "Não consigo delegar: só funciona com o meu acesso.",
    "O cliente espera no balcão enquanto eu procuro.",
    "Exporto, filtro e importo de novo, com medo de errar.",
    "No celular não dá: preciso voltar ao escritório.",
    "A diretoria pede o número e eu levo dois dias.",
    "Cada filial faz de um jeito, e os dados não batem.",
)
#: Votes of a suspended person: set aside, not destroyed.
SET_ASIDE_EACH = 5


def fill(calendar: Calendar, community: Community, talks: list[Talk], rng: Random) -> list[Vote]:
    """Create the votes in the order they were cast, their ledger rows and the follows; return the votes."""
    bursting = _bursting(talks, rng)
    votes = [vote for talk in talks for vote in _votes(calendar, community, talk, talk in bursting, rng)]
    votes += _set_aside(calendar, community, talks, rng)
    votes.sort(key=lambda vote: vote.cast_at)
    _explain(votes, rng)
    _on_behalf(community, votes, rng)
    db.session.add_all(votes)
    db.session.flush()
    lines = sorted((line for vote in votes for line in _ledger(vote)), key=lambda line: line.at)
    db.session.add_all(lines)
    _follows(talks, votes)
    db.session.flush()
    return votes


def _bursting(talks: list[Talk], rng: Random) -> list[Talk]:
    often = [talk for talk in talks if not talk.closed_at and 12 <= talk.facts["votes"] <= 90]
    return rng.sample(often, BURSTS)


def _votes(calendar: Calendar, community: Community, talk: Talk, bursting: bool, rng: Random) -> Iterator[Vote]:
    """Create as many votes as the file says, the author's included; with none, the author withdrew theirs."""
    end, left = talk.closed_at or calendar.now, talk.facts["votes"]
    if talk.author.person.suspended_at is None:
        own = _vote(talk, talk.author, talk.idea.published_at, rng)
        if left == 0:
            own.withdrawn_at = own.cast_at + timedelta(minutes=50)
        yield own
        left = max(left - 1, 0)
    may = [one for one in community.customers if one is not talk.author and one.since < end]
    for voter in rng.sample(may, left):
        begin = max(talk.idea.published_at, voter.since)
        if bursting and rng.random() < IN_BURST:
            begin = max(begin, end - timedelta(days=BURST_DAYS))
        yield _vote(talk, voter, begin + (end - begin) * rng.betavariate(0.8, 3), rng)


def _set_aside(calendar: Calendar, community: Community, talks: list[Talk], rng: Random) -> Iterator[Vote]:
    for member in community.suspended:
        assert member.person.suspended_at is not None
        before = member.person.suspended_at
        own = [talk for talk in talks if talk.author is member]
        others = [talk for talk in talks if talk not in own and talk.idea.published_at < before and not talk.closed_at]
        for talk in own + rng.sample(others, SET_ASIDE_EACH):
            at = talk.idea.published_at + (before - talk.idea.published_at) * (0 if talk in own else rng.random())
            vote = _vote(talk, member, at, rng)
            vote.set_aside_at = before
            yield vote


def _vote(talk: Talk, voter: Member, at: datetime, rng: Random) -> Vote:
    assert voter.company is not None
    return Vote(
        person_id=voter.person.id,
        idea_id=talk.idea.id,
        company_id=voter.company.id,
        term=trending.vote_score(at),
        cast_at=at,
        importance=_importance(rng),
    )


def _explain(votes: list[Vote], rng: Random) -> None:
    """Some give a pain point, starting with the most important votes; no text repeats for a person or an idea."""
    said: set[tuple[int, str]] = set()
    for vote in votes:
        if vote.importance in {Importance.IMPORTANT, Importance.CRITICAL} and rng.random() < REASONS_SHARE:
            reason = rng.choice(REASONS)
            if not {(vote.idea_id, reason), (-vote.person_id, reason)} & said:
                said |= {(vote.idea_id, reason), (-vote.person_id, reason)}
                vote.reason = reason


def _on_behalf(community: Community, votes: list[Vote], rng: Random) -> None:
    """A few were requested in a ticket and cast by the analyst who answered it."""
    analyst = community.signing_in["heitor"].person
    signing_in = {member.person.id for member in community.signing_in.values()}
    others = [vote for vote in votes if vote.is_active and vote.person_id not in signing_in]
    for place, vote in enumerate(rng.sample(others, ON_BEHALF), start=1):
        vote.proxied_by_id, vote.source = analyst.id, f"chamado {vote.cast_at.year}-{place * 137:06d}"


def _importance(rng: Random) -> str | None:
    """About half have an importance."""
    return rng.choice([None, None, None, Importance.NICE, Importance.IMPORTANT, Importance.CRITICAL])


def _ledger(vote: Vote) -> Iterator[VoteEvent]:
    def line(what: str, at: datetime, by_id: int | None, importance: str | None = None) -> VoteEvent:
        return VoteEvent(vote_id=vote.id, person_id=vote.person_id, idea_id=vote.idea_id, company_id=vote.company_id,
                         what=what, by_id=by_id, importance=importance, at=at)  # fmt: skip

    if vote.proxied_by_id is not None:
        yield line("on_behalf", vote.cast_at, vote.proxied_by_id)
    else:
        yield line("cast", vote.cast_at, vote.person_id)
    if vote.importance is not None:
        yield line("importance_changed", vote.cast_at + timedelta(seconds=20), vote.person_id, vote.importance)
    if vote.withdrawn_at is not None:
        yield line("withdrawn", vote.withdrawn_at, vote.person_id, vote.importance)
    if vote.set_aside_at is not None:
        yield line("set_aside", vote.set_aside_at, None, vote.importance)


def _follows(talks: list[Talk], votes: list[Vote]) -> None:
    follows: dict[tuple[int, int], Follow] = {}

    def follow(person_id: int, idea_id: int) -> Follow:
        return follows.setdefault((person_id, idea_id), Follow(person_id=person_id, idea_id=idea_id))

    for talk in talks:
        follow(talk.author.person.id, talk.idea.id).author = True
        for member in talk.commented:
            follow(member.person.id, talk.idea.id).commented = True
    for vote in votes:
        follow(vote.person_id, vote.idea_id).voted = vote.withdrawn_at is None
    db.session.add_all(follows.values())
