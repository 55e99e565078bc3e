"""A card of the board is made from the shape it has in common with many others, and says what it would say alone."""

from datetime import UTC, datetime

import pytest
from flask import Flask, render_template
from hypothesis import example, given
from hypothesis import strategies as st

from ideas.blanks import NUMBER
from ideas.board.listing.cards import Card
from ideas.text import one_line, tidy
from ideas.web.fragments import fragment
from ideas.web.languages import LANGUAGES

COUNTS = st.sampled_from([0, 1, 2, 3, 1_234, 1_000_000])
TYPED = st.text(st.sampled_from("aé10<&\"'%{}*- \n\x02")) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=30
)
CARDS = st.builds(
    Card,
    id=st.sampled_from([1, 2, 1_000_000]),
    title=TYPED.map(one_line),
    beginning=st.none() | TYPED.map(tidy),
    language=st.sampled_from(list(LANGUAGES)),
    total_count=COUNTS,
    people_count=COUNTS,
    company_count=COUNTS,
    comment_count=COUNTS,
    published_at=st.just(datetime(2026, 11, 20, tzinfo=UTC)),
    status_key=st.sampled_from(["new", "planned"]),
    votes_open=st.booleans(),
    quarter=st.sampled_from([None, "2027-T1"]),
    module_pt=st.sampled_from([None, "Financeiro"]),
    root_id=st.just(1),
    state=st.sampled_from(["", "hidden", "merged"]),
    **dict.fromkeys(
        ("status_pt", "status_es", "status_en", "version", "product_pt", "product_es", "product_en"), st.just("Um <i>")
    ),
    **dict.fromkeys(("module_es", "module_en"), st.just("Otro")),
)


def card(**facts: object) -> Card:
    usual: dict[str, object] = dict.fromkeys(Card._fields, "")
    counts = dict.fromkeys(("id", "total_count", "people_count", "company_count", "comment_count"), 1)
    return Card(**usual | counts | {"language": "pt-BR", "status_key": "new", "votes_open": True} | facts)


@pytest.mark.parametrize("locale", list(LANGUAGES))
@given(shown=CARDS)
@example(shown=card(title=f"{NUMBER} {NUMBER}-slug", beginning=f"{NUMBER}", id=7))
@example(shown=card(title="título", beginning="***"))
@example(shown=card(total_count=2, votes_open=False))
def test_a_card_from_a_shape_says_what_it_would_say_alone(app: Flask, locale: str, shown: Card) -> None:
    with app.test_request_context("/", headers={"Accept-Language": locale}):
        alone = render_template("board/_visitors_card.html", idea=shown, locale=locale)
        assert fragment("board/_visitors_card.html", idea=shown) == alone


@given(shown=CARDS, voted=st.booleans(), leaving=st.booleans(), news=st.integers(0, 3))
def test_so_does_the_card_of_somebody_signed_in(app: Flask, shown: Card, voted: bool, leaving: bool, news: int) -> None:
    facts = {"idea": shown, "voted": voted, "leaving": leaving, "news": news}
    with app.test_request_context("/"):
        alone = render_template("board/_card.html", token="t<1>", locale="pt-BR", **facts)
        assert fragment("board/_card.html", blanks={"token": "t<1>"}, **facts) == alone


def test_two_cards_of_one_shape_share_it() -> None:
    one, other = (card(id=number, title=f"{number}", total_count=9 * number) for number in (5, 6))
    assert one.apart()[0] == other.apart()[0]
    assert one.apart()[1] != other.apart()[1]
