"""The lines that people left with their votes have an index of their own: few votes have one."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_reasons_are_found"
down_revision = "20261122_operators"
branch_labels = None
depends_on = None

REASONED = sa.text("reason IS NOT NULL")


def upgrade() -> None:
    """The index."""
    op.create_index("ix_vote_reason", "vote", ["idea_id", "id"], sqlite_where=REASONED, postgresql_where=REASONED)


def downgrade() -> None:
    """Without it an idea's lines are found by reading its votes."""
    op.drop_index("ix_vote_reason", "vote")
