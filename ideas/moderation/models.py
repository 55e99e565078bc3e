"""Tables: moderation_case, report, decision_batch, decision, appeal, vote_burst.

A case refers to an idea or a comment; features below do not refer to moderation.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas import clock
from ideas.accounts.models import Person
from ideas.conduct.models import ConductRule
from ideas.db import Base

#: How long a decision can be appealed against.
APPEAL_PERIOD = timedelta(days=30)


class DecisionOutcome(StrEnum):
    """How a case ends, from the mildest to the strictest."""

    NOTHING = "nothing"
    REMINDER = "reminder"
    HIDE = "hide"
    WARNING = "warning"
    SUSPENSION = "suspension"
    BAN = "ban"

    @property
    def may_hide(self) -> bool:
        """Whether a decision with this outcome may hide the text."""
        return self not in {DecisionOutcome.NOTHING, DecisionOutcome.REMINDER}

    @property
    def suspends(self) -> bool:
        """Whether it suspends the person's participation."""
        return self in {DecisionOutcome.SUSPENSION, DecisionOutcome.BAN}


class AppealOutcome(StrEnum):
    """The answer to an appeal."""

    UPHELD = "upheld"
    REVERSED = "reversed"


class Case(Base):
    """A case about one idea or one comment, with all reports about it."""

    __tablename__ = "moderation_case"
    __table_args__ = (
        CheckConstraint("thing IN ('idea', 'comment')", name="thing"),
        CheckConstraint("(claimed_by_id IS NULL) = (claimed_at IS NULL)", name="claimed"),
        # One open case per text: later reports join it.
        Index("uq_moderation_case_open", "thing", "thing_id", unique=True,
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_moderation_case_waiting", "opened_at", "id",
              sqlite_where=text("closed_at IS NULL"), postgresql_where=text("closed_at IS NULL")),
        Index("ix_moderation_case_closed_at", "closed_at", "id"),
        Index("ix_moderation_case_subject_id", "subject_id", "id"),
        Index("ix_moderation_case_thing", "thing", "thing_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    thing: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[int]
    #: The author; None for imported texts.
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    #: The text when the case was opened, by field: later edits do not change what is decided about.
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(5))
    opened_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(default=None)
    #: When the decision in force was made.
    closed_at: Mapped[datetime | None] = mapped_column(default=None)

    subject: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[subject_id])
    claimed_by: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[claimed_by_id])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class Report(Base):
    """A person's report that a text breaks a rule. The author never learns who reported."""

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("case_id", "reporter_id"),
        CheckConstraint("length(words) <= 1000", name="words"),
        Index("ix_report_reporter_id", "reporter_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule_id: Mapped[int] = mapped_column(ForeignKey("conduct_rule.id"))
    #: The company that the reporter acted for; None for staff.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"), default=None)
    words: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime] = mapped_column(default_factory=clock.now)

    reporter: Mapped[Person] = relationship(init=False, lazy="raise")
    rule: Mapped[ConductRule] = relationship(init=False, lazy="raise")


