"""On PostgreSQL, the terms of titles have a column and an index of their own, as they always had on SQLite."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_titles_are_indexed"
down_revision = "20261122_first_few_of_a_release"
branch_labels = None
depends_on = None

KINDS = ("idea", "release_item")


def upgrade() -> None:
    """The column is made of the vector, so that nothing is left to fill."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for kind in KINDS:
        op.execute(sa.text(
            f"ALTER TABLE {kind}_search ADD COLUMN title_terms TEXT[] NOT NULL"
            " GENERATED ALWAYS AS (tsvector_to_array(ts_filter(terms, '{a}'))) STORED"
        ))  # fmt: skip
        op.execute(sa.text(
            f"CREATE INDEX ix_{kind}_search_titles ON {kind}_search USING gin (array_to_tsvector(title_terms))"
        ))  # fmt: skip


def downgrade() -> None:
    """The index goes with its column."""
    if op.get_bind().dialect.name == "postgresql":
        for kind in KINDS:
            op.drop_column(f"{kind}_search", "title_terms")
