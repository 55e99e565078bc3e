"""How far a typed word is from a known one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.search.correcting import distance


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("boleto", "boleto", 0),
        ("boleto", "bolto", 1),
        ("boleto", "bolleto", 1),
        ("boleto", "bolete", 1),
        ("boleto", "boelto", 1),
        ("boleto", "obleot", 2),
        ("boleto", "relatorio", 3),
        ("", "ab", 2),
    ],
)
def test_each_mistake_counts_once(one, other, far):
    assert distance(one, other, 2) == far


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 3))
def test_the_distance_is_the_same_both_ways_and_zero_only_for_equals(one, other, most):
    assert distance(one, other, most) == distance(other, one, most)
    assert (distance(one, other, most) == 0) == (one == other)
