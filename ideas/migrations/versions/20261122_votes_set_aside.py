"""Votes that are set aside have an index of their own, so that a job finds whose are to stand again."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_votes_set_aside"
down_revision = "20261122_invitations"
branch_labels = None
depends_on = None

ASIDE = sa.text("set_aside_at IS NOT NULL")


def upgrade() -> None:
    """The index."""
    op.create_index("ix_vote_set_aside", "vote", ["person_id"], sqlite_where=ASIDE, postgresql_where=ASIDE)


def downgrade() -> None:
    """Without it the job reads every vote."""
    op.drop_index("ix_vote_set_aside", "vote")
