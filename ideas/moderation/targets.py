"""What can be reported: an idea or a comment. Its words, its author, its place; hiding it, showing it again."""

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

#: sort -> its word in addresses and forms.
SORTS = {"idea": "ideia", "comment": "comentario"}


class Name(NamedTuple):
    """Which thing: its sort ("idea" or "comment") and its number. In addresses and forms: "ideia-12"."""

    sort: str
    number: int

    def __str__(self) -> str:
        return f"{SORTS[self.sort]}-{self.number}"


class Thing(NamedTuple):
    """Something somebody wrote, as moderation sees it now."""

    name: Name
    author_id: int | None
    language: str
    #: What stands there, by field: "title", "problem" and "proposal", or "text".
    words: Mapping[str, str]
    #: The idea whose page it stands on.
    idea_id: int
    hidden: bool


def named(typed: str) -> Name | None:
    """The name that an address or a form gives ("ideia-12"), or None."""
    word, _, number = typed.partition("-")
    sort = next((sort for sort, said in SORTS.items() if said == word), None)
    return Name(sort, int(number)) if sort and re.fullmatch(r"[0-9]{1,9}", number) else None


def visible(name: Name, person: Person, *, moderator: bool = False) -> Thing | None:
    """The thing, if this person may see it, with the idea it stands on."""
    if name.sort == "idea":
        idea = db.session.scalar(Idea.visible_to(person, moderator=moderator).where(Idea.id == name.number))
        return _idea(idea) if idea else None
    shown = Idea.visible_to(person, moderator=moderator).with_only_columns(Idea.id)
    comments = Comment.visible_to(person, moderator=moderator)
    comment = db.session.scalar(comments.where(Comment.id == name.number, Comment.idea_id.in_(shown)))
    return _comment(comment) if comment else None


def among(names: Iterable[Name]) -> dict[Name, Thing]:
    """Those things as they stand now, whoever may see them: a statement for each sort."""
    return _among(names, select(Idea), select(Comment))


def visible_among(names: Iterable[Name], person: Person) -> dict[Name, Thing]:
    """Those of them that this person, no moderator, may see: a statement for each sort."""
    ideas = Idea.visible_to(person)
    under = Comment.idea_id.in_(ideas.with_only_columns(Idea.id))
    return _among(names, ideas, Comment.visible_to(person).where(under))


def _among(names: Iterable[Name], ideas: Select[Idea], comments: Select[Comment]) -> dict[Name, Thing]:
    numbers: dict[str, set[int]] = {sort: {name.number for name in names if name.sort == sort} for sort in SORTS}
    found: list[Thing] = []
    if of_ideas := numbers["idea"]:
        found += map(_idea, db.session.scalars(ideas.where(Idea.id.in_(of_ideas))))
    if of_comments := numbers["comment"]:
        found += map(_comment, db.session.scalars(comments.where(Comment.id.in_(of_comments))))
    return {thing.name: thing for thing in found}


def of(case: Case) -> Name:
    """What a case is about."""
    return Name(case.thing, case.thing_id)


def hide(name: Name, reason: str) -> None:
    """Take it out of sight of everyone but moderators and its author; `reason` is the rule's key."""
    if name.sort == "idea":
        board_hiding.hide(db.session.get_one(Idea, name.number), reason)
    else:
        comment_hiding.hide(db.session.get_one(Comment, name.number), reason)


def show(name: Name) -> None:
    """Bring it back as it was."""
    if name.sort == "idea":
        board_hiding.show(db.session.get_one(Idea, name.number))
    else:
        comment_hiding.show(db.session.get_one(Comment, name.number))


def _idea(idea: Idea) -> Thing:
    words = {"title": idea.title, "problem": idea.problem or "", "proposal": idea.proposal or ""}
    kept = {field: text for field, text in words.items() if text}
    return Thing(Name("idea", idea.id), idea.author_id, idea.language, kept, idea.id, idea.hidden_at is not None)


def _comment(comment: Comment) -> Thing:
    words = {"text": comment.text}
    name = Name("comment", comment.id)
    return Thing(name, comment.author_id, comment.language, words, comment.idea_id, comment.hidden_at is not None)
