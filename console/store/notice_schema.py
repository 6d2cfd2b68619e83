"""The tables of notices: calls of which somebody is to be told, who was told, and what changed.

What is owed and what was decided goes with its call. `caller` and `company_id` of a notice are
those of its call, so that what somebody was told of a caller is found without the calls.
"""

import sqlalchemy as sa

from console.store.schema import Id, Instant, RowNumber, metadata, of_a_call

# Rendered into the SQL as they stand: SQLite uses a partial index only for a literal condition.
QUEUED = "state = 'queued'"
SENDING = "state = 'sending'"
UNDELIVERED = "state IN ('failed', 'uncertain')"
WITH_CALLER = "caller <> ''"
FOLDED = "state = 'folded'"


def _partial(name: str, where: str, *columns: str) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


# Ended unanswered calls about which nothing is decided yet.
owed = sa.Table(
    "owed",
    metadata,
    sa.Column("call_id", Id, of_a_call(), primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    sa.Index("owed_due", "due_at", "call_id"),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("call_id", Id, of_a_call(), nullable=False),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("recipient", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("message_id", sa.Text, nullable=False),
    sa.Column("told_by", sa.BigInteger),
    sa.Column("caller", sa.Text, nullable=False),
    sa.Column("company_id", sa.BigInteger),
    sa.Column("fault", sa.Text, nullable=False, server_default=""),
    sa.Index("notices_call", "call_id"),
    _partial("notices_queued", QUEUED, "channel", "next_at", "id"),
    _partial("notices_folded", FOLDED, "told_by"),
    _partial("notices_sending", SENDING, "channel"),
    _partial("notices_told", WITH_CALLER, "caller", "at"),
    _partial("notices_undelivered", UNDELIVERED, "id"),
    _partial("notices_undelivered_calls", UNDELIVERED, "call_id"),
    # An id that was a notice's is none of another later: notices that were folded speak of it.
    sqlite_autoincrement=True,
)

# Who changed which settings; without secrets. With a company it is what that has otherwise.
settings_history = sa.Table(
    "settings_history",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("section", sa.Text, nullable=False),
    sa.Column("company_id", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("origin", sa.Text, nullable=False),
    sa.Column("old", sa.JSON, nullable=False),
    sa.Column("new", sa.JSON, nullable=False),
    sa.Index("settings_history_section", "section", "id"),
    sqlite_autoincrement=True,
)
