"""People have a photo and a telephone number."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_people_have_a_profile"
down_revision = "20261122_votes_set_aside"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("phone", sa.String(length=16), nullable=True))
    # Written by hand: SQLite takes a foreign key with a new column only within its definition.
    op.execute("ALTER TABLE person ADD COLUMN photo_id INTEGER CONSTRAINT fk_person_photo_id REFERENCES file (id)")


def downgrade() -> None:
    op.execute("ALTER TABLE person DROP COLUMN photo_id")
    op.drop_column("person", "phone")
