"""An idea counts its people by how much it matters to them: two counters beside the critical one."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_votes_say_how_much"
down_revision = "20261122_files_are_kept"
branch_labels = None
depends_on = None

#: The strongest that each person said, by set.
SAID = """
SELECT root_id, weight, count(*) FROM (
    SELECT idea.root_id AS root_id, vote.person_id AS person_id,
           max(CASE vote.importance WHEN 'critical' THEN 3 WHEN 'important' THEN 2 WHEN 'nice' THEN 1 END) AS weight
    FROM vote JOIN idea ON idea.id = vote.idea_id
    WHERE vote.withdrawn_at IS NULL AND vote.set_aside_at IS NULL
    GROUP BY idea.root_id, vote.person_id
) AS people WHERE weight < 3 GROUP BY root_id, weight
"""


def upgrade() -> None:
    """Add the counters, and count."""
    for name in ("nice_count", "important_count"):
        op.add_column("idea", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    counted = op.get_bind().execute(sa.text(SAID)).all()
    for root_id, weight, people in counted:
        name = {1: "nice_count", 2: "important_count"}[weight]
        op.execute(sa.text(f"UPDATE idea SET {name} = {int(people)} WHERE id = {int(root_id)}"))


def downgrade() -> None:
    """The counters go; the votes keep what was said."""
    op.drop_column("idea", "important_count")
    op.drop_column("idea", "nice_count")
