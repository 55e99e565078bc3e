"""A form that decides about many texts has a token of its own: sent twice, it decides once."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_one_act_one_form"
down_revision = "20261122_titles_are_indexed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column and its index: no table is rebuilt, so no trigger is lost."""
    op.add_column("decision_batch", sa.Column("client_token", sa.String(64)))
    op.create_index("uq_decision_batch_client_token", "decision_batch", ["client_token"], unique=True)


def downgrade() -> None:
    """Both go."""
    op.drop_index("uq_decision_batch_client_token", "decision_batch")
    op.drop_column("decision_batch", "client_token")
