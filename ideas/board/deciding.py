"""The vendor's answer: an idea's next status, an official response, or both in one deed.

What a status requires to be entered stands in its row, and which may follow which in the
transitions. Each refusal names the field of the answer that it is about.
"""

import re
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from sqlalchemy import and_, select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.detail import IdeaDetail
from ideas.board.merging import locking
from ideas.board.models import Idea, OfficialResponse, Status, StatusChange, StatusTransition
from ideas.db import db
from ideas.errors import N_, Missing, Refused
from ideas.outbox import recording
from ideas.products.models import Release

#: The statuses that look ahead: with a release, a quarter, or no date yet.
LOOKING_AHEAD = frozenset({"planned", "in_progress"})
DELIVERED = "delivered"
#: What a link may look like: it is shown as one, so it leads to the web and nowhere else.
_LINK = re.compile(r"https?://[^\s/]+\S*$")


class NotDecided(Refused):
    """An answer that can't be given so; `field` is the part of the decision to mend."""

    field: ClassVar[str] = "to"


class AnsweredMeanwhile(NotDecided):
    message = N_(
        "Outra pessoa respondeu enquanto você escrevia. Veja como a ideia está agora e, se ainda couber, envie de novo."
    )


class NothingSaid(NotDecided):
    message = N_("Escreva a resposta, ou escolha a nova situação.")
    field = "text"


class NoSuchStep(NotDecided):
    message = N_("Desta situação a ideia não passa direto para a que você escolheu. Escolha outra.")


class ResponseMissing(NotDecided):
    message = N_("Esta situação pede uma resposta oficial: escreva o que dizer a quem apoia a ideia.")
    field = "text"


class LinkMissing(NotDecided):
    message = N_("Esta situação pede um link: diga onde a pessoa encontra o que já existe.")
    field = "link"


class NotALink(NotDecided):
    message = N_("Escreva o endereço inteiro, com https://.")
    field = "link"


class LinkAlone(NotDecided):
    message = N_("Com o link, escreva também a resposta.")
    field = "text"


class ReasonMissing(NotDecided):
    message = N_("Diga por que a ideia volta: o motivo fica no histórico.")
    field = "reason"


class ReleaseNotOut(NotDecided):
    message = N_("Escolha uma release já publicada deste produto.")
    field = "delivered_release"


class ReleaseNotAhead(NotDecided):
    message = N_("Escolha uma release deste produto que esteja anunciada e ainda não publicada.")
    field = "target_release"


class TwoTargets(NotDecided):
    message = N_("Escolha a release ou o trimestre, não os dois.")
    field = "target_quarter"


class NotAQuarter(NotDecided):
    message = N_("Escreva o trimestre como 2027-T1.")
    field = "target_quarter"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What was decided.

    `to` None leaves the status and its target as they are; the status it stands in already gives a
    planned idea another target. Targets count only for the statuses that look ahead.
    """

    to: str | None = None
    text: str | None = None
    link: str | None = None
    reason: str | None = None
    target_release_id: int | None = None
    target_quarter: str | None = None
    delivered_release_id: int | None = None
    #: The language of the text.
    language: str = "pt-BR"
    #: What `state_of` said of the idea that the decider was looking at; None judges it as it is now.
    seen: str | None = None


class Decided(NamedTuple):
    """What a decision wrote."""

    change: StatusChange | None
    response: OfficialResponse | None


class _Aim(NamedTuple):
    """The release or the quarter that a step names, and its words at that moment."""

    release_id: int | None = None
    quarter: str | None = None
    words: str | None = None


class _Step(NamedTuple):
    """From a status to another, or to the same one with another target."""

    before: Status
    after: Status
    aim: _Aim


def state_of(idea: Idea | IdeaDetail) -> str:
    """A word that changes with every decision on the idea: a form carries it to notice another one's."""
    return f"{idea.id}.{idea.status_key}.{idea.answered_at.isoformat() if idea.answered_at else ''}"


def decide(idea: Idea, decision: Decision, *, by: Person) -> Decided:
    """Give the vendor's answer to the idea's merged set: told as one event, whatever it holds.

    Whether `by` may is asked by who calls. Raises a NotDecided, or Missing for an idea that is
    hidden, held or withdrawn by now.
    """
    root = locking.root_of(idea)
    if root.hidden_at or root.held_at or root.withdrawn_at:
        raise Missing
    if decision.seen not in {None, state_of(root)}:
        raise AnsweredMeanwhile
    if decision.link and not _LINK.match(decision.link):
        raise NotALink
    step = _step(root, decision) if decision.to is not None else None
    if step is None and not decision.text:
        raise LinkAlone if decision.link else NothingSaid
    response = _respond(root, decision, by)
    change = _go(root, step, response, decision.reason, by) if step else None
    root.answered_at = clock.now()
    db.session.flush()
    _record(root, step, Decided(change, response), by)
    return Decided(change, response)


