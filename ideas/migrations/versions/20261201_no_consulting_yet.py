"""Customers cannot choose Consultoria Técnica: it is paid for, and there is no term that they could accept yet."""

import sqlalchemy as sa
from alembic import op

revision = "20261201_no_consulting_yet"
down_revision = "20261122_one_act_one_form"
branch_labels = None
depends_on = None

TYPES = sa.table("ticket_type", sa.column("key", sa.String), sa.column("is_offered", sa.Boolean))


def upgrade() -> None:
    """Stop offering it. Open tickets and permissions stay."""
    _offer(False)


def downgrade() -> None:
    """Offer it again."""
    _offer(True)


def _offer(offered: bool) -> None:
    op.execute(TYPES.update().where(TYPES.c.key == "technical_consulting").values(is_offered=offered))
