"""The calls that one notice tells: its own, and those of the notices that were folded into it."""

import sqlalchemy as sa

from console.desk.notices import Telling
from console.desk.records import CallRecord
from console.store.notice_rows import NOTICE_COLUMNS, read_notice
from console.store.notice_schema import FOLDED, notices
from console.store.portions import portions
from console.store.reading import records
from console.store.rows import record_columns
from console.store.schema import calls


def told_with(sql: sa.Connection, id: int, limit: int) -> tuple[Telling, ...]:
    """A notice and those that were folded into it, with their calls, the oldest call first."""
    n = notices.c
    its = sa.select(*NOTICE_COLUMNS).select_from(notices)
    rows = list(sql.execute(its.where(n.id == id)))
    rows += sql.execute(
        its.where(sa.text(FOLDED), n.told_by == id).order_by(n.id).limit(max(0, limit - len(rows)))
    )
    told = [read_notice(row) for row in rows]
    found: dict[str, CallRecord] = {}
    for some in portions(list(dict.fromkeys(notice.call for notice in told))):
        select = sa.select(*record_columns).select_from(calls).where(calls.c.id.in_(some))
        found |= {each.call.id: each for each in records(sql, sql.execute(select).all())}
    tellings = [Telling(each, found[each.call]) for each in told if each.call in found]
    tellings.sort(key=lambda each: (each.record.call.started_at, each.record.call.id))
    return tuple(tellings)
