"""Seed an empty database with the demo's community, and detect it."""

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
    """Create the community in an empty, migrated database; do nothing if it has any person.

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
    """Return whether the database has no person."""
    return db.session.scalar(select(Person.id).limit(1)) is None


def present() -> bool:
    """Return whether any of the demo's people can sign in: their password is public."""
    emails = [facts["email"] for facts in material.read("people")["people"]]
    return db.session.scalar(select(Person.id).where(Person.email.in_(emails)).limit(1)) is not None


def _count(ideas: Sequence[Idea]) -> None:
    """Set all counters in one statement. No other transaction is running, so no locks are needed."""
    tallies = recounting.tallies([idea.id for idea in ideas])
    for idea in ideas:
        for name, value in tallies[idea.id]._asdict().items():
            setattr(idea, name, value)
    db.session.flush()
