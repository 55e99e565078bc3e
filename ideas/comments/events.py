"""The notification of a comment: to the idea's author and to the followers who want to know everything."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ideas.accounts.models import Person
from ideas.board import events as board
from ideas.board import following
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.db import db
from ideas.errors import N_
from ideas.outbox import kinds
from ideas.outbox.models import Event


def register() -> None:
    """Register the event with the outbox. Called by wiring/registries.py."""
    together = kinds.Grouping(_on_which, several)
    kinds.register_kind(
        "idea_commented", recipients=recipients, may_see=may_see, wording=words, group=together, quote=said
    )


def recipients(event: Event) -> Iterable[int]:
    """The followers of the idea's set who want to know everything, including its author."""
    idea = db.session.get(Idea, event.data["idea_id"])
    return following.recipients(idea, result=False) if idea else []


def may_see(event: Event, people: Sequence[int]) -> Iterable[int]:
    """Those of these people who may currently see both the comment and its idea."""
    shown = db.session.scalar(Comment.visible_to(None).where(Comment.id == event.thing_id))
    return board.may_see_idea(event.data["idea_id"], people) if shown else []


def visible_among(numbers: Iterable[int], person: Person) -> set[int]:
    """Return the ids of those comments that the person may see, with their ideas: for a list of notifications."""
    ideas = Idea.visible_to(person).with_only_columns(Idea.id)
    comments = Comment.visible_to(person).with_only_columns(Comment.id)
    return set(db.session.scalars(comments.where(Comment.id.in_(set(numbers)), Comment.idea_id.in_(ideas))))


def words(event: Event) -> kinds.Wording:
    """The notification of one comment, with a link to it."""
    return kinds.Wording(
        N_("%(by)s comentou em “%(title)s”."),
        {"title": event.data["title"], "sign": "comment"},
        "ideas.short",
        {"number": event.data["idea_id"], "_anchor": f"comentario-{event.thing_id}"},
        button=N_("Ver o comentário"),
    )


def several(events: Sequence[Event]) -> kinds.Wording:
    """The notification of several comments on one idea, with a link to the first."""
    sentence = N_("%(num)s comentários novos em “%(title)s”.")
    first = words(events[0])
    return replace(first, sentence=sentence, facts={**first.facts, "num": len(events)}, button=N_("Ver os comentários"))


def said(event: Event) -> str:
    """The comment's text."""
    comment = db.session.get(Comment, event.thing_id)
    return comment.text if comment else ""


def _on_which(event: Event) -> int:
    idea: int = event.data["idea_id"]
    return idea