def _step(root: Idea, decision: Decision) -> _Step | None:
    """The step decided on, checked against everything that it requires; None if it leads nowhere new."""
    before = root.status
    after, needs_reason = _passage(root, decision.to)
    if after.needs_response and not decision.text:
        raise ResponseMissing
    if after.needs_link and not decision.link:
        raise LinkMissing
    if decision.link and not decision.text:
        raise LinkAlone
    if needs_reason and not decision.reason:
        raise ReasonMissing
    aim = _aim(root, after, decision)
    if after is before and (aim.release_id, aim.quarter) == (root.target_release_id, root.target_quarter):
        return None
    return _Step(before, after, aim)


def _passage(root: Idea, key: str | None) -> tuple[Status, bool]:
    """The status to enter, and whether entering it from the root's needs a reason; NoSuchStep if one can't."""
    from_here = and_(StatusTransition.from_key == root.status_key, StatusTransition.to_key == Status.key)
    asked = select(Status, StatusTransition.needs_reason).outerjoin(StatusTransition, from_here)
    after, needs_reason = db.session.execute(asked.where(Status.key == key)).one_or_none() or (None, None)
    stays = key == root.status_key and key in LOOKING_AHEAD
    if after is None or (needs_reason is None and not stays):
        raise NoSuchStep
    return after, bool(needs_reason)


def _aim(root: Idea, after: Status, decision: Decision) -> _Aim:
    if after.needs_release:
        release = _release(root, decision.delivered_release_id)
        if release is None or not release.is_published:
            raise ReleaseNotOut
        return _Aim(release.id, None, release.version)
    if after.key not in LOOKING_AHEAD:
        return _Aim()
    if decision.target_release_id and decision.target_quarter:
        raise TwoTargets
    if decision.target_quarter:
        if not clock.QUARTER_RE.fullmatch(decision.target_quarter):
            raise NotAQuarter
        return _Aim(None, decision.target_quarter, decision.target_quarter)
    if decision.target_release_id:
        return _ahead(root, decision.target_release_id)
    return _Aim()


def _ahead(root: Idea, release_id: int) -> _Aim:
    """A release to come that everyone may see, or the one that the idea waits for already."""
    release = _release(root, release_id)
    if release is None or (release.id != root.target_release_id and (release.is_published or not release.announced_at)):
        raise ReleaseNotAhead
    return _Aim(release.id, None, release.version)


def _release(root: Idea, release_id: int | None) -> Release | None:
    asked = select(Release).where(Release.id == release_id, Release.product_id == root.product_id)
    return db.session.scalar(asked) if release_id else None


def _respond(root: Idea, decision: Decision, by: Person) -> OfficialResponse | None:
    if not decision.text:
        return None
    response = OfficialResponse(
        idea_id=root.id, text=decision.text, language=decision.language, by_id=by.id, link=decision.link
    )
    db.session.add(response)
    db.session.flush()
    return response


def _go(root: Idea, step: _Step, response: OfficialResponse | None, reason: str | None, by: Person) -> StatusChange:
    ahead, ended = step.after.key in LOOKING_AHEAD, step.after.needs_release
    root.status = step.after
    root.status_key = step.after.key
    root.target_release_id = step.aim.release_id if ahead else None
    root.target_quarter = step.aim.quarter if ahead else None
    root.delivered_release_id = step.aim.release_id if ended else None
    change = StatusChange(
        idea_id=root.id,
        from_key=step.before.key,
        to_key=step.after.key,
        by_id=by.id,
        response_id=response.id if response else None,
        reason=reason or None,
        target=step.aim.words,
    )
    db.session.add(change)
    return change


def _record(root: Idea, step: _Step | None, decided: Decided, by: Person) -> None:
    """One event for the status and the response together."""
    facts: dict[str, object] = {"title": root.title}
    if decided.response:
        facts["response_id"] = decided.response.id
    if step is None:
        recording.record("idea_answered", thing="idea", thing_id=root.id, by=by.id, **facts)
        return
    assert decided.change is not None
    facts |= {"change_id": decided.change.id, "target": step.aim.words}
    record_step(root, step.before, step.after, by=by, **facts)


def record_step(root: Idea, before: Status, after: Status, *, by: Person, **facts: object) -> None:
    """Record that the idea passed from one status to another; `facts` may name the change, its response, its target."""
    facts = {"title": root.title, "target": None} | facts | {
        "from_key": before.key,
        "to_key": after.key,
        "to_names": {"pt-BR": after.name_pt, "es": after.name_es, "en": after.name_en},
        "reopened": before.phase == "ended" and after.phase == "open",
    }  # fmt: skip
    recording.record("idea_status_changed", thing="idea", thing_id=root.id, by=by.id, **facts)
