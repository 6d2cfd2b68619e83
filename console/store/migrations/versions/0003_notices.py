"""Notices of unanswered calls, what is owed, and the history of the settings."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

ID = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PARTIAL = (
    ("notices_queued", "state = 'queued'", ["channel", "next_at", "id"]),
    ("notices_folded", "state = 'folded'", ["told_by"]),
    ("notices_sending", "state = 'sending'", ["channel"]),
    ("notices_told", "caller <> ''", ["caller", "at"]),
    ("notices_undelivered", "state IN ('failed', 'uncertain')", ["id"]),
)


def upgrade() -> None:
    """Only new tables: nobody is told of calls that ended before."""
    op.create_table(
        "owed",
        sa.Column("call_id", ID, _of_a_call(), primary_key=True),
        sa.Column("due_at", sa.BigInteger, nullable=False),
    )
    op.create_index("owed_due", "owed", ["due_at", "call_id"])
    op.create_table(
        "notices",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("call_id", ID, _of_a_call(), nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("next_at", sa.BigInteger),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("told_by", sa.BigInteger),
        sa.Column("caller", sa.Text, nullable=False),
        sa.Column("company_id", sa.BigInteger),
        sqlite_autoincrement=True,
    )
    op.create_index("notices_call", "notices", ["call_id"])
    for name, where, columns in PARTIAL:
        op.create_index(
            *(name, "notices", columns),
            sqlite_where=sa.text(where),
            postgresql_where=sa.text(where),
        )
    op.create_table(
        "settings_history",
        sa.Column("id", ROW, primary_key=True),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("company_id", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("old", sa.JSON, nullable=False),
        sa.Column("new", sa.JSON, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("settings_history_section", "settings_history", ["section", "id"])


def _of_a_call() -> sa.ForeignKey:
    return sa.ForeignKey("calls.id", ondelete="CASCADE", onupdate="CASCADE")
