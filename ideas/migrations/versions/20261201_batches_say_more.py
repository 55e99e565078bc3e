"""Batches of invitations count the people who were members or invited already."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_batches_say_more"
down_revision = "20261201_no_consulting_yet"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the counts and the mark of a row. Of earlier batches they are not known: nobody is counted."""
    op.add_column("invitation_batch", sa.Column("member_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("invitation_batch", sa.Column("invited_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("invitation_batch_row", sa.Column("already", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("invitation_batch_row", "already")
    op.drop_column("invitation_batch", "invited_count")
    op.drop_column("invitation_batch", "member_count")
