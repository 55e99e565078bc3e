"""Ideas are triaged: owners, tags, notes, one status for many; decisions can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_ideas_are_triaged"
down_revision = "20261122_invitation_batches"
branch_labels = None
depends_on = None


UNANSWERED = (
    "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL AND answered_at IS NULL"
)


def upgrade() -> None:
    """Six tables, and when a decision was taken back."""
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 40", name="ck_tag_name"),
        sa.PrimaryKeyConstraint("id", name="pk_tag"),
        sa.UniqueConstraint("key", name="uq_tag_key"),
    )
    op.create_table(
        "status_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_status_batch_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_status_batch"),
    )
    op.create_index("ix_status_batch_by_id", "status_batch", ["by_id"], unique=False)

    op.create_table(
        "idea_owner",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_idea_owner_idea_id"),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_idea_owner_owner_id"),
        sa.PrimaryKeyConstraint("idea_id", name="pk_idea_owner"),
    )
    op.create_index("ix_idea_owner_owner_id", "idea_owner", ["owner_id", "idea_id"], unique=False)

    op.create_table(
        "idea_tag",
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_idea_tag_idea_id"),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name="fk_idea_tag_tag_id"),
        sa.PrimaryKeyConstraint("idea_id", "tag_id", name="pk_idea_tag"),
    )
    op.create_index("ix_idea_tag_tag_id", "idea_tag", ["tag_id"], unique=False)

    op.create_table(
        "triage_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 3000", name="ck_triage_note_text"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_triage_note_by_id"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_triage_note_idea_id"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_note"),
    )
    op.create_index("ix_triage_note_idea_id", "triage_note", ["idea_id", "id"], unique=False)

    op.create_table(
        "status_batch_step",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["status_batch.id"], name="fk_status_batch_step_batch_id"),
        sa.ForeignKeyConstraint(["change_id"], ["status_change.id"], name="fk_status_batch_step_change_id"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name="fk_status_batch_step_idea_id"),
        sa.PrimaryKeyConstraint("batch_id", "idea_id", name="pk_status_batch_step"),
    )
    op.create_index("ix_status_batch_step_idea_id", "status_batch_step", ["idea_id"], unique=False)

    op.add_column("official_response", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("status_change", sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True))

    # A manager's inbox reads the oldest that nobody answered, past all those that somebody did.
    where = sa.text(UNANSWERED)
    op.create_index("ix_idea_unanswered", "idea", ["published_at", "id"], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    """What managers noted is not thrown away."""
    raise NotImplementedError
