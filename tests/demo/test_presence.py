"""Another community is not taken for the demo's."""

from ideas.demo import seeding


def test_the_cast_of_the_tests_is_not_the_demo() -> None:
    assert not seeding.is_empty()
    assert not seeding.present()


def test_a_database_with_somebody_in_it_is_left_alone(ana) -> None:
    seeding.seed()
    assert not seeding.present()
