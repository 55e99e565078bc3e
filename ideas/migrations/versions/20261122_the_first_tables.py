"""The first tables: people, companies, products, ideas, votes, and the rules the database itself keeps."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_the_first_tables"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table, key, check and trigger; the eight statuses."""
    dialect = op.get_bind().dialect.name
    _tables(dialect)
    _administrator(dialect)
    _ledger(dialect)
    _tally(dialect)
    _search(dialect)
    _statuses()


def downgrade() -> None:
    """There is nothing before the first tables."""
    raise NotImplementedError


def _administrator_key(dialect: str) -> list[sa.ForeignKeyConstraint]:
    """SQLite knows the key only in CREATE TABLE; PostgreSQL gets it when both tables exist."""
    if dialect == "postgresql":
        return []
    return [
        sa.ForeignKeyConstraint(
            ["id", "administrator_id"],
            ["membership.company_id", "membership.id"],
            name="fk_company_administrator",
            ondelete="RESTRICT",
        )
    ]


def _tables(dialect: str) -> None:
    op.create_table(
        "company",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cnpj", sa.String(length=14), nullable=False),
        sa.Column("root", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("financial_email", sa.String(length=254), nullable=True),
        sa.Column("administrator_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(cnpj) = 14", name=op.f("ck_company_cnpj_is_whole")),
        *_administrator_key(dialect),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("cnpj", name=op.f("uq_company_cnpj")),
    )
    op.create_index("ix_company_root", "company", ["root"], unique=False)

    op.create_table(
        "conduct_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asks_again", sa.Boolean(), nullable=False),
        sa.Column("summary_pt", sa.String(), nullable=False),
        sa.Column("summary_es", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("purpose_pt", sa.String(), nullable=False),
        sa.Column("purpose_es", sa.String(), nullable=False),
        sa.Column("purpose_en", sa.String(), nullable=False),
        sa.Column("process_pt", sa.String(), nullable=False),
        sa.Column("process_es", sa.String(), nullable=False),
        sa.Column("process_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_conduct_version")),
    )
    op.create_table(
        "idea_tally",
        sa.Column("product_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("module_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status_key", sa.String(length=20), nullable=False),
        sa.Column("ideas", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("product_id", "module_id", "kind", "status_key", name=op.f("pk_idea_tally")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("email_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=True),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_is_folded")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_pt", sa.String(length=80), nullable=False),
        sa.Column("name_es", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("key", name=op.f("uq_product_key")),
    )
    op.create_table(
        "status",
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_pt", sa.String(length=40), nullable=False),
        sa.Column("name_es", sa.String(length=40), nullable=False),
        sa.Column("name_en", sa.String(length=40), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("tint", sa.String(length=20), nullable=False),
        sa.Column("votes_open", sa.Boolean(), nullable=False),
        sa.Column("needs_response", sa.Boolean(), nullable=False),
        sa.Column("needs_link", sa.Boolean(), nullable=False),
        sa.Column("needs_release", sa.Boolean(), nullable=False),
        sa.CheckConstraint("phase IN ('open', 'ended')", name=op.f("ck_status_phase")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_status")),
    )
    op.create_table(
        "conduct_acceptance",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_conduct_acceptance_person_id")),
        sa.ForeignKeyConstraint(["version"], ["conduct_version.number"], name=op.f("fk_conduct_acceptance_version")),
        sa.PrimaryKeyConstraint("person_id", "version", name=op.f("pk_conduct_acceptance")),
    )
    op.create_table(
        "conduct_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title_pt", sa.String(), nullable=False),
        sa.Column("title_es", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("body_pt", sa.String(), nullable=False),
        sa.Column("body_es", sa.String(), nullable=False),
        sa.Column("body_en", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["conduct_version.number"], name=op.f("fk_conduct_rule_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct_rule")),
        sa.UniqueConstraint("version", "key", name=op.f("uq_conduct_rule_version_key")),
        sa.UniqueConstraint("version", "position", name=op.f("uq_conduct_rule_version_position")),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("client_token", sa.String(length=64), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("cookie_hash", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("person_id IS NOT NULL OR cookie_hash IS NOT NULL", name=op.f("ck_draft_has_an_owner")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("kind", "client_token", name=op.f("uq_draft_kind_client_token")),
    )
    op.create_index("ix_draft_expires_at", "draft", ["expires_at"], unique=False)
    op.create_index("ix_draft_person_id", "draft", ["person_id"], unique=False)

    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_event_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(
        "ix_event_undelivered",
        "event",
        ["id"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )

    op.create_table(
        "identity_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.Column("key_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.CheckConstraint("kind IN ('cpf')", name=op.f("ck_identity_document_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_document_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_document")),
        sa.UniqueConstraint("kind", "lookup", name=op.f("uq_identity_document_kind_lookup")),
        sa.UniqueConstraint("person_id", "kind", name=op.f("uq_identity_document_person_id_kind")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("self_service", sa.Boolean(), nullable=False),
        sa.Column("technical_consulting", sa.Boolean(), nullable=False),
        sa.Column("tickets_restricted", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_membership_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("company_id", "id", name=op.f("uq_membership_company_id_id")),
        sa.UniqueConstraint("person_id", "company_id", name=op.f("uq_membership_person_id_company_id")),
    )
    op.create_index("ix_membership_company_id", "membership", ["company_id"], unique=False)

    op.create_table(
        "module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("name_pt", sa.String(length=80), nullable=False),
        sa.Column("name_es", sa.String(length=80), nullable=False),
        sa.Column("name_en", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_module_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module")),
        sa.UniqueConstraint("product_id", "id", name=op.f("uq_module_product_id_id")),
        sa.UniqueConstraint("product_id", "key", name=op.f("uq_module_product_id_key")),
    )
    op.create_table(
        "product_manager",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_product_manager_person_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_product_manager_product_id")),
        sa.PrimaryKeyConstraint("person_id", "product_id", name=op.f("pk_product_manager")),
    )
    op.create_index("ix_product_manager_product_id", "product_manager", ["product_id"], unique=False)

    op.create_table(
        "release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("support_ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "published_at IS NULL OR announced_at IS NOT NULL", name=op.f("ck_release_announced_before_published")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_release_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("product_id", "id", name=op.f("uq_release_product_id_id")),
        sa.UniqueConstraint("product_id", "version", name=op.f("uq_release_product_id_version")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("device", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_session_company_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(length=64), nullable=False),
        sa.Column("network", sa.String(length=45), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
    )
    op.create_index("ix_sign_in_account_key_at", "sign_in", ["account_key", "at"], unique=False)
    op.create_index("ix_sign_in_at", "sign_in", ["at"], unique=False)
    op.create_index("ix_sign_in_network_at", "sign_in", ["network", "at"], unique=False)
    op.create_index("ix_sign_in_person_id", "sign_in", ["person_id"], unique=False)

    op.create_table(
        "staff_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('product_manager', 'moderator', 'analyst', 'operator')", name=op.f("ck_staff_role_role")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_staff_role_person_id")),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "status_transition",
        sa.Column("from_key", sa.String(length=20), nullable=False),
        sa.Column("to_key", sa.String(length=20), nullable=False),
        sa.Column("needs_reason", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["from_key"], ["status.key"], name=op.f("fk_status_transition_from_key")),
        sa.ForeignKeyConstraint(["to_key"], ["status.key"], name=op.f("fk_status_transition_to_key")),
        sa.PrimaryKeyConstraint("from_key", "to_key", name=op.f("pk_status_transition")),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=120), nullable=False),
        sa.Column("recipient_key", sa.String(length=254), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_delivery_event_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint(
            "event_id", "channel", "recipient_key", name=op.f("uq_delivery_event_id_channel_recipient_key")
        ),
    )
    op.create_table(
        "idea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("module_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("status_key", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("posted_by_id", sa.Integer(), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=40), nullable=True),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.Column("client_token", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=40), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_reason", sa.String(length=40), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("root_id", sa.Integer(), nullable=True),
        sa.Column("target_release_id", sa.Integer(), nullable=True),
        sa.Column("target_quarter", sa.String(length=7), nullable=True),
        sa.Column("delivered_release_id", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("own_inherited", sa.Integer(), nullable=False),
        sa.Column("own_comments", sa.Integer(), nullable=False),
        sa.Column("people_count", sa.Integer(), nullable=False),
        sa.Column("company_count", sa.Integer(), nullable=False),
        sa.Column("inherited_votes", sa.Integer(), nullable=False),
        sa.Column("total_count", sa.Integer(), nullable=False),
        sa.Column("critical_count", sa.Integer(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("trending", sa.Double(), nullable=False),
        sa.Column("random_key", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "(status_key = 'delivered') = (delivered_release_id IS NOT NULL)", name=op.f("ck_idea_delivered_in_release")
        ),
        sa.CheckConstraint("kind IN ('improvement', 'innovation')", name=op.f("ck_idea_kind")),
        sa.CheckConstraint(
            "status_key = 'planned' OR status_key = 'in_progress' OR (target_release_id IS NULL AND target_quarter IS NULL)",
            name=op.f("ck_idea_target_of_planned"),
        ),
        sa.CheckConstraint("(origin IS NULL) = (external_id IS NULL)", name=op.f("ck_idea_origin_names_its_id")),
        sa.CheckConstraint("length(title) BETWEEN 1 AND 300", name=op.f("ck_idea_title")),
        sa.CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name=op.f("ck_idea_not_into_itself")),
        sa.CheckConstraint(
            "origin IS NOT NULL OR (problem IS NOT NULL AND author_id IS NOT NULL AND company_id IS NOT NULL AND kind IS NOT NULL AND length(title) BETWEEN 5 AND 120)",
            name=op.f("ck_idea_whole_unless_imported"),
        ),
        sa.CheckConstraint(
            "people_count >= 0 AND company_count >= 0 AND inherited_votes >= 0", name=op.f("ck_idea_counts")
        ),
        sa.CheckConstraint("target_release_id IS NULL OR target_quarter IS NULL", name=op.f("ck_idea_one_target")),
        sa.CheckConstraint("total_count = people_count + inherited_votes", name=op.f("ck_idea_total")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_idea_author_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_idea_company_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["idea.id"], name=op.f("fk_idea_merged_into_id")),
        sa.ForeignKeyConstraint(["posted_by_id"], ["person.id"], name=op.f("fk_idea_posted_by_id")),
        sa.ForeignKeyConstraint(
            ["product_id", "delivered_release_id"],
            ["release.product_id", "release.id"],
            name="fk_idea_delivered_release",
        ),
        sa.ForeignKeyConstraint(["product_id", "module_id"], ["module.product_id", "module.id"], name="fk_idea_module"),
        sa.ForeignKeyConstraint(
            ["product_id", "target_release_id"], ["release.product_id", "release.id"], name="fk_idea_target_release"
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_idea_product_id")),
        sa.ForeignKeyConstraint(["root_id"], ["idea.id"], name=op.f("fk_idea_root_id")),
        sa.ForeignKeyConstraint(["status_key"], ["status.key"], name=op.f("fk_idea_status_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("client_token", name=op.f("uq_idea_client_token")),
        sa.UniqueConstraint("origin", "external_id", name=op.f("uq_idea_origin_external_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_idea_answered_at",
        "idea",
        ["answered_at", "id"],
        unique=False,
        sqlite_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
        postgresql_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
    )
    op.create_index("ix_idea_author_id", "idea", ["author_id", "id"], unique=False)
    op.create_index(
        "ix_idea_critical_count",
        "idea",
        ["critical_count", "id"],
        unique=False,
        sqlite_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
        postgresql_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
    )
    op.create_index("ix_idea_delivered_release_id", "idea", ["delivered_release_id"], unique=False)
    op.create_index(
        "ix_idea_published_at",
        "idea",
        ["published_at", "id"],
        unique=False,
        sqlite_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
        postgresql_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
    )
    op.create_index(
        "ix_idea_random_key",
        "idea",
        ["random_key", "id"],
        unique=False,
        sqlite_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
        postgresql_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
    )
    op.create_index("ix_idea_root_id", "idea", ["root_id"], unique=False)
    op.create_index("ix_idea_status_key", "idea", ["status_key", "product_id", "id"], unique=False)
    op.create_index("ix_idea_target_release_id", "idea", ["target_release_id"], unique=False)
    op.create_index(
        "ix_idea_total_count",
        "idea",
        ["total_count", "id"],
        unique=False,
        sqlite_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
        postgresql_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
    )
    op.create_index(
        "ix_idea_trending",
        "idea",
        ["trending", "id"],
        unique=False,
        sqlite_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
        postgresql_where=sa.text(
            "merged_into_id IS NULL AND hidden_at IS NULL AND held_at IS NULL AND withdrawn_at IS NULL"
        ),
    )

    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_notification_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("person_id", "event_id", name=op.f("uq_notification_person_id_event_id")),
    )
    op.create_index("ix_notification_person_id_id", "notification", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )

    op.create_table(
        "release_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=150), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=True),
        sa.Column("module_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('improvement', 'fix', 'innovation', 'legal')", name=op.f("ck_release_item_kind")),
        sa.ForeignKeyConstraint(["module_id"], ["module.id"], name=op.f("fk_release_item_module_id")),
        sa.ForeignKeyConstraint(["release_id"], ["release.id"], name=op.f("fk_release_item_release_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_item")),
    )
    op.create_index("ix_release_item_release_id", "release_item", ["release_id", "position"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("client_token", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_reason", sa.String(length=40), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("length(text) BETWEEN 1 AND 5000", name=op.f("ck_comment_text")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_comment_author_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_comment_company_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_comment_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("client_token", name=op.f("uq_comment_client_token")),
    )
    op.create_index("ix_comment_author_id", "comment", ["author_id", "id"], unique=False)
    op.create_index("ix_comment_idea_id", "comment", ["idea_id", "id"], unique=False)

    op.create_table(
        "follow",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.Boolean(), nullable=False),
        sa.Column("voted", sa.Boolean(), nullable=False),
        sa.Column("commented", sa.Boolean(), nullable=False),
        sa.Column("chose", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('all', 'results', 'nothing')", name=op.f("ck_follow_level")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_follow_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_person_id")),
        sa.PrimaryKeyConstraint("person_id", "idea_id", name=op.f("pk_follow")),
    )
    op.create_index("ix_follow_idea_id", "follow", ["idea_id", "person_id"], unique=False)

    op.create_table(
        "official_response",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_official_response_by_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_official_response_idea_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official_response")),
    )
    op.create_index("ix_official_response_idea_id", "official_response", ["idea_id", "id"], unique=False)

    op.create_table(
        "release_item_idea",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_release_item_idea_idea_id")),
        sa.ForeignKeyConstraint(["item_id"], ["release_item.id"], name=op.f("fk_release_item_idea_item_id")),
        sa.PrimaryKeyConstraint("item_id", "idea_id", name=op.f("pk_release_item_idea")),
    )
    op.create_index("ix_release_item_idea_idea_id", "release_item_idea", ["idea_id"], unique=False)

    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("term", sa.Double(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("importance", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.String(length=280), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("proxied_by_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=80), nullable=True),
        sa.CheckConstraint("importance IN ('nice', 'important', 'critical')", name=op.f("ck_vote_importance")),
        sa.CheckConstraint("proxied_by_id IS NULL OR source IS NOT NULL", name=op.f("ck_vote_proxy_names_its_source")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_vote_company_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_vote_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_person_id")),
        sa.ForeignKeyConstraint(["proxied_by_id"], ["person.id"], name=op.f("fk_vote_proxied_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("person_id", "idea_id", name=op.f("uq_vote_person_id_idea_id")),
    )
    op.create_index("ix_vote_company_id", "vote", ["company_id", "idea_id"], unique=False)
    op.create_index("ix_vote_idea_id", "vote", ["idea_id", "person_id"], unique=False)

    op.create_table(
        "status_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("from_key", sa.String(length=20), nullable=False),
        sa.Column("to_key", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("response_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("target", sa.String(length=40), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_status_change_by_id")),
        sa.ForeignKeyConstraint(["from_key"], ["status.key"], name=op.f("fk_status_change_from_key")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_status_change_idea_id")),
        sa.ForeignKeyConstraint(["response_id"], ["official_response.id"], name=op.f("fk_status_change_response_id")),
        sa.ForeignKeyConstraint(["to_key"], ["status.key"], name=op.f("fk_status_change_to_key")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_change")),
    )
    op.create_index("ix_status_change_idea_id", "status_change", ["idea_id", "id"], unique=False)

    op.create_table(
        "vote_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("importance", sa.String(length=10), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "what IN ('cast', 'withdrawn', 'importance_changed', 'on_behalf', 'set_aside', 'restored')",
            name=op.f("ck_vote_event_what"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_vote_event_by_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_vote_event_company_id")),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_vote_event_idea_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_vote_event_person_id")),
        sa.ForeignKeyConstraint(["vote_id"], ["vote.id"], name=op.f("fk_vote_event_vote_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote_event")),
    )
    op.create_index("ix_vote_event_idea_id", "vote_event", ["idea_id", "id"], unique=False)
    op.create_index("ix_vote_event_person_id", "vote_event", ["person_id", "id"], unique=False)


def _administrator(dialect: str) -> None:
    """Never none once there was one, never someone who left."""
    if dialect == "postgresql":
        op.create_foreign_key(
            "fk_company_administrator",
            "company",
            "membership",
            ["id", "administrator_id"],
            ["company_id", "id"],
            ondelete="RESTRICT",
        )
    _each(POSTGRES_ADMINISTRATOR if dialect == "postgresql" else SQLITE_ADMINISTRATOR)


def _each(statements: str) -> None:
    for statement in statements.split("--;"):
        if statement.strip():
            op.execute(sa.text(statement.strip().replace(":", "\\:")))


SQLITE_ADMINISTRATOR = """
CREATE TRIGGER company_keeps_an_administrator BEFORE UPDATE OF administrator_id ON company
WHEN OLD.administrator_id IS NOT NULL AND NEW.administrator_id IS NULL
BEGIN SELECT RAISE(ABORT, 'a company keeps an administrator'); END
--;
CREATE TRIGGER company_administrator_is_a_member BEFORE UPDATE OF administrator_id ON company
WHEN EXISTS (SELECT 1 FROM membership WHERE id = NEW.administrator_id AND ended_at IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'the administrator is a member'); END
--;
CREATE TRIGGER membership_of_administrator_goes_on BEFORE UPDATE OF ended_at ON membership
WHEN NEW.ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM company WHERE administrator_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the administrator hands over before leaving'); END
"""

# The row's lock is taken first, and looked behind after it: who leaves at the same time is seen.
POSTGRES_ADMINISTRATOR = """
CREATE FUNCTION company_keeps_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.administrator_id IS NOT NULL AND NEW.administrator_id IS NULL THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a company keeps an administrator';
  END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER company_keeps_an_administrator BEFORE UPDATE OF administrator_id ON company
FOR EACH ROW EXECUTE FUNCTION company_keeps_an_administrator()
--;
CREATE FUNCTION company_administrator_is_a_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM membership WHERE id = NEW.administrator_id FOR SHARE;
  IF EXISTS (SELECT 1 FROM membership WHERE id = NEW.administrator_id AND ended_at IS NOT NULL) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'the administrator is a member';
  END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER company_administrator_is_a_member BEFORE UPDATE OF administrator_id ON company
FOR EACH ROW EXECUTE FUNCTION company_administrator_is_a_member()
--;
CREATE FUNCTION membership_of_administrator_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.ended_at IS NOT NULL AND EXISTS (SELECT 1 FROM company WHERE administrator_id = NEW.id) THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'the administrator hands over before leaving';
  END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER membership_of_administrator_goes_on BEFORE UPDATE OF ended_at ON membership
FOR EACH ROW EXECUTE FUNCTION membership_of_administrator_goes_on()
"""


def _ledger(dialect: str) -> None:
    """The ledger of votes only grows."""
    _each(POSTGRES_LEDGER if dialect == "postgresql" else SQLITE_LEDGER)


SQLITE_LEDGER = """
CREATE TRIGGER vote_event_keeps_rows BEFORE DELETE ON vote_event
BEGIN SELECT RAISE(ABORT, 'the ledger of votes only grows'); END
--;
CREATE TRIGGER vote_event_keeps_values BEFORE UPDATE ON vote_event
BEGIN SELECT RAISE(ABORT, 'the ledger of votes only grows'); END
"""

POSTGRES_LEDGER = """
CREATE FUNCTION vote_event_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE integrity_constraint_violation USING MESSAGE = 'the ledger of votes only grows'; END $$
--;
CREATE TRIGGER vote_event_keeps_rows BEFORE DELETE ON vote_event
FOR EACH ROW EXECUTE FUNCTION vote_event_only_grows()
--;
CREATE TRIGGER vote_event_keeps_values BEFORE UPDATE ON vote_event
FOR EACH ROW EXECUTE FUNCTION vote_event_only_grows()
--;
CREATE TRIGGER vote_event_keeps_table BEFORE TRUNCATE ON vote_event
FOR EACH STATEMENT EXECUTE FUNCTION vote_event_only_grows()
"""


def _tally(dialect: str) -> None:
    """How many listed ideas there are of each sort, kept by the database itself."""
    _each(POSTGRES_TALLY if dialect == "postgresql" else SQLITE_TALLY)


LISTED = (
    "{row}.merged_into_id IS NULL AND {row}.hidden_at IS NULL AND {row}.held_at IS NULL AND {row}.withdrawn_at IS NULL"
)
OLD, NEW = LISTED.format(row="OLD"), LISTED.format(row="NEW")
SORT = "product_id, module_id, kind, status_key"
LESS = """UPDATE idea_tally SET ideas = ideas - 1 WHERE product_id = OLD.product_id
    AND module_id = coalesce(OLD.module_id, 0) AND kind = coalesce(OLD.kind, '') AND status_key = OLD.status_key"""
MORE = f"""INSERT INTO idea_tally ({SORT}, ideas)
    SELECT NEW.product_id, coalesce(NEW.module_id, 0), coalesce(NEW.kind, ''), NEW.status_key, 1 WHERE {NEW}
    ON CONFLICT ({SORT}) DO UPDATE SET ideas = idea_tally.ideas + 1"""
WATCHED = "product_id, module_id, kind, status_key, merged_into_id, hidden_at, held_at, withdrawn_at"

SQLITE_TALLY = f"""
CREATE TRIGGER idea_tally_on_insert AFTER INSERT ON idea BEGIN {MORE}; END
--;
CREATE TRIGGER idea_tally_on_update AFTER UPDATE OF {WATCHED} ON idea BEGIN {LESS} AND {OLD}; {MORE}; END
--;
CREATE TRIGGER idea_tally_on_delete AFTER DELETE ON idea BEGIN {LESS} AND {OLD}; END
"""

POSTGRES_TALLY = f"""
CREATE FUNCTION idea_tally_less() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {LESS} AND {OLD}; RETURN NULL; END $$
--;
CREATE FUNCTION idea_tally_more() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {MORE}; RETURN NULL; END $$
--;
CREATE FUNCTION idea_tally_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {LESS} AND {OLD}; {MORE}; RETURN NULL; END $$
--;
CREATE TRIGGER idea_tally_on_insert AFTER INSERT ON idea FOR EACH ROW EXECUTE FUNCTION idea_tally_more()
--;
CREATE TRIGGER idea_tally_on_update AFTER UPDATE OF {WATCHED} ON idea
FOR EACH ROW EXECUTE FUNCTION idea_tally_moved()
--;
CREATE TRIGGER idea_tally_on_delete AFTER DELETE ON idea FOR EACH ROW EXECUTE FUNCTION idea_tally_less()
"""


#: key, names, phase, votes_open, needs_response, needs_link, needs_release
STATUSES = [
    ("new", "Nova", "Nueva", "New", "open", True, False, False, False),
    ("under_review", "Em análise", "En análisis", "Under review", "open", True, False, False, False),
    ("needs_info", "Precisa de informação", "Necesita información", "Needs information", "open", True, True, False, False),
    ("planned", "Planejada", "Planificada", "Planned", "open", True, False, False, False),
    ("in_progress", "Em desenvolvimento", "En desarrollo", "In development", "open", True, False, False, False),
    ("delivered", "Entregue", "Entregada", "Delivered", "ended", False, False, False, True),
    ("declined", "Não planejada", "No planificada", "Not planned", "ended", False, True, False, False),
    ("already_exists", "Já existe", "Ya existe", "Already exists", "ended", False, True, True, False),
]  # fmt: skip


def _transitions() -> list[tuple[str, str, bool]]:
    """(from, to, needs a reason)."""
    opened = [row[0] for row in STATUSES if row[4] == "open"]
    ended = [row[0] for row in STATUSES if row[4] == "ended"]
    among = [(a, b, False) for a in opened for b in opened if a != b]
    ending = [(a, b, False) for a in opened for b in ("declined", "already_exists")]
    delivering = [(a, "delivered", False) for a in ("planned", "in_progress")]
    again = [(a, b, True) for a in ended for b in ("under_review", "planned")]
    return among + ending + delivering + again


def _statuses() -> None:
    columns = ("key", "name_pt", "name_es", "name_en", "phase", "votes_open", "needs_response", "needs_link",
               "needs_release")  # fmt: skip
    bind = op.get_bind()
    meta = sa.MetaData()
    status = sa.Table("status", meta, autoload_with=bind)
    transition = sa.Table("status_transition", meta, autoload_with=bind)
    for place, row in enumerate(STATUSES):
        op.execute(status.insert().values(dict(zip(columns, row, strict=True)) | {"position": place, "tint": row[0]}))
    for a, b, reason in _transitions():
        op.execute(transition.insert().values(from_key=a, to_key=b, needs_reason=reason))


def _search(dialect: str) -> None:
    """What the search of ideas reads, as `ideas/search/` makes it."""
    _each(POSTGRES_SEARCH if dialect == "postgresql" else SQLITE_SEARCH)


SQLITE_SEARCH = """
CREATE VIRTUAL TABLE idea_search USING fts5(title_terms, body_terms, title UNINDEXED, tokenize = 'ascii')
--;
CREATE TABLE idea_term (term TEXT NOT NULL PRIMARY KEY, word TEXT NOT NULL, documents INTEGER NOT NULL) WITHOUT ROWID
"""

POSTGRES_SEARCH = """
CREATE TABLE idea_search (id BIGINT PRIMARY KEY, title TEXT NOT NULL, terms TSVECTOR NOT NULL)
--;
CREATE INDEX ix_idea_search_terms ON idea_search USING gin (terms)
--;
CREATE TABLE idea_term (term TEXT COLLATE "C" PRIMARY KEY, word TEXT NOT NULL, documents INTEGER NOT NULL)
"""
