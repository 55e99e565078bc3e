"""The log of privileged acts: an append-only, hash-chained table."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_audit_log"
down_revision = "20261122_the_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table, and the triggers that let it only grow."""
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name="fk_audit_entry_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sa.UniqueConstraint("previous", name="uq_audit_entry_previous"),
        sa.UniqueConstraint("hash", name="uq_audit_entry_hash"),
    )
    op.create_index("ix_audit_entry_by_id", "audit_entry", ["by_id", "id"], unique=False)
    op.create_index("ix_audit_entry_deed", "audit_entry", ["deed", "id"], unique=False)
    op.create_index("ix_audit_entry_thing", "audit_entry", ["thing", "thing_id", "id"], unique=False)
    for statement in (POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE).split("--;"):
        op.execute(sa.text(statement.strip()))


def downgrade() -> None:
    """The log is never taken away."""
    raise NotImplementedError


SQLITE = """
CREATE TRIGGER audit_entry_keeps_rows BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the log of privileged acts only grows'); END
--;
CREATE TRIGGER audit_entry_keeps_values BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the log of privileged acts only grows'); END
"""

POSTGRES = """
CREATE FUNCTION audit_entry_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'the log of privileged acts only grows'; END $$
--;
CREATE TRIGGER audit_entry_keeps_rows BEFORE DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_only_grows()
--;
CREATE TRIGGER audit_entry_keeps_values BEFORE UPDATE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION audit_entry_only_grows()
--;
CREATE TRIGGER audit_entry_keeps_table BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_only_grows()
"""
