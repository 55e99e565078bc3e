"""Ideas with their histories and comments, in the state that the operations would have left."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from ideas import search
from ideas.board.models import RANDOM_KEYS, Idea, OfficialResponse, StatusChange
from ideas.comments.models import Comment
from ideas.db import db
from ideas.demo import material
from ideas.demo.catalogue import Catalogue
from ideas.demo.community import Community, Member
from ideas.demo.material import Calendar
from ideas.products.models import Release
from ideas.releases.models import ReleaseItemIdea

FILES = ("ideas_erp", "ideas_rh", "ideas_varejo")
LANGUAGE = "pt-BR"
#: Ideas come in the morning, answers before noon, comments after it: a day's things stand in their order.
MORNING, ANSWERING, AFTERNOON = 7 * 60, 10 * 60, 13 * 60
ENDED = {"delivered", "declined", "already_exists"}


@dataclass
class Talk:
    """An idea and its data from the demo's file."""

    idea: Idea
    facts: dict[str, Any]
    author: Member
    #: When votes closed, for an ended idea.
    closed_at: datetime | None = None
    commented: list[Member] = field(default_factory=list)


@dataclass(frozen=True)
class _Scene:
    calendar: Calendar
    catalogue: Catalogue
    community: Community
    rng: Random

    def release(self, talk: Talk, version: str | None) -> Release | None:
        return self.catalogue.releases[talk.facts["product"], version] if version else None

    def someone(self, key: str, before: datetime, but: Member | None = None) -> Member:
        """Return the person with that key; for "random", one who had joined by then."""
        if key != "random":
            return self.community.signing_in[key]
        return self.rng.choice([one for one in self.community.others if one.since < before and one is not but])


def fill(calendar: Calendar, catalogue: Catalogue, community: Community, rng: Random) -> list[Talk]:
    """Create every idea, oldest first, with its steps and comments. The counters are set later."""
    scene = _Scene(calendar, catalogue, community, rng)
    facts = [one for name in FILES for one in material.read(name)["ideas"]]
    talks = [_idea(scene, one) for one in sorted(facts, key=lambda one: -one["age_days"])]
    db.session.add_all(talk.idea for talk in talks)
    db.session.flush()
    for talk in talks:
        talk.idea.root_id = talk.idea.id
        _steps(scene, talk)
        _comments(scene, talk)
        _make_findable(talk.idea)
    _answers(catalogue, talks)
    db.session.flush()
    return talks


def _idea(scene: _Scene, facts: dict[str, Any]) -> Talk:
    published = scene.calendar.ago(facts["age_days"], minute=MORNING + scene.rng.randrange(120))
    author = scene.someone(facts["author"], published)
    idea = Idea(
        title=facts["title"],
        problem=facts["problem"].strip(),
        proposal=facts.get("proposal", "").strip() or None,
        product_id=scene.catalogue.products[facts["product"]].id,
        module_id=scene.catalogue.modules[facts["product"], facts["module"]].id,
        kind=facts["kind"],
        language=LANGUAGE,
        author_id=author.person.id,
        company_id=author.company.id if author.company else None,
        published_at=published,
        random_key=scene.rng.randrange(RANDOM_KEYS),
    )
    return Talk(idea, facts, author)


def _steps(scene: _Scene, talk: Talk) -> None:
    history = talk.facts.get("history", [])
    for facts in history:
        at = scene.calendar.ago(facts["age_days"], minute=ANSWERING + scene.rng.randrange(100))
        _step(scene, talk, facts, at)
    _settle(scene, talk, history)


def _step(scene: _Scene, talk: Talk, facts: dict[str, Any], at: datetime) -> None:
    idea, by = talk.idea, scene.someone(facts["by"], at).person
    response = None
    if "response" in facts:
        response = OfficialResponse(
            idea_id=idea.id, text=facts["response"], language=LANGUAGE, by_id=by.id, link=facts.get("link"), at=at
        )
        db.session.add(response)
        db.session.flush()
    change = StatusChange(
        idea_id=idea.id,
        from_key=idea.status_key,
        to_key=facts["status"],
        by_id=by.id,
        response_id=response.id if response else None,
        reason=facts.get("reason"),
        target=facts.get("release") or facts.get("target_release") or _quarter(scene, facts),
        at=at,
    )
    db.session.add(change)
    # One at a time: a batch would lose the order of the steps.
    idea.status_key, idea.answered_at = facts["status"], at
    talk.closed_at = at if facts["status"] in ENDED else None
    delivered = scene.release(talk, facts.get("release"))
    idea.delivered_release_id = delivered.id if delivered else None
    db.session.flush()


def _settle(scene: _Scene, talk: Talk, history: list[dict[str, Any]]) -> None:
    """The target of the last planned step still applies while the idea is in progress."""
    planned = [facts for facts in history if facts["status"] == "planned"]
    if not planned or talk.idea.status_key not in {"planned", "in_progress"}:
        return
    target = scene.release(talk, planned[-1].get("target_release"))
    talk.idea.target_release_id = target.id if target else None
    talk.idea.target_quarter = _quarter(scene, planned[-1])


def _quarter(scene: _Scene, facts: dict[str, Any]) -> str | None:
    return scene.calendar.quarter(facts["target_in_days"]) if "target_in_days" in facts else None


def _comments(scene: _Scene, talk: Talk) -> None:
    for place, facts in enumerate(talk.facts.get("comments", [])):
        minute = AFTERNOON + place * 20 + scene.rng.randrange(20)
        at = scene.calendar.ago(facts["age_days"], minute=minute)
        author = scene.someone(facts["author"], at, but=talk.author)
        db.session.add(
            Comment(
                idea_id=talk.idea.id,
                author_id=author.person.id,
                text=facts["text"],
                language=LANGUAGE,
                company_id=author.company.id if author.company else None,
                created_at=at,
            )
        )
        talk.commented.append(author)
    talk.idea.own_comments = len(talk.commented)


def _make_findable(idea: Idea) -> None:
    body = "\n\n".join(filter(None, [idea.problem, idea.proposal]))
    search.index(db.session(), "idea", idea.id, idea.title, body, idea.language)


def _answers(catalogue: Catalogue, talks: list[Talk]) -> None:
    """Link release items to the ideas they deliver."""
    by_key = {talk.facts["key"]: talk.idea for talk in talks}
    db.session.add_all(ReleaseItemIdea(item_id=item.id, idea_id=by_key[key].id) for item, key in catalogue.answers)