class DecisionBatch(Base):
    """Decisions made together, which are undone together."""

    __tablename__ = "decision_batch"
    __table_args__ = (
        CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="undone"),
        Index("ix_decision_batch_by_id", "by_id", "id"),
        Index("uq_decision_batch_client_token", "client_token", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The form's idempotency token.
    client_token: Mapped[str | None] = mapped_column(String(64), default=None)


class Decision(Base):
    """How a case was decided, and why. It is in force until it is undone or reversed on appeal."""

    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("id", "by_id"),
        CheckConstraint("outcome IN ('nothing', 'reminder', 'hide', 'warning', 'suspension', 'ban')", name="outcome"),
        CheckConstraint("(outcome = 'nothing') OR rule_id IS NOT NULL", name="names_a_rule"),
        CheckConstraint("outcome = 'nothing' OR length(reason) > 0", name="says_why"),
        CheckConstraint("(outcome = 'suspension') = (until IS NOT NULL)", name="suspension_ends"),
        CheckConstraint("hides = false OR outcome IN ('hide', 'warning', 'suspension', 'ban')", name="hides"),
        CheckConstraint("outcome <> 'hide' OR hides", name="hiding_hides"),
        # Nobody decides about their own text.
        CheckConstraint("subject_id IS NULL OR subject_id <> by_id", name="not_ones_own"),
        # A case has at most one decision in force.
        Index("uq_decision_standing", "case_id", unique=True,
              sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        Index("ix_decision_subject_id", "subject_id", "id"),
        Index("ix_decision_batch_id", "batch_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("decision_batch.id"))
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rule_id: Mapped[int | None] = mapped_column(ForeignKey("conduct_rule.id"), default=None)
    #: The offending words.
    quote: Mapped[str] = mapped_column(default="")
    #: The reason for the author.
    reason: Mapped[str] = mapped_column(default="")
    #: Why steps of the ladder were skipped; for moderators only.
    gravity: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None] = mapped_column(default=None)
    hides: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    #: When it was undone, or reversed on appeal.
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    rule: Mapped[ConductRule | None] = relationship(init=False, lazy="raise")
    by: Mapped[Person] = relationship(init=False, lazy="raise", foreign_keys=[by_id])
    case: Mapped[Case] = relationship(init=False, lazy="raise")

    @property
    def in_force(self) -> bool:
        return self.ended_at is None

    @property
    def appeal_until(self) -> datetime:
        return self.decided_at + APPEAL_PERIOD

    @property
    def can_be_appealed(self) -> bool:
        """Whether an appeal is still possible. The unique key ensures that there is only one."""
        return self.in_force and self.outcome != DecisionOutcome.NOTHING and clock.now() <= self.appeal_until


class Appeal(Base):
    """An appeal against a decision. A constraint ensures that another moderator answers it."""

    __tablename__ = "appeal"
    __table_args__ = (
        ForeignKeyConstraint(["decision_id", "decided_first_by_id"], ["decision.id", "decision.by_id"]),
        CheckConstraint("answered_by_id <> decided_first_by_id", name="another_moderator"),
        CheckConstraint("answered_by_id <> by_id", name="not_ones_own"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered"),
        CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="answered_with_an_outcome"),
        CheckConstraint("outcome IN ('upheld', 'reversed')", name="outcome"),
        CheckConstraint("length(words) BETWEEN 1 AND 5000", name="words"),
        Index("ix_appeal_waiting", "made_at", "id",
              sqlite_where=text("answered_at IS NULL"), postgresql_where=text("answered_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    decision_id: Mapped[int] = mapped_column(unique=True)
    decided_first_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    outcome: Mapped[str | None] = mapped_column(String(20), default=None)
    #: The reason of the answer, for the author.
    answer: Mapped[str] = mapped_column(default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)

    decision: Mapped[Decision] = relationship(
        init=False, lazy="raise", primaryjoin="Appeal.decision_id == Decision.id", foreign_keys=[decision_id]
    )
    answered_by: Mapped[Person | None] = relationship(init=False, lazy="raise", foreign_keys=[answered_by_id])

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class VoteBurst(Base):
    """A burst: many new people of one company, or from one network, voted for one idea within an hour.

    It holds counts only. Network addresses are only in the sign-in log, for six months.
    """

    __tablename__ = "vote_burst"
    __table_args__ = (
        # One unreviewed burst per idea and company; it is updated while the burst continues.
        Index("uq_vote_burst_waiting", "idea_id", "company_id", unique=True,
              sqlite_where=text("looked_at IS NULL"), postgresql_where=text("looked_at IS NULL")),
        CheckConstraint("(looked_at IS NULL) = (looked_by_id IS NULL)", name="looked_at_by_somebody"),
        CheckConstraint("last_at >= first_at AND newcomers <= people", name="numbers"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    #: None for a burst of several companies on one network.
    company_id: Mapped[int | None] = mapped_column(ForeignKey("company.id"))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    #: All voters of that company or network in that time; the newcomers among them.
    people: Mapped[int]
    newcomers: Mapped[int]
    #: Newcomers on the most frequent network; newcomers who voted for no other idea.
    same_network: Mapped[int]
    only_this: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(default_factory=clock.now)
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), default=None)
    #: The moderator's conclusion.
    note: Mapped[str | None] = mapped_column(String(280), default=None)

    looked_by: Mapped[Person | None] = relationship(init=False, lazy="raise")

    @property
    def minutes(self) -> int:
        """Its duration in minutes, at least 1."""
        return max(1, round((self.last_at - self.first_at).total_seconds() / 60))
