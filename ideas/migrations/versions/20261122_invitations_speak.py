"""An invitation knows the language of its letter."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_invitations_speak"
down_revision = "20261122_imports_are_watched"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """None is the portal's own."""
    op.add_column("invitation", sa.Column("language", sa.String(length=5), nullable=True))


def downgrade() -> None:
    """Take it away."""
    op.drop_column("invitation", "language")
