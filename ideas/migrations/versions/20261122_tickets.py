"""Tickets: their types, states and steps, the tables that hold them, and who answers which."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_tickets"
down_revision = "20261122_letters_leave"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables, the five types, the six states and what leads from one to another; closed ones stay so."""
    _kinds()
    _tickets()
    _threads()
    _fill()
    dialect = op.get_bind().dialect.name
    for statement in (POSTGRES if dialect == "postgresql" else SQLITE).split("--;"):
        op.execute(sa.text(statement.strip()))


def downgrade() -> None:
    """Tickets are never taken away."""
    raise NotImplementedError


def _kinds() -> None:
    op.create_table('ticket_state',
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_pt', sa.String(length=40), nullable=False),
    sa.Column('name_es', sa.String(length=40), nullable=False),
    sa.Column('name_en', sa.String(length=40), nullable=False),
    sa.Column('phase', sa.String(length=10), nullable=False),
    sa.Column('tint', sa.String(length=20), nullable=False),
    sa.Column('icon', sa.String(length=20), nullable=False),
    sa.Column('waits_for', sa.String(length=10), nullable=True),
    sa.Column('working_days', sa.Integer(), nullable=True),
    sa.CheckConstraint("phase IN ('open', 'resolved', 'closed')", name=op.f('ck_ticket_state_phase')),
    sa.CheckConstraint("waits_for IN ('customer', 'analyst')", name=op.f('ck_ticket_state_waits_for')),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_ticket_state'))
    )
    op.create_table('ticket_type',
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name_pt', sa.String(length=60), nullable=False),
    sa.Column('name_es', sa.String(length=60), nullable=False),
    sa.Column('name_en', sa.String(length=60), nullable=False),
    sa.Column('needs_product', sa.Boolean(), nullable=False),
    sa.Column('is_offered', sa.Boolean(), nullable=False),
    sa.Column('needs_technical_consulting', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_ticket_type'))
    )
    op.create_table('ticket_year',
    sa.Column('year', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('year', name=op.f('pk_ticket_year'))
    )
    op.create_table('analyst_queue',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('type_key', sa.String(length=20), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_analyst_queue_person_id')),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_analyst_queue_product_id')),
    sa.ForeignKeyConstraint(['type_key'], ['ticket_type.key'], name=op.f('fk_analyst_queue_type_key')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_analyst_queue'))
    )
    op.create_index('ix_analyst_queue_type_key', 'analyst_queue', ['type_key', 'product_id'], unique=False)
    op.create_index('uq_analyst_queue_no_product', 'analyst_queue', ['person_id', 'type_key'], unique=True, sqlite_where=sa.text('product_id IS NULL'), postgresql_where=sa.text('product_id IS NULL'))
    op.create_index('uq_analyst_queue_product', 'analyst_queue', ['person_id', 'type_key', 'product_id'], unique=True, sqlite_where=sa.text('product_id IS NOT NULL'), postgresql_where=sa.text('product_id IS NOT NULL'))

    op.create_table('ticket_transition',
    sa.Column('from_key', sa.String(length=40), nullable=False),
    sa.Column('to_key', sa.String(length=40), nullable=False),
    sa.Column('side', sa.String(length=10), nullable=False),
    sa.CheckConstraint("side IN ('customer', 'analyst', 'portal')", name=op.f('ck_ticket_transition_side')),
    sa.ForeignKeyConstraint(['from_key'], ['ticket_state.key'], name=op.f('fk_ticket_transition_from_key')),
    sa.ForeignKeyConstraint(['to_key'], ['ticket_state.key'], name=op.f('fk_ticket_transition_to_key')),
    sa.PrimaryKeyConstraint('from_key', 'to_key', 'side', name=op.f('pk_ticket_transition'))
    )


def _tickets() -> None:
    op.create_table('ticket',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(length=11), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=False),
    sa.Column('type_key', sa.String(length=20), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('product_id', sa.Integer(), nullable=True),
    sa.Column('module_id', sa.Integer(), nullable=True),
    sa.Column('state_key', sa.String(length=40), nullable=False),
    sa.Column('analyst_id', sa.Integer(), nullable=True),
    sa.Column('follow_up_of_id', sa.Integer(), nullable=True),
    sa.Column('root_id', sa.Integer(), nullable=True),
    sa.Column('client_token', sa.String(length=64), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('stays_until', sa.Date(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("(state_key = 'closed') = (closed_at IS NOT NULL)", name=op.f('ck_ticket_closed')),
    sa.CheckConstraint("(state_key IN ('awaiting_customer_validation', 'resolved')) = (stays_until IS NOT NULL)", name=op.f('ck_ticket_stays')),
    sa.CheckConstraint("product_id IS NOT NULL OR type_key = 'admin_finance'", name=op.f('ck_ticket_product')),
    sa.CheckConstraint('length(description) BETWEEN 1 AND 10000', name=op.f('ck_ticket_description')),
    sa.CheckConstraint('length(subject) BETWEEN 5 AND 120', name=op.f('ck_ticket_subject')),
    sa.ForeignKeyConstraint(['analyst_id'], ['person.id'], name=op.f('fk_ticket_analyst_id')),
    sa.ForeignKeyConstraint(['company_id'], ['company.id'], name=op.f('fk_ticket_company_id')),
    sa.ForeignKeyConstraint(['follow_up_of_id'], ['ticket.id'], name=op.f('fk_ticket_follow_up_of_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['person.id'], name=op.f('fk_ticket_opened_by_id')),
    sa.ForeignKeyConstraint(['owner_id', 'company_id'], ['membership.person_id', 'membership.company_id'], name='fk_ticket_owner'),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_ticket_owner_id')),
    sa.ForeignKeyConstraint(['product_id', 'module_id'], ['module.product_id', 'module.id'], name='fk_ticket_module'),
    sa.ForeignKeyConstraint(['product_id'], ['product.id'], name=op.f('fk_ticket_product_id')),
    sa.ForeignKeyConstraint(['root_id'], ['ticket.id'], name=op.f('fk_ticket_root_id')),
    sa.ForeignKeyConstraint(['state_key'], ['ticket_state.key'], name=op.f('fk_ticket_state_key')),
    sa.ForeignKeyConstraint(['type_key'], ['ticket_type.key'], name=op.f('fk_ticket_type_key')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket')),
    sa.UniqueConstraint('client_token', name=op.f('uq_ticket_client_token')),
    sa.UniqueConstraint('code', name=op.f('uq_ticket_code')),
    sa.UniqueConstraint('follow_up_of_id', name=op.f('uq_ticket_follow_up_of_id')),
    sa.UniqueConstraint('id', 'company_id', name=op.f('uq_ticket_id_company_id'))
    )
    op.create_index('ix_ticket_analyst_id', 'ticket', ['analyst_id', 'updated_at', 'id'], unique=False)
    op.create_index('ix_ticket_company_id', 'ticket', ['company_id', 'updated_at', 'id'], unique=False)
    op.create_index('ix_ticket_owner_id', 'ticket', ['owner_id', 'updated_at', 'id'], unique=False)
    op.create_index('ix_ticket_root_id', 'ticket', ['root_id'], unique=False)
    op.create_index('ix_ticket_stays_until', 'ticket', ['stays_until'], unique=False, sqlite_where=sa.text('stays_until IS NOT NULL'), postgresql_where=sa.text('stays_until IS NOT NULL'))
    op.create_index('ix_ticket_type_key', 'ticket', ['type_key', 'product_id', 'updated_at', 'id'], unique=False)

    op.create_table('ticket_idea',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('idea_id', sa.Integer(), nullable=False),
    sa.Column('how', sa.String(length=10), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("how IN ('idea', 'vote')", name=op.f('ck_ticket_idea_how')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_ticket_idea_by_id')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_ticket_idea_idea_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_idea_ticket_id')),
    sa.PrimaryKeyConstraint('ticket_id', 'idea_id', name=op.f('pk_ticket_idea'))
    )
    op.create_index('ix_ticket_idea_idea_id', 'ticket_idea', ['idea_id'], unique=False)



def _threads() -> None:
    op.create_table('ticket_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('is_vendors', sa.Boolean(), nullable=False),
    sa.Column('client_token', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(text) BETWEEN 1 AND 10000', name=op.f('ck_ticket_message_text')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_ticket_message_author_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_message_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_message')),
    sa.UniqueConstraint('client_token', name=op.f('uq_ticket_message_client_token'))
    )
    op.create_index('ix_ticket_message_ticket_id', 'ticket_message', ['ticket_id', 'id'], unique=False)

    op.create_table('ticket_note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('author_id', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('client_token', sa.String(length=64), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint('length(text) BETWEEN 1 AND 10000', name=op.f('ck_ticket_note_text')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_ticket_note_author_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_note_ticket_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_note')),
    sa.UniqueConstraint('client_token', name=op.f('uq_ticket_note_client_token'))
    )
    op.create_index('ix_ticket_note_ticket_id', 'ticket_note', ['ticket_id', 'id'], unique=False)

    op.create_table('ticket_participant',
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('company_id', sa.Integer(), nullable=False),
    sa.Column('added_by_id', sa.Integer(), nullable=False),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['added_by_id'], ['person.id'], name=op.f('fk_ticket_participant_added_by_id')),
    sa.ForeignKeyConstraint(['person_id', 'company_id'], ['membership.person_id', 'membership.company_id'], name='fk_ticket_participant_membership'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ticket_participant_person_id')),
    sa.ForeignKeyConstraint(['ticket_id', 'company_id'], ['ticket.id', 'ticket.company_id'], name='fk_ticket_participant_ticket'),
    sa.PrimaryKeyConstraint('ticket_id', 'person_id', name=op.f('pk_ticket_participant'))
    )
    op.create_index('ix_ticket_participant_person_id', 'ticket_participant', ['person_id'], unique=False)

    op.create_table('ticket_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('ticket_id', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=20), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('from_key', sa.String(length=40), nullable=True),
    sa.Column('to_key', sa.String(length=40), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('idea_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("(what = 'state') = (to_key IS NOT NULL)", name=op.f('ck_ticket_step_state_names_it')),
    sa.CheckConstraint("what IN ('state', 'owner', 'analyst', 'participant_added', 'participant_removed', 'idea', 'vote')", name=op.f('ck_ticket_step_what')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_ticket_step_by_id')),
    sa.ForeignKeyConstraint(['from_key'], ['ticket_state.key'], name=op.f('fk_ticket_step_from_key')),
    sa.ForeignKeyConstraint(['idea_id'], ['idea.id'], name=op.f('fk_ticket_step_idea_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_ticket_step_person_id')),
    sa.ForeignKeyConstraint(['ticket_id'], ['ticket.id'], name=op.f('fk_ticket_step_ticket_id')),
    sa.ForeignKeyConstraint(['to_key'], ['ticket_state.key'], name=op.f('fk_ticket_step_to_key')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ticket_step'))
    )
    op.create_index('ix_ticket_step_ticket_id', 'ticket_step', ['ticket_id', 'id'], unique=False)





#: key, pt, es, en, needs a product, offered to customers, needs the permission for technical consulting.
TYPES = [
    ("question", "Dúvida", "Duda", "Question", True, True, False),
    ("defect", "Inconsistência", "Inconsistencia", "Defect", True, True, False),
    ("technical_consulting", "Consultoria Técnica", "Consultoría técnica", "Technical consulting", True, True, True),
    ("support_consulting", "Consultoria de Suporte", "Consultoría de soporte", "Support consulting", True, False, False),
    ("admin_finance", "Administrativo e Financeiro", "Administrativo y financiero", "Administrative and financial",
     False, True, False),
]  # fmt: skip

#: key, pt, es, en, phase, tint, icon, the side it waits for, working days after which it closes.
STATES = [
    ("open", "Aberto", "Abierto", "Open", "open", "new", "inbox", "analyst", None),
    ("in_progress", "Em atendimento", "En atención", "In progress", "open", "in_progress", "in_progress", "analyst", None),
    ("awaiting_customer", "Aguardando cliente", "Esperando al cliente", "Waiting for customer", "open", "needs_info",
     "needs_info", "customer", None),
    ("awaiting_customer_validation", "Validação Cliente", "Validación del cliente", "Customer validation", "open",
     "planned", "eye", "customer", 7),
    ("resolved", "Resolvido", "Resuelto", "Resolved", "resolved", "delivered", "delivered", None, 0),
    ("closed", "Fechado", "Cerrado", "Closed", "closed", "declined", "lock", None, None),
]  # fmt: skip

STEPS = {
    "analyst": [
        ("open", "in_progress"), ("open", "awaiting_customer"), ("open", "awaiting_customer_validation"),
        ("in_progress", "awaiting_customer"), ("in_progress", "awaiting_customer_validation"),
        ("awaiting_customer", "in_progress"), ("awaiting_customer", "awaiting_customer_validation"),
        ("awaiting_customer_validation", "in_progress"), ("awaiting_customer_validation", "awaiting_customer"),
        ("resolved", "in_progress"),
    ],
    "customer": [
        ("awaiting_customer", "in_progress"), ("awaiting_customer_validation", "in_progress"),
        ("resolved", "in_progress"), ("open", "resolved"), ("in_progress", "resolved"),
        ("awaiting_customer", "resolved"), ("awaiting_customer_validation", "resolved"),
    ],
    "portal": [("awaiting_customer_validation", "closed"), ("resolved", "closed")],
}  # fmt: skip


def _fill() -> None:
    types, states, steps = (_table(name) for name in ("ticket_type", "ticket_state", "ticket_transition"))
    named = ("key", "name_pt", "name_es", "name_en")
    type_columns = (*named, "needs_product", "is_offered", "needs_technical_consulting")
    op.bulk_insert(types, [
        dict(zip(type_columns, row, strict=True), position=place) for place, row in enumerate(TYPES)
    ])  # fmt: skip
    state_columns = (*named, "phase", "tint", "icon", "waits_for", "working_days")
    op.bulk_insert(states, [
        dict(zip(state_columns, row, strict=True), position=place) for place, row in enumerate(STATES)
    ])  # fmt: skip
    op.bulk_insert(steps, [
        {"from_key": before, "to_key": after, "side": side} for side, pairs in STEPS.items() for before, after in pairs
    ])  # fmt: skip


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


SQLITE = """
CREATE TRIGGER ticket_stays_closed BEFORE UPDATE OF state_key ON ticket
WHEN OLD.state_key = 'closed' AND NEW.state_key <> 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed ticket is not reopened'); END
"""

POSTGRES = """
CREATE FUNCTION ticket_stays_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state_key = 'closed' AND NEW.state_key <> 'closed' THEN
    RAISE integrity_constraint_violation USING MESSAGE = 'a closed ticket is not reopened';
  END IF;
  RETURN NEW;
END $$
--;
CREATE TRIGGER ticket_stays_closed BEFORE UPDATE OF state_key ON ticket
FOR EACH ROW EXECUTE FUNCTION ticket_stays_closed()
"""
