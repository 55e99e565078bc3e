"""The ideas of a release that most people asked for are read from an index, not sorted."""

from alembic import op

revision = "20261122_first_few_of_a_release"
down_revision = "20261122_release_items_are_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index of a release's ideas also holds how many people asked for each."""
    op.drop_index("ix_idea_delivered_release_id", table_name="idea")
    columns = ["delivered_release_id", "people_count", "id"]
    op.create_index("ix_idea_delivered_release_id", "idea", columns)


def downgrade() -> None:
    """As it was."""
    op.drop_index("ix_idea_delivered_release_id", table_name="idea")
    op.create_index("ix_idea_delivered_release_id", "idea", ["delivered_release_id"])
