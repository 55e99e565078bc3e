"""The board's orderings and pages: every idea in sight once, also with ties."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from ideas import clock
from ideas.accounts.models import Person
from ideas.board.listing import pages
from ideas.board.listing.filters import Filters
from ideas.board.listing.pages import ORDERINGS, Cursor, Ordering
from ideas.board.models import RANDOM_KEYS, Idea
from ideas.db import db
from ideas.errors import Missing
from ideas.products.models import Release
from tests import make
from tests.conftest import SERVER, statements

EVERYTHING = Filters()


def walk(ordering: Ordering, *, size: int = 4, start: int = 0, filters: Filters = EVERYTHING) -> list[int]:
    """Return the ids of all ideas, page by page."""
    seen: list[int] = []
    after: Cursor | None = None
    while True:
        page = pages.board(filters, ordering, after=after, start=start, size=size)
        seen += [card.id for card in page.cards]
        after = page.next
        if after is None:
            return seen
        assert len(seen) < 200, "the pages go round for ever"


@pytest.fixture
def tied() -> list[Idea]:
    """Twenty-three ideas. Most have the same value in every ordering."""
    moment = clock.now()
    ideas = [make.idea(published_at=moment - timedelta(days=number % 3)) for number in range(23)]
    for place, idea in enumerate(ideas):
        idea.trending = float(place % 2) / 3
        idea.people_count = idea.total_count = idea.critical_count = place % 3
        idea.answered_at = moment - timedelta(hours=place % 2)
        idea.random_key = place % 4 * 1000
    db.session.flush()
    return ideas


@pytest.mark.parametrize("key", ORDERINGS)
@pytest.mark.parametrize("size", [1, 4, 11, 23, 50])
def test_every_ordering_shows_each_idea_exactly_once(tied: list[Idea], key: str, size: int) -> None:
    assert sorted(walk(ORDERINGS[key], size=size, start=1500)) == sorted(idea.id for idea in tied)


@pytest.mark.parametrize("key", [key for key in ORDERINGS if key != "random"])
def test_ideas_are_ordered_by_value_then_newest_first(tied: list[Idea], key: str) -> None:
    column = ORDERINGS[key].column
    assert column is not None
    expected = sorted(tied, key=lambda idea: (getattr(idea, column.key), idea.id), reverse=True)
    assert walk(ORDERINGS[key]) == [idea.id for idea in expected]


@pytest.mark.parametrize("start", [0, 999, 1000, 1001, 3000, RANDOM_KEYS - 1])
def test_the_random_order_wraps_around_at_its_start(tied: list[Idea], start: int) -> None:
    def turn(idea: Idea) -> tuple[bool, int, int]:
        return (idea.random_key > start, -idea.random_key, -idea.id)

    assert walk(pages.RANDOM, start=start) == [idea.id for idea in sorted(tied, key=turn)]


def test_each_visit_has_another_random_start() -> None:
    starts = {pages.random_start() for _ in range(20)}
    assert len(starts) > 15
    assert all(0 <= start < RANDOM_KEYS for start in starts)


def test_d13_ideas_posted_between_two_pages_cause_no_gaps_or_repetitions(tied: list[Idea]) -> None:
    first = pages.board(EVERYTHING, ORDERINGS["recent"], size=10)
    newcomers = {make.idea().id for _ in range(5)}
    rest = walk_from(ORDERINGS["recent"], first.next)
    assert newcomers.isdisjoint(rest)
    assert sorted([card.id for card in first.cards] + rest) == sorted(idea.id for idea in tied)


def walk_from(ordering: Ordering, after: Cursor | None) -> list[int]:
    return [card.id for card in pages.board(EVERYTHING, ordering, after=after, size=100).cards]


def test_the_answered_ordering_contains_only_answered_ideas() -> None:
    make.idea()
    answered = make.idea(answered_at=clock.now())
    assert walk(ORDERINGS["answered"]) == [answered.id]


@pytest.mark.parametrize("fact", ["hidden_at", "held_at", "withdrawn_at"])
def test_b09_ideas_out_of_sight_are_in_no_ordering(fact: str) -> None:
    shown = make.idea(answered_at=clock.now())
    make.idea(answered_at=clock.now(), **{fact: clock.now()})
    for ordering in ORDERINGS.values():
        assert walk(ordering) == [shown.id]


def test_a_merged_idea_is_replaced_by_the_canonical_one() -> None:
    canonical = make.idea()
    merged = make.idea()
    merged.merged_into_id = merged.root_id = canonical.id
    db.session.flush()
    assert walk(pages.TRENDING) == [canonical.id]


@pytest.mark.parametrize("value", ["não", None, 3, clock.now(), float("nan"), float("inf")])
def test_c14_a_cursor_of_another_ordering_is_refused(value: object) -> None:
    with pytest.raises(Missing):
        pages.board(EVERYTHING, pages.TRENDING, after=(value, 1))


def test_a_page_of_any_ordering_takes_one_statement(tied: list[Idea]) -> None:
    for ordering in ORDERINGS.values():
        first = pages.board(EVERYTHING, ordering, size=5)
        with statements() as sent:
            pages.board(EVERYTHING, ordering, after=first.next, size=5)
        assert len(sent) == 1


def plan(ordering: Ordering, after: Cursor | None) -> str:
    """Return SQLite's query plan of a page."""
    value, number = after or (None, None)
    shape = pages.PageShape(ordering.key, after is not None, wrapped=ordering is pages.RANDOM, scan=False, size=26)
    question = pages._build(EVERYTHING, shape)
    places = {"value": value, "number": number} if after else {}
    asked = question.params(**places, start=0) if ordering is pages.RANDOM else question.params(**places)
    statement = str(asked.compile(db.engine, compile_kwargs={"literal_binds": True}))
    return "\n".join(row[-1] for row in db.session.execute(text("EXPLAIN QUERY PLAN " + statement.replace(":", "\\:"))))


