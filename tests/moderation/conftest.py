"""Fixtures of the moderation tests: a rule, a verdict and a report."""

from collections.abc import Callable

import pytest

from ideas.accounts.models import Person
from ideas.board.models import Idea
from ideas.comments.models import Comment
from ideas.conduct import publishing
from ideas.conduct.models import ConductRule
from ideas.db import db
from ideas.moderation import reporting, targets
from ideas.moderation.deciding import Verdict
from ideas.moderation.models import Case, DecisionOutcome
from ideas.moderation.reporting import NewReport
from ideas.moderation.targets import TargetKey
from tests import make


@pytest.fixture
def rule() -> ConductRule:
    """A rule of the current code of conduct, expunged from the session so that threads can read it."""
    code = publishing.current()
    assert code is not None
    first = publishing.rules_of(code)[0]
    db.session.expunge(first)
    return first


@pytest.fixture
def report(rule: ConductRule) -> Callable[..., Case]:
    """`report(idea, by=ana)` reports the idea and returns the case."""

    def report_text(content: Idea | Comment, by: Person) -> Case:
        thing = targets.load([key_of(content)])[key_of(content)]
        company = (make.companies_of(by) or [None])[0]
        made = reporting.report(thing, NewReport(rule, "Ofende."), reporter=by, company=company)
        return db.session.get_one(Case, made.case_id)

    return report_text


@pytest.fixture
def verdict(rule: ConductRule) -> Callable[..., Verdict]:
    """`verdict(DecisionOutcome.HIDE)` returns a complete verdict."""

    def give(outcome: DecisionOutcome, **facts: object) -> Verdict:
        facts.setdefault("gravity", "Grave o bastante.")
        return Verdict(outcome=outcome, rule=rule, reason="Veja a regra.", quote="à mão", **facts)  # type: ignore[arg-type]

    return give


def key_of(content: Idea | Comment) -> TargetKey:
    return TargetKey("idea" if isinstance(content, Idea) else "comment", content.id)
