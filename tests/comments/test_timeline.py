"""An idea's comments and steps as one line: in order, complete, a page at a time, as its reader may see it."""

from datetime import timedelta

import pytest

from ideas import clock
from ideas.accounts.models import Person
from ideas.board import history
from ideas.board.models import Idea
from ideas.comments import timeline
from ideas.comments.models import Comment
from ideas.comments.timeline import Viewer
from ideas.db import db
from tests import make
from tests.conftest import statements

ANYONE = Viewer()


def said(idea: Idea, *, minutes_ago: float, text: str = "Aqui também.", author: Person | None = None) -> Comment:
    comment = make.comment(idea, text, author=author)
    comment.created_at = clock.now() - timedelta(minutes=minutes_ago)
    db.session.flush()
    return comment


def line(idea: Idea, viewer: Viewer = ANYONE, before: timeline.TimelineCursor | None = None) -> timeline.Timeline:
    return timeline.page(idea, history.steps(idea), viewer, before)


def words(page: timeline.Timeline) -> list[str]:
    return [entry.comment.text if entry.comment else entry.step.status.key if entry.step and entry.step.status else "posted"
            for entry in page.entries]  # fmt: skip


def an_idea(days_ago: int = 9) -> Idea:
    return make.idea(published_at=clock.now() - timedelta(days=days_ago))


def test_comments_and_steps_stand_in_one_line_newest_first(elisa: Person) -> None:
    idea, other = an_idea(), an_idea()
    said(idea, minutes_ago=30, text="depois")
    make.step(idea, "under_review", elisa, at=clock.now() - timedelta(minutes=60))
    said(idea, minutes_ago=90, text="antes")
    said(other, minutes_ago=10, text="noutra")
    assert words(line(idea)) == ["depois", "under_review", "antes", "posted"]


def test_d13_pages_leave_nothing_out_and_repeat_nothing(elisa: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PAGE", 3)
    idea = an_idea()
    moment = clock.now() - timedelta(hours=1)
    for number in range(10):
        comment = make.comment(idea, f"c{number}")
        # Three share each moment; a step falls on one of them.
        comment.created_at = moment + timedelta(minutes=number // 3)
    make.step(idea, "under_review", elisa, at=moment + timedelta(minutes=1))
    make.step(idea, "planned", elisa, at=moment + timedelta(minutes=2, seconds=30))
    db.session.flush()
    pages = [line(idea)]
    while pages[-1].next and len(pages) < 9:
        pages.append(line(idea, before=pages[-1].next))
    shown = [word for page in pages for word in words(page)]
    assert len(pages) == 4
    assert sorted(shown) == sorted([f"c{number}" for number in range(10)] + ["under_review", "planned", "posted"])
    moments = [entry.at for page in pages for entry in page.entries]
    assert moments == sorted(moments, reverse=True)
    assert [word for word in shown if word.startswith("c")] == [f"c{number}" for number in range(9, -1, -1)]


def test_d13_a_comment_that_arrives_meanwhile_moves_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "PAGE", 2)
    idea = an_idea()
    for number in range(4):
        said(idea, minutes_ago=60 - number, text=f"c{number}")
    first = line(idea)
    said(idea, minutes_ago=0, text="nova")
    assert first.next is not None
    assert words(line(idea, before=first.next)) == ["c1", "c0", "posted"]


@pytest.mark.parametrize("mark", ["hidden_at", "held_at"])
def test_b09_a_hidden_comment_is_its_authors_and_moderators_only(mark: str, bruno: Person, carla: Person) -> None:
    idea = an_idea()
    comment = said(idea, minutes_ago=5, text="canário", author=bruno)
    setattr(comment, mark, clock.now())
    db.session.flush()
    seen = {
        "visitor": "canário" in words(line(idea)),
        "another": "canário" in words(line(idea, Viewer(carla))),
        "staff": "canário" in words(line(idea, Viewer(make.person("elisa")))),
        "author": "canário" in words(line(idea, Viewer(bruno))),
        "moderator": "canário" in words(line(idea, Viewer(carla, is_moderator=True))),
    }
    assert [who for who, sees in seen.items() if sees] == ["author", "moderator"]


def test_a_merged_ideas_comments_stand_in_the_same_line() -> None:
    root = an_idea()
    duplicate = make.idea(merged_into_id=root.id)
    duplicate.root_id = root.id
    said(root, minutes_ago=9, text="na raiz")
    said(duplicate, minutes_ago=5, text="na outra")
    assert words(line(root)) == ["na outra", "na raiz", "posted"]


def test_b10_comments_of_a_hidden_duplicate_are_not_shown() -> None:
    root = an_idea()
    duplicate = make.idea(merged_into_id=root.id, hidden_at=clock.now())
    duplicate.root_id = root.id
    said(duplicate, minutes_ago=5, text="canário")
    assert words(line(root)) == ["posted"]


def test_the_line_costs_two_statements_however_long() -> None:
    idea = an_idea()
    for number in range(60):
        said(idea, minutes_ago=number)
    db.session.expire_all()
    assert idea.published_at
    assert idea.root_id
    with statements() as sent:
        for entry in line(idea).entries:
            assert entry.step or (entry.comment and entry.comment.author.name and entry.comment.company)
    assert len(sent) == 2
