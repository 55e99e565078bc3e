"""Cards of the board: what an IdeaSummary shows, and that a cached card is the rendered one."""

from datetime import UTC, datetime

import pytest
from flask import Flask, render_template

from ideas.board.listing.cards import IdeaSummary
from ideas.products.models import Label
from ideas.read_models import replace
from ideas.web.fragments import fragment
from ideas.web.languages import LANGUAGES

STATUS, PRODUCT = Label("new", "Nova", "Nueva", "New"), Label("erp", "Um <i>", "Uno", "One")
CARD = IdeaSummary(
    id=7,
    title="título <b> \N{LEFT DOUBLE QUOTATION MARK}",
    language="pt-BR",
    root_id=7,
    merged_into_id=None,
    hidden_at=None,
    held_at=None,
    withdrawn_at=None,
    published_at=datetime(2026, 11, 20, tzinfo=UTC),
    total_count=1_234,
    people_count=2,
    company_count=1,
    comment_count=0,
    status_key="new",
    target_quarter="2027-T1",
    beginning="**Uma** *frase*.",
    votes_open=True,
    status=STATUS,
    product=PRODUCT,
    module=None,
    version=None,
)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
CARDS = [
    CARD,
    replace(CARD, module=PRODUCT, version="4.2", total_count=1, comment_count=2, language="es"),
    replace(CARD, beginning=None, hidden_at=NOW, votes_open=False),
    replace(CARD, beginning="***", merged_into_id=3),
]


@pytest.mark.parametrize("locale", list(LANGUAGES))
@pytest.mark.parametrize("card", CARDS)
def test_a_cached_card_equals_the_rendered_one(app: Flask, locale: str, card: IdeaSummary) -> None:
    with app.test_request_context("/", headers={"Accept-Language": locale}):
        rendered = render_template("board/_visitors_card.html", idea=card, locale=locale)
        for _ in range(2):
            assert fragment("board/_visitors_card.html", idea=replace(card)) == rendered


def test_a_cached_card_gets_each_readers_token(app: Flask) -> None:
    facts = {"idea": CARD, "voted": False, "leaving": False, "news": 0}
    with app.test_request_context("/"):
        for token in ("t<1>", "t2"):
            rendered = render_template("board/_card.html", token=token, locale="pt-BR", **facts)
            assert fragment("board/_card.html", own={"token": token}, **facts) == rendered


def test_a_card_shows_what_changed_at_once(app: Flask) -> None:
    with app.test_request_context("/"):
        before, after = (fragment("board/_visitors_card.html", idea=card) for card in (CARD, replace(CARD, title="X")))
        assert "título" in before
        assert "título" not in after


def test_state_says_why_an_idea_is_not_listed() -> None:
    marks = {"hidden_at": NOW, "held_at": NOW, "withdrawn_at": NOW, "merged_into_id": 3}
    states = [replace(CARD, **{mark: value}).state for mark, value in marks.items()]
    assert states == ["hidden", "held", "withdrawn", "merged"]
    assert (CARD.state, CARD.is_listed, CARD.in_sight) == ("", True, True)
