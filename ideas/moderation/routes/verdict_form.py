"""Shared by the pages that decide: the form with its rules, and the preview of the notifications."""

from collections.abc import Sequence
from typing import NamedTuple

from flask_babel import gettext

from ideas.accounts.models import Person
from ideas.conduct import publishing
from ideas.db import db
from ideas.moderation import deciding, events, ladder
from ideas.moderation.deciding import Verdict
from ideas.moderation.forms import VerdictForm
from ideas.moderation.models import DecisionOutcome
from ideas.moderation.targets import Target


class NoticePreview(NamedTuple):
    """A recipient, and the sentence of the notification."""

    to: str
    sentence: str


def form_with_rules() -> VerdictForm:
    """The form of a decision, with the rules of the current code of conduct."""
    form = VerdictForm()
    code = publishing.current()
    form.offer(publishing.rules_of(code) if code else [])
    return form


def next_steps(things: Sequence[Target]) -> dict[int, DecisionOutcome]:
    """The next step of the ladder for each author: one statement."""
    people = {thing.author_id for thing in things if thing.author_id is not None}
    past = deciding.past_outcomes(people)
    return {person: ladder.next_step(past.get(person, set())) for person in people}


def notice_previews(verdict: Verdict, things: Sequence[Target], *, reported: bool) -> list[NoticePreview]:
    """Preview the notifications to authors and reporters before the decision is made."""
    previews: list[NoticePreview] = []
    by_author: dict[int, int] = {}
    for thing in things:
        if thing.author_id is not None:
            by_author[thing.author_id] = by_author.get(thing.author_id, 0) + 1
    if verdict.outcome is not DecisionOutcome.NOTHING:
        for person_id, many in sorted(by_author.items())[:10]:
            sentence = gettext(events.sentence_for_author(verdict.outcome, many), many=many)
            previews.append(NoticePreview(db.session.get_one(Person, person_id).name, sentence))
    if reported:
        previews.append(
            NoticePreview(gettext("Quem denunciou"), gettext(events.sentence_for_reporters(verdict.outcome)))
        )
    return previews
