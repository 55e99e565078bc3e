"""Another community is not taken for the demo's."""

import pytest

from ideas import app as portal
from ideas.config import Misconfigured
from ideas.demo import seeding


def test_the_cast_of_the_tests_is_not_the_demo() -> None:
    assert not seeding.is_empty()
    assert not seeding.present()


def test_a_database_with_somebody_in_it_is_left_alone(ana) -> None:
    seeding.seed()
    assert not seeding.present()


def test_v6_3_2_in_production_the_portal_refuses_accounts_whose_password_everyone_knows(app, monkeypatch) -> None:
    portal._refuse_demo(app)
    monkeypatch.setattr(seeding, "present", lambda: True)
    with pytest.raises(Misconfigured, match="demo people"):
        portal._refuse_demo(app)
