"""Calls, notes, audit, the directory, operators, gaps."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNANSWERED = "outcome <> 'answered' AND direction <> 'outbound'"
OPEN = "NOT (outcome = 'answered' OR direction = 'outbound') AND processed_at IS NULL"


def upgrade() -> None:
    """The first version."""
    op.create_table(
        "calls",
        sa.Column("row", ROW, primary_key=True),
        sa.Column("id", ID, nullable=False, unique=True),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("caller_number", sa.Text),
        sa.Column("caller_display", sa.Text),
        sa.Column("caller_hidden", sa.Boolean, nullable=False),
        sa.Column("called", sa.Text),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.Column("phase_since", sa.BigInteger),
        sa.Column("answered_at", sa.BigInteger),
        sa.Column("answered_by", sa.Text),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("outcome", sa.Text),
        sa.Column("queue", sa.Text),
        sa.Column("queued", sa.Boolean, nullable=False),
        sa.Column("queue_abandoned", sa.Boolean, nullable=False),
        sa.Column("slot", sa.Text),
        sa.Column("voicemail", sa.Boolean, nullable=False),
        sa.Column("talking_to", sa.Text),
        sa.Column("reconstructed", sa.Boolean, nullable=False),
        sa.Column("legs", sa.JSON, nullable=False),
        sa.Column("moments", sa.JSON, nullable=False),
        sa.Column("company_id", sa.BigInteger),
        sa.Column("company_name", sa.Text, nullable=False),
        sa.Column("company_colour", sa.Text, nullable=False),
        sa.Column("caller_name", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("processed_by", sa.Text),
        sa.Column("processed_at", sa.BigInteger),
        sa.Column("processed_how", sa.Text),
        sa.Column("processed_by_call", sa.Text),
        sa.Column("taken_by", sa.Text),
        sa.Column("taken_at", sa.BigInteger),
    )
    op.create_index("calls_all", "calls", ["started_at", "id"])
    op.create_index("calls_company", "calls", ["company_name", "started_at", "id", "outcome"])
    op.create_index(
        "calls_company_open",
        "calls",
        ["company_name", "started_at", "id"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index(
        "calls_dialled",
        "calls",
        ["called", "started_at", "id"],
        sqlite_where=sa.text("direction = 'outbound'"),
        postgresql_where=sa.text("direction = 'outbound'"),
    )
    op.create_index("calls_number", "calls", ["caller_number", "started_at", "id"])
    op.create_index(
        "calls_open",
        "calls",
        ["started_at", "id"],
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("calls_outcome", "calls", ["outcome", "started_at", "id"])
    op.create_index(
        "calls_unanswered",
        "calls",
        ["started_at", "id"],
        sqlite_where=sa.text(UNANSWERED),
        postgresql_where=sa.text(UNANSWERED),
    )
    op.create_table(
        "companies",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("name_folded", sa.Text, nullable=False, unique=True),
        sa.Column("colour", sa.Text, nullable=False),
        sa.Column("greeting", sa.Text, nullable=False),
        sa.Column("pronunciation", sa.Text, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_table(
        "contacts",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("company", sa.Text, nullable=False),
        sa.Column("emails", sa.JSON, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("uid", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
    )
    op.create_index("contacts_name", "contacts", ["name", "company"])
    op.create_index("contacts_uid", "contacts", ["uid"])
    op.create_table(
        "gaps",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("feed", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("gaps_since", "gaps", ["since"])
    op.create_table(
        "heard",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "operators",
        sa.Column("login", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("extensions", sa.JSON, nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("call_id", ID, sa.ForeignKey("calls.id", ondelete="CASCADE", onupdate="CASCADE")),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("old", sa.Text, nullable=False),
        sa.Column("new", sa.Text, nullable=False),
    )
    op.create_index("audit_call", "audit", ["call_id"])
    op.create_table(
        "company_numbers",
        sa.Column(
            "company_id", ROW, sa.ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
    )
    op.create_index("company_numbers_number", "company_numbers", ["number"])
    op.create_table(
        "contact_numbers",
        sa.Column(
            "contact_id", ROW, sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
    )
    op.create_index("contact_numbers_number", "contact_numbers", ["number"])
    op.create_table(
        "notes",
        sa.Column("id", ROW, primary_key=True),
        sa.Column(
            "call_id",
            ID,
            sa.ForeignKey("calls.id", ondelete="CASCADE", onupdate="CASCADE"),
            nullable=False,
        ),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("notes_call", "notes", ["call_id"])
