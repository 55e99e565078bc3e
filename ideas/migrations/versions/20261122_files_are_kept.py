"""Files that people send are kept: their rows; the bytes lie in a store beside the database."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_files_are_kept"
down_revision = "20261122_audit_log"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=40), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("size >= 0", name=op.f("ck_file_size")),
        sa.CheckConstraint("(width IS NULL) = (height IS NULL)", name=op.f("ck_file_measures")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_file_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
        sa.UniqueConstraint("key", name=op.f("uq_file_key")),
    )
    with_bytes = sa.text("gone_at IS NULL AND expires_at IS NOT NULL")
    op.create_index("ix_file_expires_at", "file", ["expires_at"], sqlite_where=with_bytes, postgresql_where=with_bytes)
    op.create_index("ix_file_by_id", "file", ["by_id"])


def downgrade() -> None:
    op.drop_table("file")
