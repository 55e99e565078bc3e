"""Texts can be reported and judged: cases, reports, decisions, appeals."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_texts_can_be_reported"
down_revision = "20261122_ideas_are_merged"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Five tables, and an index for finding comments by day."""
    op.create_table(
        "decision_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(undone_at IS NULL) = (undone_by_id IS NULL)", name="ck_decision_batch_undone"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_decision_batch_by_id"),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name="fk_decision_batch_undone_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision_batch"),
    )
    op.create_index("ix_decision_batch_by_id", "decision_batch", ["by_id", "id"], unique=False)

    op.create_table(
        "moderation_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by_id", sa.Integer(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("thing IN ('idea', 'comment')", name="ck_moderation_case_thing"),
        sa.CheckConstraint("(claimed_by_id IS NULL) = (claimed_at IS NULL)", name="ck_moderation_case_claimed"),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["person.id"], name="fk_moderation_case_claimed_by_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name="fk_moderation_case_subject_id"),
        sa.PrimaryKeyConstraint("id", name="pk_moderation_case"),
    )
    op.create_index("ix_moderation_case_closed_at", "moderation_case", ["closed_at", "id"], unique=False)
    op.create_index("ix_moderation_case_subject_id", "moderation_case", ["subject_id", "id"], unique=False)
    op.create_index("ix_moderation_case_thing", "moderation_case", ["thing", "thing_id"], unique=False)
    op.create_index(
        "ix_moderation_case_waiting",
        "moderation_case",
        ["opened_at", "id"],
        unique=False,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "uq_moderation_case_open",
        "moderation_case",
        ["thing", "thing_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("gravity", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hides", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(outcome = 'nothing') OR rule_id IS NOT NULL", name="ck_decision_names_a_rule"),
        sa.CheckConstraint("(outcome = 'suspension') = (until IS NOT NULL)", name="ck_decision_suspension_ends"),
        sa.CheckConstraint(
            "hides = false OR outcome IN ('hide', 'warning', 'suspension', 'ban')", name="ck_decision_hides"
        ),
        sa.CheckConstraint("outcome <> 'hide' OR hides", name="ck_decision_hiding_hides"),
        sa.CheckConstraint("outcome = 'nothing' OR length(reason) > 0", name="ck_decision_says_why"),
        sa.CheckConstraint(
            "outcome IN ('nothing', 'reminder', 'hide', 'warning', 'suspension', 'ban')", name="ck_decision_outcome"
        ),
        sa.CheckConstraint("subject_id IS NULL OR subject_id <> by_id", name="ck_decision_not_ones_own"),
        sa.ForeignKeyConstraint(["batch_id"], ["decision_batch.id"], name="fk_decision_batch_id"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_decision_by_id"),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_decision_case_id"),
        sa.ForeignKeyConstraint(["rule_id"], ["conduct_rule.id"], name="fk_decision_rule_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["person.id"], name="fk_decision_subject_id"),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
        sa.UniqueConstraint("id", "by_id", name="uq_decision_id_by_id"),
    )
    op.create_index("ix_decision_batch_id", "decision", ["batch_id", "id"], unique=False)
    op.create_index("ix_decision_subject_id", "decision", ["subject_id", "id"], unique=False)
    op.create_index(
        "uq_decision_standing",
        "decision",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(words) <= 1000", name="ck_report_words"),
        sa.ForeignKeyConstraint(["case_id"], ["moderation_case.id"], name="fk_report_case_id"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_report_company_id"),
        sa.ForeignKeyConstraint(["reporter_id"], ["person.id"], name="fk_report_reporter_id"),
        sa.ForeignKeyConstraint(["rule_id"], ["conduct_rule.id"], name="fk_report_rule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("case_id", "reporter_id", name="uq_report_case_id_reporter_id"),
    )
    op.create_index("ix_report_reporter_id", "report", ["reporter_id", "id"], unique=False)

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("decided_first_by_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("outcome IN ('upheld', 'reversed')", name="ck_appeal_outcome"),
        sa.CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="ck_appeal_answered"),
        sa.CheckConstraint("(answered_at IS NULL) = (outcome IS NULL)", name="ck_appeal_answered_with_an_outcome"),
        sa.CheckConstraint("answered_by_id <> by_id", name="ck_appeal_not_ones_own"),
        sa.CheckConstraint("answered_by_id <> decided_first_by_id", name="ck_appeal_another_moderator"),
        sa.CheckConstraint("length(words) BETWEEN 1 AND 5000", name="ck_appeal_words"),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name="fk_appeal_answered_by_id"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_appeal_by_id"),
        sa.ForeignKeyConstraint(["decided_first_by_id"], ["person.id"], name="fk_appeal_decided_first_by_id"),
        sa.ForeignKeyConstraint(
            ["decision_id", "decided_first_by_id"],
            ["decision.id", "decision.by_id"],
            name="fk_appeal_decision_id_decided_first_by_id",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_appeal"),
        sa.UniqueConstraint("decision_id", name="uq_appeal_decision_id"),
    )
    op.create_index(
        "ix_appeal_waiting",
        "appeal",
        ["made_at", "id"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )

    op.create_index("ix_comment_created_at", "comment", ["created_at", "id"], unique=False)


def downgrade() -> None:
    """What was decided about people is not thrown away."""
    raise NotImplementedError
