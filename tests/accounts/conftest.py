"""Hash passwords at the minimum cost; the timing tests use the real cost."""

import pytest

from ideas.accounts import passwords


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes() -> None:
    passwords.configure(time_cost=1, memory_cost=8)
