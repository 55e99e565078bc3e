"""The ladder of sanctions: the next step for a person. Skipping steps needs a justification."""

from collections.abc import Collection

from ideas.moderation.models import DecisionOutcome

STEPS = (DecisionOutcome.REMINDER, DecisionOutcome.WARNING, DecisionOutcome.SUSPENSION, DecisionOutcome.BAN)


def next_step(past: Collection[str]) -> DecisionOutcome:
    """The step after the highest one in `past`, the outcomes in force about the person."""
    reached = [index for index, step in enumerate(STEPS) if step in past]
    return STEPS[min(max(reached) + 1, len(STEPS) - 1)] if reached else STEPS[0]


def skips_steps(outcome: DecisionOutcome, past: Collection[str]) -> bool:
    """Whether the outcome is above the next step. NOTHING and HIDE are not steps."""
    return outcome in STEPS and STEPS.index(outcome) > STEPS.index(next_step(past))
