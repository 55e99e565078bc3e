"""Files of ideas that operators bring in: how far each has come, and what became of its rows."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_imports_are_watched"
down_revision = "20261122_bursts_are_seen"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "idea_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("preset", sa.String(length=20), nullable=False),
        sa.Column("origin", sa.String(length=40), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("total_rows", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("done_rows", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=True),
        sa.Column("fault_facts", sa.JSON(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("moved_at", moment, nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'going', 'stopping', 'stopped', 'done', 'failed')", name=op.f("ck_idea_import_state")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name="fk_idea_import_file_id"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_idea_import_by_id"),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name="fk_idea_import_product_id"),
        sa.PrimaryKeyConstraint("id", name="pk_idea_import"),
    )
    op.create_table(
        "idea_import_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.CheckConstraint("what IN ('refused', 'changed')", name=op.f("ck_idea_import_line_what")),
        sa.ForeignKeyConstraint(["import_id"], ["idea_import.id"], name="fk_idea_import_line_import_id"),
        sa.PrimaryKeyConstraint("id", name="pk_idea_import_line"),
    )
    op.create_index("ix_idea_import_line_import_id", "idea_import_line", ["import_id", "what", "id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("idea_import_line")
    op.drop_table("idea_import")
