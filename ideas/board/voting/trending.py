"""The score behind *em alta*. A vote's score doubles every 14 days after a fixed date, so scores never change later.

The sum of 2^(-age / 14 days) over an idea's votes orders ideas as the sum of 2^((cast_at - EPOCH) / 14 days)
does, at every moment. A float holds such sums from 1985 until 2062; before then the epoch must move.
"""

from datetime import UTC, datetime, timedelta

#: Stored scores are relative to it, so it cannot change without a migration.
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
HALF_LIFE = timedelta(days=14)


def vote_score(cast_at: datetime) -> float:
    """Return what a vote cast at that moment adds to the trending score of its idea."""
    return float(2.0 ** ((cast_at - EPOCH) / HALF_LIFE))
