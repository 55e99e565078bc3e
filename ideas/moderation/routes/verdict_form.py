"""What the pages that decide share: the form with its rules, and what each person will be told."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext

from ideas.accounts.models import Person
from ideas.conduct import publishing
from ideas.db import db
from ideas.moderation import deciding, events, ladder
from ideas.moderation.deciding import Verdict
from ideas.moderation.forms import VerdictForm
from ideas.moderation.models import Outcome
from ideas.moderation.targets import Thing


class Letter(NamedTuple):
    """Who will be told, and what."""

    to: str
    sentence: str


def form_with_rules() -> VerdictForm:
    """The form of a decision, with the rules of the code in force."""
    form = VerdictForm()
    code = publishing.current()
    form.offer(publishing.rules_of(code) if code else [])
    return form


def next_rungs(things: Sequence[Thing]) -> dict[int, Outcome]:
    """The next step for each author: one statement."""
    people = {thing.author_id for thing in things if thing.author_id is not None}
    past = deciding.outcomes_of(people)
    return {person: ladder.next_rung(past.get(person, set())) for person in people}


def letters(verdict: Verdict, things: Sequence[Thing], *, reported: bool) -> list[Letter]:
    """What authors and reporters will be told: shown before the decision is taken."""
    told: list[Letter] = []
    by_author: dict[int, int] = {}
    for thing in things:
        if thing.author_id is not None:
            by_author[thing.author_id] = by_author.get(thing.author_id, 0) + 1
    if verdict.outcome is not Outcome.NOTHING:
        for person_id, many in sorted(by_author.items())[:10]:
            sentence = gettext(events.to_author(verdict.outcome, many), many=many)
            told.append(Letter(db.session.get_one(Person, person_id).name, sentence))
    if reported:
        told.append(Letter(gettext("Quem denunciou"), gettext(events.to_reporters(verdict.outcome))))
    return told
