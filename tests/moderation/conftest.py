"""What the tests of moderation share: a rule to name, a verdict to give, something reported."""

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
from ideas.moderation.models import Case, Outcome
from ideas.moderation.reporting import NewReport
from ideas.moderation.targets import Name
from tests import make


@pytest.fixture
def rule() -> ConductRule:
    """A rule of the code in force; of no session, so that threads may read it."""
    code = publishing.current()
    assert code is not None
    first = publishing.rules_of(code)[0]
    db.session.expunge(first)
    return first


@pytest.fixture
def report(rule: ConductRule) -> Callable[..., Case]:
    """`report(idea, by=ana)`: the case that gathers the report."""

    def tell(what: Idea | Comment, by: Person) -> Case:
        thing = targets.among([name_of(what)])[name_of(what)]
        company = (make.companies_of(by) or [None])[0]
        made = reporting.report(thing, NewReport(rule, "Ofende."), reporter=by, company=company)
        return db.session.get_one(Case, made.case_id)

    return tell


@pytest.fixture
def verdict(rule: ConductRule) -> Callable[..., Verdict]:
    """`verdict(Outcome.HIDE)`, with everything that it needs."""

    def give(outcome: Outcome, **facts: object) -> Verdict:
        facts.setdefault("gravity", "Grave o bastante.")
        return Verdict(outcome=outcome, rule=rule, reason="Veja a regra.", quote="à mão", **facts)  # type: ignore[arg-type]

    return give


def name_of(what: Idea | Comment) -> Name:
    return Name("idea" if isinstance(what, Idea) else "comment", what.id)
