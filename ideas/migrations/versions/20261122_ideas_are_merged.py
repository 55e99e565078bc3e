"""Ideas are merged: each merge is a row, and people may object to it. What following gives can be chosen in general."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_ideas_are_merged"
down_revision = "20261122_tickets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Three tables; a duplicate has one parent at a time."""
    op.create_table(
        "idea_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("duplicate_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("duplicate_id <> into_id", name=op.f("ck_idea_merge_not_into_itself")),
        sa.CheckConstraint(
            "undone_at IS NOT NULL OR undone_by_id IS NULL", name=op.f("ck_idea_merge_undone_by_somebody")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_idea_merge_by_id")),
        sa.ForeignKeyConstraint(["duplicate_id"], ["idea.id"], name=op.f("fk_idea_merge_duplicate_id")),
        sa.ForeignKeyConstraint(["into_id"], ["idea.id"], name=op.f("fk_idea_merge_into_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_idea_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea_merge")),
    )
    stands = sa.text("undone_at IS NULL")
    op.create_index("uq_idea_merge_standing", "idea_merge", ["duplicate_id"], unique=True,
                    sqlite_where=stands, postgresql_where=stands)  # fmt: skip
    op.create_index("ix_idea_merge_duplicate_id", "idea_merge", ["duplicate_id", "id"], unique=False)
    op.create_index("ix_idea_merge_into_id", "idea_merge", ["into_id", "id"], unique=False)
    op.create_table(
        "merge_objection",
        sa.Column("merge_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(reason) BETWEEN 1 AND 500", name=op.f("ck_merge_objection_reason")),
        sa.ForeignKeyConstraint(["merge_id"], ["idea_merge.id"], name=op.f("fk_merge_objection_merge_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_merge_objection_person_id")),
        sa.PrimaryKeyConstraint("merge_id", "person_id", name=op.f("pk_merge_objection")),
    )
    op.create_table(
        "follow_default",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("voted", sa.String(length=10), nullable=False),
        sa.Column("commented", sa.String(length=10), nullable=False),
        sa.CheckConstraint("voted IN ('all', 'results', 'nothing')", name=op.f("ck_follow_default_voted")),
        sa.CheckConstraint("commented IN ('all', 'results', 'nothing')", name=op.f("ck_follow_default_commented")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_default_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_follow_default")),
    )


def downgrade() -> None:
    """Ideas that are merged stay so; when and by which person is lost."""
    op.drop_table("follow_default")
    op.drop_table("merge_objection")
    op.drop_table("idea_merge")
