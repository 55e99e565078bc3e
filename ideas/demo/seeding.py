"""Fill an empty database with the demo's community, and know it again."""

from collections.abc import Sequence
from random import Random

from sqlalchemy import select

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.board.voting import recounting
from ideas.conduct import publishing
from ideas.db import db
from ideas.demo import catalogue, community, discussion, judging, material, merges, notices, support, tickets, waiting
from ideas.demo.material import Calendar


def seed() -> None:
    """Write the community into an empty, migrated database; nothing into one that holds somebody.

    The same people, texts and numbers every time; the dates go back from today. The caller commits.
    """
    if not is_empty():
        return
    calendar, rng = Calendar(clock.now()), Random(material.read("people")["generated"]["seed"])  # noqa: S311
    publishing.publish_shipped()
    products = catalogue.fill(calendar)
    people = community.fill(calendar, products, rng)
    talks = discussion.fill(calendar, products, people, rng)
    judging.fill(calendar, people, talks)
    votes = support.fill(calendar, people, talks, rng)
    notices.fill(calendar, people, talks, votes, rng)
    waiting.fill(calendar)
    tickets.fill(calendar, products, people)
    ideas = [talk.idea for talk in talks]
    _count(ideas)
    merges.fill(calendar, people, talks)
    _count([idea for idea in ideas if idea.root_id == idea.id])


def is_empty() -> bool:
    """Whether the database holds nobody."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def present() -> bool:
    """Whether somebody of the demo who can sign in is in the database: their password is known to everyone."""
    emails = [facts["email"] for facts in material.read("people")["people"]]
    return db.session.scalar(select(Person.id).where(Person.email.in_(emails)).limit(1)) is not None


def _count(ideas: Sequence[Idea]) -> None:
    """What a recount would write, in one statement for all: nobody else is here to be waited for."""
    tallies = recounting.tallies([idea.id for idea in ideas])
    for idea in ideas:
        for name, value in tallies[idea.id]._asdict().items():
            setattr(idea, name, value)
    db.session.flush()
