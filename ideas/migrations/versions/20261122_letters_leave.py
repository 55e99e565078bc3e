"""Letters that are mailed, and links that work once."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_letters_leave"
down_revision = "20261122_people_have_a_profile"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("recipient_key", sa.String(length=254), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name="fk_letter_event_id"),
        sa.PrimaryKeyConstraint("id", name="pk_letter"),
        sa.UniqueConstraint("event_id", "recipient_key", name="uq_letter_event_id_recipient_key"),
    )
    for name, column in (("ix_letter_due", "next_try_at"), ("ix_letter_given_up", "given_up_at")):
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "letter", ["next_try_at" if column == "next_try_at" else "id"],
                        sqlite_where=there, postgresql_where=there)  # fmt: skip
    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_link"),
        sa.UniqueConstraint("purpose", "subject", name="uq_one_time_link_purpose_subject"),
        sa.UniqueConstraint("token_hash", name="uq_one_time_link_token_hash"),
    )


def downgrade() -> None:
    """Both gone."""
    op.drop_table("one_time_link")
    op.drop_table("letter")
