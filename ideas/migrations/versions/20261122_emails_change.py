"""The address that a person wants to have and has not confirmed yet."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_emails_change"
down_revision = "20261122_tickets_have_files"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "email_change",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_email_change_person_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_email_change"),
    )


def downgrade() -> None:
    """It goes."""
    op.drop_table("email_change")
