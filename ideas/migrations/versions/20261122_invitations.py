"""People are invited into companies, and ask to join one; the company chosen last is remembered."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_invitations"
down_revision = "20261122_modules_end"
branch_labels = None
depends_on = None

OPEN_INVITATION = sa.text("accepted_at IS NULL AND revoked_at IS NULL")
OPEN_REQUEST = sa.text("outcome IS NULL")


def upgrade() -> None:
    """Two tables, one column, and the index that a company's people are listed by."""
    _invitations()
    _requests()
    _last_company(op.get_bind().dialect.name)
    op.create_index("ix_membership_company_id_started_at", "membership", ["company_id", "started_at", "id"])
    op.drop_index("ix_membership_company_id", "membership")


def downgrade() -> None:
    """Who was invited and who asked is not thrown away."""
    raise NotImplementedError


def _invitations() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("makes_administrator", sa.Boolean(), nullable=False),
        sa.Column("cpf_lookup", sa.String(length=64), nullable=True),
        sa.Column("invited_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sendings", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("self_service", sa.Boolean(), nullable=False),
        sa.Column("technical_consulting", sa.Boolean(), nullable=False),
        sa.Column("tickets_restricted", sa.Boolean(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_invitation_email_is_folded")),
        sa.CheckConstraint("accepted_at IS NULL OR revoked_at IS NULL", name=op.f("ck_invitation_one_end")),
        sa.CheckConstraint(
            "(accepted_at IS NULL) = (accepted_by_id IS NULL)", name=op.f("ck_invitation_accepted_by_somebody")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_invitation_company_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name=op.f("fk_invitation_invited_by_id")),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["person.id"], name=op.f("fk_invitation_accepted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    op.create_index("ix_invitation_company_id", "invitation", ["company_id", "id"])
    op.create_index(
        "uq_invitation_open",
        "invitation",
        ["company_id", "email"],
        unique=True,
        sqlite_where=OPEN_INVITATION,
        postgresql_where=OPEN_INVITATION,
    )


def _requests() -> None:
    op.create_table(
        "access_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=True),
        sa.Column("cnpj", sa.String(length=14), nullable=False),
        sa.Column("cpf_lookup", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("network", sa.String(length=45), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("outcome IN ('approved', 'refused')", name=op.f("ck_access_request_outcome")),
        sa.CheckConstraint(
            "(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_access_request_decided_whole")
        ),
        sa.CheckConstraint(
            "outcome <> 'refused' OR reason <> ''", name=op.f("ck_access_request_refused_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_access_request_company_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_access_request_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_request")),
    )
    op.create_index("ix_access_request_company_id", "access_request", ["company_id", "outcome", "id"])
    op.create_index("ix_access_request_network_asked_at", "access_request", ["network", "asked_at"])
    op.create_index("ix_access_request_asked_at", "access_request", ["asked_at"])
    op.create_index(
        "uq_access_request_open",
        "access_request",
        ["cnpj", "cpf_lookup", "email"],
        unique=True,
        sqlite_where=OPEN_REQUEST,
        postgresql_where=OPEN_REQUEST,
    )


def _last_company(dialect: str) -> None:
    """On SQLite a plain ALTER TABLE, which leaves the table's triggers and rows where they are."""
    if dialect == "sqlite":
        op.execute(
            "ALTER TABLE person ADD COLUMN last_company_id INTEGER "
            "CONSTRAINT fk_person_last_company_id REFERENCES company (id)"
        )
        return
    op.add_column("person", sa.Column("last_company_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_person_last_company_id", "person", "company", ["last_company_id"], ["id"])
