"""People are invited in batches: a sheet, its rows, and how far it was carried out."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_invitation_batches"
down_revision = "20261122_invitations_speak"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=160), nullable=False),
        sa.Column("valid_count", sa.Integer(), nullable=False),
        sa.Column("faulty_count", sa.Integer(), nullable=False),
        sa.Column("done_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("valid_count >= 0 AND faulty_count >= 0", name=op.f("ck_invitation_batch_counts")),
        sa.CheckConstraint("done_count BETWEEN 0 AND valid_count", name=op.f("ck_invitation_batch_done")),
        sa.CheckConstraint(
            "finished_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_invitation_batch_confirmed_before_finished")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_invitation_batch_company_id")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_invitation_batch_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation_batch")),
    )
    op.create_index("ix_invitation_batch_company_id", "invitation_batch", ["company_id", "id"])
    op.create_index("ix_invitation_batch_created_at", "invitation_batch", ["created_at"])
    op.create_table(
        "invitation_batch_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("is_faulty", sa.Boolean(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("self_service", sa.Boolean(), nullable=False),
        sa.Column("technical_consulting", sa.Boolean(), nullable=False),
        sa.Column("tickets_restricted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "invitation_id IS NULL OR done_at IS NOT NULL", name=op.f("ck_invitation_batch_row_invited_when_done")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["invitation_batch.id"], name=op.f("fk_invitation_batch_row_batch_id")),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitation.id"], name=op.f("fk_invitation_batch_row_invitation_id")
        ),
        sa.PrimaryKeyConstraint("batch_id", "number", name=op.f("pk_invitation_batch_row")),
    )
    op.create_index("ix_invitation_batch_row_invitation_id", "invitation_batch_row", ["invitation_id"])
    op.create_index(
        "ix_invitation_batch_row_waiting",
        "invitation_batch_row",
        ["batch_id", "number"],
        sqlite_where=sa.text("done_at IS NULL AND is_faulty = 0"),
        postgresql_where=sa.text("done_at IS NULL AND NOT is_faulty"),
    )


def downgrade() -> None:
    op.drop_table("invitation_batch_row")
    op.drop_table("invitation_batch")
