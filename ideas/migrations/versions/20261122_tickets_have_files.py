"""Files that were sent with a ticket, a message or a note."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_tickets_have_files"
down_revision = "20261122_reasons_are_found"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table; a file belongs to one thing alone."""
    op.create_table(
        "ticket_file",
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("note_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("message_id IS NULL OR note_id IS NULL", name=op.f("ck_ticket_file_one_place")),
        sa.ForeignKeyConstraint(["file_id"], ["file.id"], name=op.f("fk_ticket_file_file_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_file_ticket_id")),
        sa.ForeignKeyConstraint(["message_id"], ["ticket_message.id"], name=op.f("fk_ticket_file_message_id")),
        sa.ForeignKeyConstraint(["note_id"], ["ticket_note.id"], name=op.f("fk_ticket_file_note_id")),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_ticket_file")),
    )
    op.create_index("ix_ticket_file_ticket_id", "ticket_file", ["ticket_id", "file_id"], unique=False)


def downgrade() -> None:
    """What customers sent is never taken away."""
    raise NotImplementedError
