"""The tables of calls and people, in SQL that SQLite and PostgreSQL share.

Times are UTC microseconds since 1970 in a BIGINT: exact, sortable, and the same in every database,
so that (started_at, id) is one strict order for paging by key.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros(at: datetime) -> int:
    """Microseconds since 1970 of a time that knows its zone; TypeError for one that does not."""
    return (at - EPOCH) // _MICROSECOND


def instant(stored: int) -> datetime:
    """The UTC time that `micros` made a number of."""
    # Exact until the year 2242: a double still tells microseconds apart.
    return datetime.fromtimestamp(stored / 1_000_000, UTC)


class Instant(sa.types.TypeDecorator[datetime]):
    """A point in time, stored as UTC microseconds since 1970."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """To the database."""
        return None if value is None else micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else instant(value)


# PostgreSQL would order ids by the rules of a language; the keyset needs plain code points.
Id = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
# SQLite numbers rows by itself only in a column that is declared INTEGER.
RowNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Rendered into the SQL as they stand: SQLite uses a partial index only for a literal condition.
# The two say "unanswered" differently, lest the larger index serve the smaller list.
UNANSWERED = "outcome <> 'answered' AND direction <> 'outbound'"
OPEN = "NOT (outcome = 'answered' OR direction = 'outbound') AND processed_at IS NULL"

metadata = sa.MetaData()

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("row", RowNumber, primary_key=True),
    sa.Column("id", Id, nullable=False, unique=True),
    # What the PBX said.
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("direction", sa.Text, nullable=False),
    sa.Column("caller_number", sa.Text),
    sa.Column("caller_display", sa.Text),
    sa.Column("caller_hidden", sa.Boolean, nullable=False),
    sa.Column("called", sa.Text),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("phase", sa.Text, nullable=False),
    sa.Column("phase_since", Instant),
    sa.Column("answered_at", Instant),
    sa.Column("answered_by", sa.Text),
    sa.Column("ended_at", Instant),
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
    # What the directory said when it rang; no foreign key, history outlives the directory.
    sa.Column("company_id", sa.BigInteger),
    sa.Column("company_name", sa.Text, nullable=False),
    sa.Column("company_colour", sa.Text, nullable=False),
    sa.Column("caller_name", sa.Text, nullable=False),
    # Names folded and numbers as digits, to search in (search.py).
    sa.Column("words", sa.Text, nullable=False),
    # What people did.
    sa.Column("processed_by", sa.Text),
    sa.Column("processed_at", Instant),
    sa.Column("processed_how", sa.Text),
    sa.Column("processed_by_call", sa.Text),
    sa.Column("taken_by", sa.Text),
    sa.Column("taken_at", Instant),
    sa.Index("calls_all", "started_at", "id"),
    sa.Index(
        "calls_unanswered",
        "started_at",
        "id",
        sqlite_where=sa.text(UNANSWERED),
        postgresql_where=sa.text(UNANSWERED),
    ),
    sa.Index(
        "calls_open",
        "started_at",
        "id",
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    ),
    # The outcome at the end: a company and an outcome are told from the index alone. By its name
    # it is made before that of the company's open calls, see `create`.
    sa.Index("calls_company", "company_name", "started_at", "id", "outcome"),
    sa.Index(
        "calls_company_open",
        "company_name",
        "started_at",
        "id",
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    ),
    sa.Index("calls_outcome", "outcome", "started_at", "id"),
    sa.Index("calls_number", "caller_number", "started_at", "id"),
    sa.Index(
        "calls_dialled",
        "called",
        "started_at",
        "id",
        sqlite_where=sa.text("direction = 'outbound'"),
        postgresql_where=sa.text("direction = 'outbound'"),
    ),
)


def of_a_call() -> sa.ForeignKey:
    """What goes with its call, and follows it."""
    return sa.ForeignKey("calls.id", ondelete="CASCADE", onupdate="CASCADE")


notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("call_id", Id, of_a_call(), nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Index("notes_call", "call_id"),
)

# A line without a call is about the site: operators, imports.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("call_id", Id, of_a_call()),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("what", sa.Text, nullable=False),
    sa.Column("old", sa.Text, nullable=False),
    sa.Column("new", sa.Text, nullable=False),
    # Address and key of who came from elsewhere, "" for who sits at the machine.
    sa.Column("origin", sa.Text, nullable=False, server_default=""),
    sa.Index("audit_call", "call_id"),
)

operators = sa.Table(
    "operators",
    metadata,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("extensions", sa.JSON, nullable=False),
    # Who has left stays, for the lists that name them, but can't come in.
    sa.Column("disabled", sa.Boolean, nullable=False, server_default=sa.false()),
    # argon2id; "" for none.
    sa.Column("password", sa.Text, nullable=False, server_default=""),
)

public_keys = sa.Table(
    "public_keys",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column(
        "login", sa.Text, sa.ForeignKey("operators.login", ondelete="CASCADE"), nullable=False
    ),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("data", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("added_at", Instant, nullable=False),
    sa.Index("public_keys_login", "login", "fingerprint", unique=True),
)

# Addresses from which log-ins failed.
blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("until", Instant),
    sa.Column("login", sa.Text, nullable=False),
)

# Where operators were in the console when they left, or when their line broke.
places = sa.Table(
    "places",
    metadata,
    sa.Column("login", sa.Text, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("place", sa.JSON, nullable=False),
)

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", RowNumber, primary_key=True),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("until", Instant),
    sa.Column("why", sa.Text, nullable=False),
    sa.Index("gaps_since", "since"),
)

# One row: the latest time that any stored change speaks of.
heard = sa.Table(
    "heard",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
)