def test_every_page_is_found_by_the_ordering_s_index() -> None:
    """SQLite only: its planner does not use the index for a row-value comparison."""
    if SERVER:
        return
    assert "USING INDEX ix_idea_trending" in plan(pages.TRENDING, None)
    further = plan(pages.TRENDING, (1.5, 12))
    assert "USING INDEX ix_idea_trending (trending=? AND id<?)" in further
    assert "USING INDEX ix_idea_trending (trending<?)" in further
    assert "USING INDEX ix_idea_random_key (random_key>?" in plan(pages.RANDOM, (5, 5))


def test_a_card_shows_an_announced_release() -> None:
    make.idea(status="planned", target_release_id=make.release("12.1.2610").id)
    make.idea(status="delivered")
    make.idea(status="planned", target_quarter="2027-T1")
    found = pages.board(EVERYTHING, ORDERINGS["recent"]).cards
    assert sorted(card.target or "" for card in found) == ["12.1.2510", "12.1.2610", "2027-T1"]


def test_b20_a_card_does_not_show_an_unannounced_release() -> None:
    product = make.release().product_id
    secret = Release(product_id=product, version="13.0.0001")
    db.session.add(secret)
    db.session.flush()
    idea = make.idea(status="planned", target_release_id=secret.id)
    [card] = pages.board(EVERYTHING).cards
    assert (card.id, card.target) == (idea.id, None)


def test_a_card_has_a_plain_text_excerpt_of_the_problem() -> None:
    make.idea(problem="**Negrito** e [um link](https://exemplo.example), " + "palavra " * 200)
    [card] = pages.board(EVERYTHING).cards
    assert card.excerpt.startswith("Negrito e um link, palavra")
    assert len(card.excerpt) <= 160


def test_authors_see_all_their_ideas_with_their_state(bruno: Person, carla: Person) -> None:
    make.idea(author=carla)
    mine = [make.idea(author=bruno), make.idea(author=bruno, hidden_at=clock.now()), make.idea(author=bruno)]
    mine[2].merged_into_id = mine[2].root_id = mine[0].id
    db.session.flush()
    first = pages.posted_by(bruno, size=2)
    assert [(card.id, card.state) for card in first.cards] == [(mine[2].id, "merged"), (mine[1].id, "hidden")]
    second = pages.posted_by(bruno, after=first.next, size=2)
    assert [(card.id, card.state) for card in second.cards] == [(mine[0].id, "")]
    assert not first.cards[1].open_to_votes


def test_the_newest_ideas_are_read_in_chunks_up_to_a_limit() -> None:
    ideas = [make.idea() for _ in range(7)]
    make.idea(hidden_at=clock.now())
    numbers = [idea.id for idea in reversed(ideas)]
    assert [entry.id for entry in pages.newest()] == numbers
    assert [entry.id for entry in pages.newest(3)] == numbers[:3]
    assert [entry.id for entry in pages.newest(chunk=2)] == numbers
