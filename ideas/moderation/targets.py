"""What can be reported: ideas and comments. Load, hide and show them."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import Select, select

from ideas.accounts.models import Person
from ideas.board import hiding as board_hiding
from ideas.board.models import Idea
from ideas.comments import hiding as comment_hiding
from ideas.comments.models import Comment
from ideas.db import db
from ideas.moderation.models import Case

#: kind -> its word in addresses and forms.
ADDRESS_WORDS = {"idea": "ideia", "comment": "comentario"}


class TargetKey(NamedTuple):
    """The kind ("idea" or "comment") and the id of a target. In addresses and forms: "ideia-12"."""

    kind: str
    number: int

    def __str__(self) -> str:
        return f"{ADDRESS_WORDS[self.kind]}-{self.number}"


class Target(NamedTuple):
    """An idea or a comment in its current state."""

    key: TargetKey
    author_id: int | None
    language: str
    #: The text by field: "title", "problem" and "proposal", or "text".
    words: Mapping[str, str]
    #: The idea on whose page it is.
    idea_id: int
    hidden: bool


def parse_key(value: str) -> TargetKey | None:
    """Parse a key such as "ideia-12"; None if it is invalid."""
    word, _, number = value.partition("-")
    kind = next((kind for kind, address_word in ADDRESS_WORDS.items() if address_word == word), None)
    return TargetKey(kind, int(number)) if kind and re.fullmatch(r"[0-9]{1,9}", number) else None


def visible(key: TargetKey, person: Person, *, moderator: bool = False) -> Target | None:
    """The target if this person may see it and its idea, else None."""
    if key.kind == "idea":
        idea = db.session.scalar(Idea.visible_to(person, moderator=moderator).where(Idea.id == key.number))
        return _idea(idea) if idea else None
    visible_ideas = Idea.visible_to(person, moderator=moderator).with_only_columns(Idea.id)
    comments = Comment.visible_to(person, moderator=moderator)
    comment = db.session.scalar(comments.where(Comment.id == key.number, Comment.idea_id.in_(visible_ideas)))
    return _comment(comment) if comment else None


def load(keys: Iterable[TargetKey]) -> dict[TargetKey, Target]:
    """The targets with these keys, visible or not: one statement per kind."""
    return _load(keys, select(Idea), select(Comment))


def visible_among(keys: Iterable[TargetKey], person: Person) -> dict[TargetKey, Target]:
    """Those of these targets that this person may see, without moderators' rights: one statement per kind."""
    ideas = Idea.visible_to(person)
    on_visible_ideas = Comment.idea_id.in_(ideas.with_only_columns(Idea.id))
    return _load(keys, ideas, Comment.visible_to(person).where(on_visible_ideas))


def _load(keys: Iterable[TargetKey], ideas: Select[Idea], comments: Select[Comment]) -> dict[TargetKey, Target]:
    ids: dict[str, set[int]] = {kind: {key.number for key in keys if key.kind == kind} for kind in ADDRESS_WORDS}
    targets: list[Target] = []
    if idea_ids := ids["idea"]:
        targets += map(_idea, db.session.scalars(ideas.where(Idea.id.in_(idea_ids))))
    if comment_ids := ids["comment"]:
        targets += map(_comment, db.session.scalars(comments.where(Comment.id.in_(comment_ids))))
    return {target.key: target for target in targets}


def key_of(case: Case) -> TargetKey:
    """The key of what the case is about."""
    return TargetKey(case.thing, case.thing_id)


def hide(key: TargetKey, reason: str) -> None:
    """Hide the target from everyone except moderators and its author; `reason` is the rule's key."""
    if key.kind == "idea":
        board_hiding.hide(db.session.get_one(Idea, key.number), reason)
    else:
        comment_hiding.hide(db.session.get_one(Comment, key.number), reason)


def show(key: TargetKey) -> None:
    """Show the target again."""
    if key.kind == "idea":
        board_hiding.show(db.session.get_one(Idea, key.number))
    else:
        comment_hiding.show(db.session.get_one(Comment, key.number))


def _idea(idea: Idea) -> Target:
    words = {"title": idea.title, "problem": idea.problem or "", "proposal": idea.proposal or ""}
    filled = {field: text for field, text in words.items() if text}
    return Target(
        TargetKey("idea", idea.id), idea.author_id, idea.language, filled, idea.id, idea.hidden_at is not None
    )


def _comment(comment: Comment) -> Target:
    words = {"text": comment.text}
    key = TargetKey("comment", comment.id)
    return Target(key, comment.author_id, comment.language, words, comment.idea_id, comment.hidden_at is not None)
