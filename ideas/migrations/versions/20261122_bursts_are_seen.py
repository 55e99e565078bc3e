"""Bursts of votes by new people are written down, for moderators to look at."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_bursts_are_seen"
down_revision = "20261122_emails_change"
branch_labels = None
depends_on = None

WAITING = sa.text("looked_at IS NULL")


def upgrade() -> None:
    """The table."""
    op.create_table(
        "vote_burst",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("newcomers", sa.Integer(), nullable=False),
        sa.Column("same_network", sa.Integer(), nullable=False),
        sa.Column("only_this", sa.Integer(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=280), nullable=True),
        sa.CheckConstraint(
            "(looked_at IS NULL) = (looked_by_id IS NULL)", name=op.f("ck_vote_burst_looked_at_by_somebody")
        ),
        sa.CheckConstraint("last_at >= first_at AND newcomers <= people", name=op.f("ck_vote_burst_numbers")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_vote_burst_company_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_vote_burst_idea_id")),
        sa.ForeignKeyConstraint(["looked_by_id"], ["person.id"], name=op.f("fk_vote_burst_looked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_burst")),
    )
    op.create_index(
        "uq_vote_burst_waiting",
        "vote_burst",
        ["idea_id", "company_id"],
        unique=True,
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def downgrade() -> None:
    """What was seen is lost; the ledger keeps every vote."""
    op.drop_table("vote_burst")
