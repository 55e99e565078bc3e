"""The vendor's answer: a new status, an official response, or both in one operation.

The row of a status says what entering it requires; `status_transition` says which status may follow which. Each
refusal names the form field that it is about.
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

#: The statuses that may have a target: a release or a quarter.
STATUSES_WITH_TARGET = frozenset({"planned", "in_progress"})
DELIVERED = "delivered"
#: The link is shown as a hyperlink, so only web addresses are accepted.
_LINK = re.compile(r"https?://[^\s/]+\S*$")


class NotDecided(Refused):
    """A decision that is not possible; `field` is the part of it to fix."""

    field: ClassVar[str] = "to"


class AnsweredMeanwhile(NotDecided):
    message = N_(
        "Outra pessoa respondeu enquanto você escrevia. Veja como a ideia está agora e, se ainda couber, envie de novo."
    )


class NothingToPublish(NotDecided):
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

    `to` None leaves the status and its target as they are; the current status changes only the target of a planned
    idea. Targets are ignored for statuses without one.
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
    #: The `version_token` of the idea that the decider saw; None skips the check.
    seen: str | None = None


class Decided(NamedTuple):
    """What a decision wrote."""

    change: StatusChange | None
    response: OfficialResponse | None


class _Target(NamedTuple):
    """The release or quarter that a step names, and its name at that moment."""

    release_id: int | None = None
    quarter: str | None = None
    name: str | None = None


class _Step(NamedTuple):
    """A change to another status, or to the same one with another target."""

    before: Status
    after: Status
    target: _Target


def version_token(idea: Idea | IdeaDetail) -> str:
    """Return a token that changes with every decision. A form sends it back, which detects a concurrent decision."""
    return f"{idea.id}.{idea.status_key}.{idea.answered_at.isoformat() if idea.answered_at else ''}"


def decide(idea: Idea, decision: Decision, *, by: Person) -> Decided:
    """Answer the idea's merged set. Records one event, whatever the decision contains.

    The caller checks permission. Raises a NotDecided, or Missing for an idea that is now hidden, held or withdrawn.
    """
    root = locking.root_of(idea)
    if root.hidden_at or root.held_at or root.withdrawn_at:
        raise Missing
    if decision.seen not in {None, version_token(root)}:
        raise AnsweredMeanwhile
    if decision.link and not _LINK.match(decision.link):
        raise NotALink
    step = _step(root, decision) if decision.to is not None else None
    if step is None and not decision.text:
        raise LinkAlone if decision.link else NothingToPublish
    response = _respond(root, decision, by)
    change = _change_status(root, step, response, decision.reason, by) if step else None
    root.answered_at = clock.now()
    db.session.flush()
    _record(root, step, Decided(change, response), by)
    return Decided(change, response)


def _step(root: Idea, decision: Decision) -> _Step | None:
    """Return the step after checking everything that it requires; None if it changes nothing."""
    before = root.status
    after, needs_reason = _transition(root, decision.to)
    if after.needs_response and not decision.text:
        raise ResponseMissing
    if after.needs_link and not decision.link:
        raise LinkMissing
    if decision.link and not decision.text:
        raise LinkAlone
    if needs_reason and not decision.reason:
        raise ReasonMissing
    target = _target(root, after, decision)
    if after is before and (target.release_id, target.quarter) == (root.target_release_id, root.target_quarter):
        return None
    return _Step(before, after, target)


def _transition(root: Idea, key: str | None) -> tuple[Status, bool]:
    """Return the status to enter, and whether the transition needs a reason. Raises NoSuchStep."""
    transition = and_(StatusTransition.from_key == root.status_key, StatusTransition.to_key == Status.key)
    statement = select(Status, StatusTransition.needs_reason).outerjoin(StatusTransition, transition)
    after, needs_reason = db.session.execute(statement.where(Status.key == key)).one_or_none() or (None, None)
    stays = key == root.status_key and key in STATUSES_WITH_TARGET
    if after is None or (needs_reason is None and not stays):
        raise NoSuchStep
    return after, bool(needs_reason)


def _target(root: Idea, after: Status, decision: Decision) -> _Target:
    if after.needs_release:
        release = _release(root, decision.delivered_release_id)
        if release is None or not release.is_published:
            raise ReleaseNotOut
        return _Target(release.id, None, release.version)
    if after.key not in STATUSES_WITH_TARGET:
        return _Target()
    if decision.target_release_id and decision.target_quarter:
        raise TwoTargets
    if decision.target_quarter:
        if not clock.QUARTER_RE.fullmatch(decision.target_quarter):
            raise NotAQuarter
        return _Target(None, decision.target_quarter, decision.target_quarter)
    if decision.target_release_id:
        return _announced_target(root, decision.target_release_id)
    return _Target()


def _announced_target(root: Idea, release_id: int) -> _Target:
    """Return an announced release as the target, or the release that already is the target. Raises ReleaseNotAhead."""
    release = _release(root, release_id)
    if release is None or (release.id != root.target_release_id and (release.is_published or not release.announced_at)):
        raise ReleaseNotAhead
    return _Target(release.id, None, release.version)


def _release(root: Idea, release_id: int | None) -> Release | None:
    statement = select(Release).where(Release.id == release_id, Release.product_id == root.product_id)
    return db.session.scalar(statement) if release_id else None


def _respond(root: Idea, decision: Decision, by: Person) -> OfficialResponse | None:
    if not decision.text:
        return None
    response = OfficialResponse(
        idea_id=root.id, text=decision.text, language=decision.language, by_id=by.id, link=decision.link
    )
    db.session.add(response)
    db.session.flush()
    return response


def _change_status(
    root: Idea, step: _Step, response: OfficialResponse | None, reason: str | None, by: Person
) -> StatusChange:
    has_target, is_delivery = step.after.key in STATUSES_WITH_TARGET, step.after.needs_release
    root.status = step.after
    root.status_key = step.after.key
    root.target_release_id = step.target.release_id if has_target else None
    root.target_quarter = step.target.quarter if has_target else None
    root.delivered_release_id = step.target.release_id if is_delivery else None
    change = StatusChange(
        idea_id=root.id,
        from_key=step.before.key,
        to_key=step.after.key,
        by_id=by.id,
        response_id=response.id if response else None,
        reason=reason or None,
        target=step.target.name,
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
    facts |= {"change_id": decided.change.id, "target": step.target.name}
    record_step(root, step.before, step.after, by=by, **facts)


def record_step(root: Idea, before: Status, after: Status, *, by: Person, **facts: object) -> None:
    """Record that the idea's status changed; `facts` may name the change, its response and its target."""
    facts = {"title": root.title, "target": None} | facts | {
        "from_key": before.key,
        "to_key": after.key,
        "to_names": {"pt-BR": after.name_pt, "es": after.name_es, "en": after.name_en},
        "reopened": before.phase == "ended" and after.phase == "open",
    }  # fmt: skip
    recording.record("idea_status_changed", thing="idea", thing_id=root.id, by=by.id, **facts)
