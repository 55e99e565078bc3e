"""Sign-in at the least cost there is; the real cost is the timing run's affair."""

import pytest

from ideas.accounts import passwords


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes() -> None:
    passwords.use(time_cost=1, memory_cost=8)
