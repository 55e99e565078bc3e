"""Notices are mailed: what is due to each person, how each person chose, and addresses that refuse mail."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_notices_are_mailed"
down_revision = "20261122_ideas_are_triaged"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Four tables."""
    op.create_table(
        "mailed_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mailed_notice_person_id"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_mailed_notice_event_id"),
        sa.ForeignKeyConstraint(["round_id"], ["event.id"], name="fk_mailed_notice_round_id"),
        sa.PrimaryKeyConstraint("id", name="pk_mailed_notice"),
        sa.UniqueConstraint("person_id", "event_id", name="uq_mailed_notice_person_id_event_id"),
    )
    waiting = sa.text("round_id IS NULL")
    op.create_index("ix_mailed_notice_due", "mailed_notice", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_mailed_notice_round", "mailed_notice", ["round_id", "person_id"])
    op.create_table(
        "mail_choice",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=20), nullable=False),
        sa.Column("choice", sa.String(length=20), nullable=False),
        sa.CheckConstraint("topic IN ('results', 'news', 'tickets', 'personal')", name=op.f("ck_mail_choice_topic")),
        sa.CheckConstraint("choice IN ('at_once', 'digest', 'never')", name=op.f("ck_mail_choice_choice")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_mail_choice_person_id"),
        sa.PrimaryKeyConstraint("person_id", "topic", name="pk_mail_choice"),
    )
    op.create_table(
        "digest_hour",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 7 AND 19", name=op.f("ck_digest_hour_hour")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_digest_hour_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_digest_hour"),
    )
    op.create_table(
        "refused_address",
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name="pk_refused_address"),
    )


def downgrade() -> None:
    """All four gone."""
    for table in ("refused_address", "digest_hour", "mail_choice", "mailed_notice"):
        op.drop_table(table)
