"""What operators need: companies that owe money, people and companies found by the words of their names."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "20261122_operators"
down_revision = "20261122_texts_can_be_reported"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The columns, the indexes, and the words of the names there are."""
    _columns(op.get_bind().dialect.name)
    op.create_index("ix_company_administrator_id", "company", ["administrator_id"], unique=False)
    for name, column in (("ix_person_suspended", "suspended_at"), ("ix_person_locked", "locked_at")):
        where = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "person", ["id"], unique=False, sqlite_where=where, postgresql_where=where)
    word = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")
    table = op.create_table(
        "name_word",
        sa.Column("thing", sa.String(length=20), nullable=False),
        sa.Column("word", word, nullable=False),
        sa.Column("thing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("thing", "word", "thing_id", name="pk_name_word"),
    )
    op.create_index("ix_name_word_thing_id", "name_word", ["thing", "thing_id"], unique=False)
    _words(table)


def downgrade() -> None:
    """Nothing below needs them gone."""
    raise NotImplementedError


def _columns(dialect: str) -> None:
    op.add_column("company", sa.Column("financially_blocked_at", sa.DateTime(timezone=True), nullable=True))
    if dialect == "sqlite":
        # A batch step would rebuild the table and lose its triggers; the key can be said in line.
        op.execute("ALTER TABLE company ADD COLUMN financially_blocked_by_id INTEGER "
                   "CONSTRAINT fk_company_financially_blocked_by_id REFERENCES person (id)")
        return
    op.add_column("company", sa.Column("financially_blocked_by_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_company_financially_blocked_by_id", "company", "person", ["financially_blocked_by_id"], ["id"])


def _words(table: sa.Table) -> None:
    """As ideas/search/names.py makes them."""
    for thing, columns in (("person", "id, name, email"), ("company", "id, name, cnpj")):
        rows = []
        for id, *texts in op.get_bind().execute(sa.text(f"SELECT {columns} FROM {thing}")):
            apart = unicodedata.normalize("NFKD", " ".join(text or "" for text in texts).casefold())
            folded = "".join(char for char in apart if not unicodedata.combining(char))
            words = dict.fromkeys(word[:40] for word in re.findall("[a-z0-9]+", folded))
            rows += [{"thing": thing, "thing_id": id, "word": word} for word in words]
        if rows:
            op.bulk_insert(table, rows)
