"""The two companies of the test data."""

import pytest

from ideas.accounts.models import Person
from ideas.companies.models import Company
from tests import make


@pytest.fixture
def aurora(ana: Person) -> Company:
    return make.company_of(ana)


@pytest.fixture
def litoral(bruno: Person) -> Company:
    return make.company_of(bruno)
