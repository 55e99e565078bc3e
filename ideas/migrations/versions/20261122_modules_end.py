"""A module can end, as a product can."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_modules_end"
down_revision = "20261122_votes_say_how_much"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """When it ended."""
    op.add_column("module", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Ended modules would come back."""
    op.drop_column("module", "closed_at")
