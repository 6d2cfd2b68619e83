"""Each query in SQL, on the caller's connection; lists by key, never by counting off rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from console.calls.words import TEXTS, Direction, Disposition, Outcome
from console.desk.queries import CallPage, Details, Filter, Gap, Gaps, Key
from console.desk.records import AuditLine, CallRecord, LastCall
from console.store.belongings import NOTHING, belongings
from console.store.filters import (
    Condition,
    newer,
    newest_first,
    not_newer,
    older,
    oldest_first,
    quickest,
    with_numbers,
)
from console.store.rows import read_processed, read_record, record_columns
from console.store.schema import audit, calls, gaps, heard, notes

_LATEST_NOTE = (
    sa.select(notes.c.text)
    .where(notes.c.call_id == calls.c.id)
    .order_by(notes.c.at.desc(), notes.c.id.desc())
    .limit(1)
    .scalar_subquery()
)


def page(sql: sa.Connection, query: CallPage) -> tuple[CallRecord, ...]:
    """The rows that `query.before` and `query.after` leave, newest first."""
    between: list[Condition] = []
    if query.before is not None:
        between.append(older(query.before))
    if query.after is not None:
        between.append(newer(query.after))
    upwards = query.after is not None and query.before is None
    order = oldest_first if upwards else newest_first
    rows = sql.execute(_list(sql, query.filter, between, order, query.limit)).all()
    return records(sql, rows[::-1] if upwards else rows)


def page_from(sql: sa.Connection, filter: Filter, first: Key, limit: int) -> tuple[CallRecord, ...]:
    """The row with this key and older ones."""
    select = _list(sql, filter, [not_newer(first)], newest_first, limit)
    return records(sql, sql.execute(select).all())


def next_chunk(
    sql: sa.Connection, filter: Filter, after: Key | None, limit: int
) -> tuple[CallRecord, ...]:
    """The `limit` rows after a key, oldest first, or the oldest."""
    between = [] if after is None else [newer(after)]
    select = _list(sql, filter, between, oldest_first, limit)
    return records(sql, sql.execute(select).all())


def _list(
    sql: sa.Connection,
    filter: Filter,
    between: Sequence[Condition],
    order: Sequence[Any],
    limit: int,
) -> Any:
    """The first rows of a filter in an order."""
    where = [*quickest(sql, replace(filter, numbers=())), *between]
    if filter.numbers:
        where = [_among_first(filter.numbers, where, order, limit)]
    select = sa.select(*record_columns).select_from(calls).where(*where)
    return select.order_by(*order).limit(limit)


def records(sql: sa.Connection, rows: Sequence[Any]) -> tuple[CallRecord, ...]:
    """Rows of `record_columns` as records, with what belongs to them."""
    whose = belongings(sql, [row[0] for row in rows])
    return tuple(read_record(row, *whose.get(row[0], NOTHING)) for row in rows)


def details(sql: sa.Connection, call: str) -> Details | None:
    """One call with its notes and audit lines."""
    rows = sql.execute(
        sa.select(*record_columns).select_from(calls).where(calls.c.id == call)
    ).all()
    if not rows:
        return None
    a = audit.c
    lines = sql.execute(
        sa.select(a.by, a.at, a.what, a.old, a.new, a.origin)
        .where(a.call_id == call)
        .order_by(a.at, a.id)
    )
    (record,) = records(sql, rows)
    return Details(record, tuple(AuditLine(*line) for line in lines))


def live_calls(sql: sa.Connection) -> tuple[CallRecord, ...]:
    """Calls that never settled, oldest first."""
    select = (
        sa.select(*record_columns)
        .select_from(calls)
        .where(calls.c.outcome.is_(None))
        .order_by(*oldest_first)
    )
    return records(sql, sql.execute(select).all())


def last_heard(sql: sa.Connection) -> Any:
    """The latest time that any change spoke of, None in a new database."""
    return sql.execute(sa.select(heard.c.at)).scalar_one_or_none()


def list_gaps(sql: sa.Connection, query: Gaps) -> tuple[Gap, ...]:
    """Gaps that ended after `query.since` or last, newest first."""
    g = gaps.c
    select = sa.select(g.feed, g.since, g.until, g.why).order_by(g.since.desc(), g.id.desc())
    if query.since is not None:
        select = select.where(sa.or_(g.until.is_(None), g.until >= query.since))
    return tuple(Gap(*row) for row in sql.execute(select.limit(query.limit)))


def last_calls(
    sql: sa.Connection, numbers: Sequence[str], before: str, limit: int
) -> tuple[LastCall, ...]:
    """The latest ended calls from numbers or to them, newest first, without the call `before`."""
    c = calls.c
    if not any(numbers):
        return ()
    ended = (c.outcome.is_not(None), c.id != before)
    select = (
        sa.select(
            c.id,
            c.started_at,
            c.company_name,
            c.direction,
            c.outcome,
            c.answered_by,
            c.processed_by,
            c.processed_at,
            c.processed_how,
            c.processed_by_call,
            _LATEST_NOTE.label("note"),
        )
        .where(_among_first(numbers, ended, newest_first, limit))
        .order_by(*newest_first)
        .limit(limit)
    )
    return tuple(_last_call(row) for row in sql.execute(select))


def _among_first(
    numbers: Sequence[str], where: Sequence[Condition], order: Sequence[Any], limit: int
) -> Condition:
    """Of each number's calls the first, each from its own index.

    Some callers have tens of thousands of calls, and nobody wants to sort them all.
    """
    c = calls.c
    first = [
        sa.select(sa.select(c.row).where(whose, *where).order_by(*order).limit(limit).subquery())
        for whose in with_numbers(numbers)
    ]
    return c.row.in_(sa.select(sa.union_all(*first).subquery().c.row))


def _last_call(row: Any) -> LastCall:
    outcome = Outcome(row.outcome)
    unanswered = outcome.disposition is Disposition.UNANSWERED
    outgoing = row.direction == Direction.OUTBOUND
    if outgoing:
        text = f"we called, {TEXTS[outcome]}"
    elif unanswered:
        text = f"{TEXTS[Disposition.UNANSWERED]}, {TEXTS[outcome]}"
    else:
        text = TEXTS[outcome]
    return LastCall(
        id=row.id,
        started_at=row.started_at,
        company=row.company_name,
        text=text,
        open=unanswered and not outgoing and read_processed(row) is None,
        note=row.note or "",
        answered_by="" if outgoing else row.answered_by or "",
    )
