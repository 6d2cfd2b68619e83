"""How many notices are told at present, and which summary waits: from the rows, so nothing of it
is lost with the process."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from console.desk.notice import Channel, Notice, NoticeState
from console.desk.notices import Rush
from console.store.notice_rows import NOTICE_COLUMNS, TELLING, read_notice
from console.store.notice_schema import FOLDED, QUEUED, notices, owed
from console.store.schema import calls

# Looked at in one go, so that a backlog of a hundred thousand is not counted again for each of
# its calls. What is beyond is counted when it comes nearer.
MOST_OWED = 1_000
MOST_DECIDED = 20_000


def rush(sql: sa.Connection, since: datetime, near: datetime, until: datetime) -> Rush:
    """What was told since then, and `near` to now; what is owed until then."""
    some = (
        sa.select(owed.c.call_id)
        .where(owed.c.due_at <= until)
        .order_by(owed.c.due_at, owed.c.call_id)
        .limit(MOST_OWED)
        .subquery()
    )
    coming = sql.execute(
        sa.select(calls.c.company_id, sa.func.count())
        .select_from(some.join(calls, calls.c.id == some.c.call_id))
        .group_by(calls.c.company_id)
    )
    n = notices.c
    told = sql.execute(
        sa.select(
            n.channel,
            n.recipient,
            sa.func.count(),
            sa.func.sum(sa.case((n.at >= near, 1), else_=0)),
        )
        .where(n.id > _before(sql, since), n.at >= since, n.state.in_(TELLING))
        .group_by(n.channel, n.recipient)
    )
    return Rush(
        {row[0]: row[1] for row in coming},
        {(Channel(row[0]), row[1]): (row[2], row[3]) for row in told},
    )


def _before(sql: sa.Connection, since: datetime) -> int:
    """The newest notice that was as it is before then: of the older ones none was decided since.

    Ids rise in the order of deciding, so that it takes no index to find what is new.
    """
    n = notices.c
    newest = sql.execute(sa.select(sa.func.max(n.id))).scalar_one() or 0
    least = max(0, newest - MOST_DECIDED)
    found = sql.execute(
        sa.select(n.id).where(n.id > least, n.at < since).order_by(n.id.desc()).limit(1)
    ).scalar()
    return least if found is None else int(found)


def untried(sql: sa.Connection, why: str) -> tuple[Notice, ...]:
    """Queued notices with this reason that were never tried, the oldest first."""
    n = notices.c
    rows = sql.execute(
        sa.select(*NOTICE_COLUMNS)
        .select_from(notices)
        .where(sa.text(QUEUED), n.why == why, n.tries == 0)
        .order_by(n.id)
    )
    return tuple(read_notice(row) for row in rows)


def taking_in(
    sql: sa.Connection, channel: Channel, recipient: str, why: str, since: datetime
) -> timedelta | None:
    """How long the last notice to somebody took in calls, for this reason; None if none since."""
    n = notices.c
    last = sql.execute(
        sa.select(n.told_by, n.at)
        .where(
            sa.text(FOLDED),
            n.id > _before(sql, since),
            n.channel == channel.value,
            n.recipient == recipient,
            n.why == why,
        )
        .order_by(n.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    first = sql.execute(
        sa.select(n.at).where(sa.text(FOLDED), n.told_by == last.told_by).order_by(n.id).limit(1)
    ).scalar_one()
    taken: timedelta = last.at - first
    return taken


def bring_forward(sql: sa.Connection, ids: tuple[int, ...], at: datetime) -> int:
    """Those that are still queued are sent at this time; how many."""
    n = notices.c
    return sql.execute(
        sa.update(notices)
        .where(n.id.in_(ids), n.state == NoticeState.QUEUED.value)
        .values(next_at=at)
    ).rowcount
