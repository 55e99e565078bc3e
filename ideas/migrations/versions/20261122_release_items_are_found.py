"""What the search of release items reads, as `ideas/search/` makes it."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_release_items_are_found"
down_revision = "20261122_notices_are_mailed"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables of the kind; `bin/portal releases index` fills them with the items there are."""
    for statement in (POSTGRES if op.get_bind().dialect.name == "postgresql" else SQLITE).split("--;"):
        op.execute(sa.text(statement.strip()))


def downgrade() -> None:
    """Take them away: `bin/portal releases index` fills them again."""
    op.drop_table("release_item_search")
    op.drop_table("release_item_term")


SQLITE = """
CREATE VIRTUAL TABLE release_item_search
USING fts5(title_terms, body_terms, title UNINDEXED, tokenize = 'ascii')
--;
CREATE TABLE release_item_term (term TEXT NOT NULL PRIMARY KEY, word TEXT NOT NULL, documents INTEGER NOT NULL)
WITHOUT ROWID
"""

POSTGRES = """
CREATE TABLE release_item_search (id BIGINT PRIMARY KEY, title TEXT NOT NULL, terms TSVECTOR NOT NULL)
--;
CREATE INDEX ix_release_item_search_terms ON release_item_search USING gin (terms)
--;
CREATE TABLE release_item_term (term TEXT COLLATE "C" PRIMARY KEY, word TEXT NOT NULL, documents INTEGER NOT NULL)
"""
