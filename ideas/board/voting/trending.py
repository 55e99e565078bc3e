"""*Em alta* in forward form: what a vote weighs doubles every 14 days, so no score is ever rewritten.

The sum of 2^(-age / 14 days) over an idea's votes orders ideas as the sum of 2^((cast_at - EPOCH) / 14 days)
does, at every moment. A float holds such sums from 1985 until 2062; before then the epoch must move.
"""

from datetime import UTC, datetime, timedelta

#: Part of the data: every stored term is counted from it.
EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
HALF_LIFE = timedelta(days=14)


def term(cast_at: datetime) -> float:
    """What a vote cast at that moment adds to its idea's trending."""
    return float(2.0 ** ((cast_at - EPOCH) / HALF_LIFE))
