"""Calls as notices need them: those that one notice tells, and those that are owed one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.desk.notices import ListDue, Owed, Telling
from console.desk.records import CallRecord
from console.store.notice_rows import NOTICE_COLUMNS, read_notice
from console.store.notice_schema import FOLDED, notices, owed
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
    found = _records_of(sql, (notice.call for notice in told))
    tellings = [Telling(each, found[each.call]) for each in told if each.call in found]
    tellings.sort(key=lambda each: (each.record.call.started_at, each.record.call.id))
    return tuple(tellings)


def due_until(sql: sa.Connection, until: datetime, limit: int) -> tuple[Owed, ...]:
    """Calls that are due by then and undecided, the longest due first."""
    c = owed.c
    select = sa.select(c.call_id, c.due_at).where(c.due_at <= until)
    return _owed(sql, sql.execute(select.order_by(c.due_at, c.call_id).limit(limit)).all())


def list_due(sql: sa.Connection, query: ListDue) -> tuple[Owed, ...]:
    """Undecided calls with which nobody has dealt, the last due first."""
    c = owed.c
    select = (
        sa.select(c.call_id, c.due_at)
        .join_from(owed, calls, calls.c.id == c.call_id)
        .where(calls.c.processed_at.is_(None))
    )
    if query.call is not None:
        select = select.where(c.call_id == query.call)
    if (last := query.before) is not None:
        bound = (
            sa.bindparam(None, last.due_at, type_=c.due_at.type, unique=True),
            sa.bindparam(None, last.record.call.id, type_=c.call_id.type, unique=True),
        )
        select = select.where(sa.tuple_(c.due_at, c.call_id) < sa.tuple_(*bound))
    newest_first = (c.due_at.desc(), c.call_id.desc())
    return _owed(sql, sql.execute(select.order_by(*newest_first).limit(query.limit)).all())


def _owed(sql: sa.Connection, rows: Sequence[Any]) -> tuple[Owed, ...]:
    found = _records_of(sql, (row.call_id for row in rows))
    return tuple(Owed(found[row.call_id], row.due_at) for row in rows)


def _records_of(sql: sa.Connection, ids: Iterable[str]) -> dict[str, CallRecord]:
    found: dict[str, CallRecord] = {}
    for some in portions(list(dict.fromkeys(ids))):
        select = sa.select(*record_columns).select_from(calls).where(calls.c.id.in_(some))
        found |= {each.call.id: each for each in records(sql, sql.execute(select).all())}
    return found
