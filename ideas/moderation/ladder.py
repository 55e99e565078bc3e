"""Which step comes next for a person. Rungs can be skipped for gravity, with a reason."""

from collections.abc import Collection

from ideas.moderation.models import Outcome

RUNGS = (Outcome.REMINDER, Outcome.WARNING, Outcome.SUSPENSION, Outcome.BAN)


def next_rung(past: Collection[str]) -> Outcome:
    """The step after the highest that the person has stood on; `past` are the outcomes that still stand."""
    reached = [place for place, rung in enumerate(RUNGS) if rung in past]
    return RUNGS[min(max(reached) + 1, len(RUNGS) - 1)] if reached else RUNGS[0]


def skips(outcome: Outcome, past: Collection[str]) -> bool:
    """Whether this step lies above the next one. Doing nothing and hiding are no rungs."""
    return outcome in RUNGS and RUNGS.index(outcome) > RUNGS.index(next_rung(past))
