"""Who waits before the demo's companies."""

import pytest
from sqlalchemy import select

from ideas.accounts.models import Person
from ideas.companies import listing, requesting
from ideas.companies.models import Company
from ideas.db import db
from ideas.notifications import reading


@pytest.fixture(autouse=True)
def clean_database(community: None) -> None:
    """These tests read the seeded community, so the database of the cast is not restored."""


def test_padaria_aurora_has_two_pending_invitations_and_one_request() -> None:
    aurora = db.session.scalars(select(Company).where(Company.name == "Padaria Aurora")).one()
    assert listing.count_pending_invitations(aurora) == 2
    assert requesting.count_pending(aurora) == 1
    carla = db.session.scalars(select(Person).where(Person.name == "Carla Antunes")).one()
    sentences = [notice.wording.sentence for notice in reading.latest(carla, limit=60) if notice.wording]
    assert "%(name)s pede acesso a %(company)s." in sentences
