"""What changes about the site itself do to the tables: times without a feed."""

import sqlalchemy as sa

from console.desk.changes import CloseGap, OpenGap, Written
from console.store.schema import gaps


def open_gap(sql: sa.Connection, change: OpenGap) -> Written:
    """A feed fell silent; a gap that is still open stays."""
    c = gaps.c
    lasting = sa.select(c.id).where(c.feed == change.feed, c.until.is_(None))
    if sql.execute(lasting).first() is not None:
        return Written()
    sql.execute(
        sa.insert(gaps),
        {"feed": change.feed, "since": change.since, "until": None, "why": change.why},
    )
    return Written(count=1)


def close_gap(sql: sa.Connection, change: CloseGap) -> Written:
    """The feed's open gap ended."""
    c = gaps.c
    closed = sql.execute(
        sa.update(gaps).where(c.feed == change.feed, c.until.is_(None)).values(until=change.until)
    )
    return Written(count=closed.rowcount)
