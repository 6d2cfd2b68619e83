"""A later call processes the earlier unanswered ones: which, and in whose name."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from console.calls.processing import other_end, our_end, processes
from console.desk.changes import ProcessByCall, SetProcessed, Written
from console.desk.contacts import Certainty
from console.desk.records import CallRecord, How, Processed
from console.store.reading import records
from console.store.rows import record_columns
from console.store.schema import OPEN, calls, operators
from console.store.who_has import who_has
from console.store.writing_calls import CallWriting

# Nobody has more open calls than these of one caller; the latest are processed.
MOST = 500


def process_by_call(sql: sa.Connection, writing: CallWriting, change: ProcessByCall) -> Written:
    """Mark the open calls that this call has dealt with; audited as whoever called or answered."""
    later = _record(sql, change.call)
    number = other_end(later.call) if later else None
    if later is None or not number:
        return Written()
    numbers = {number}
    if change.contact:
        numbers |= _of_the_contact(sql, number, later.company_id)
    within = timedelta(days=change.days)
    c = calls.c
    rows = sql.execute(
        sa.select(*record_columns)
        .select_from(calls)
        .where(
            sa.text(OPEN),
            c.caller_number.in_(sorted(numbers)),
            c.started_at >= later.call.started_at - within,
            c.started_at < later.call.started_at,
        )
        .order_by(c.started_at.desc())
        .limit(MOST)
    ).all()
    dealt = tuple(
        earlier.call.id
        for earlier in records(sql, rows)
        if processes(
            later.call,
            earlier.call,
            numbers,
            change.kinds,
            within,
            one_company=earlier.company_id is not None and earlier.company_id == later.company_id,
        )
    )
    if not dealt:
        return Written()
    by = _who(sql, our_end(later.call))
    at = later.call.answered_at or later.call.started_at
    processed = Processed(by, at, How.CALL, later.call.id)
    return writing.set_processed(SetProcessed(dealt, processed, by, change.at))


def _record(sql: sa.Connection, id: str) -> CallRecord | None:
    select = sa.select(*record_columns).select_from(calls).where(calls.c.id == id)
    return next(iter(records(sql, sql.execute(select).all())), None)


def _of_the_contact(sql: sa.Connection, number: str, company_id: int | None) -> set[str]:
    """All numbers of who has this one for sure."""

    def run(statement: str, values: Any) -> Any:
        return sql.exec_driver_sql(statement, tuple(values)).fetchall()

    best = next(iter(who_has(run, number, company_id, ringing=True)), None)
    if best is None or not (best.chosen or best.certainty is Certainty.EXACT):
        return set()
    return {each for each, _ in best.contact.numbers}


def _who(sql: sa.Connection, phone: str | None) -> str:
    """The name of who sits at a phone of ours."""
    if not phone:
        return "somebody"
    o = operators.c
    for row in sql.execute(sa.select(o.login, o.name, o.extensions).order_by(o.login)):
        if phone in row.extensions:
            return str(row.name or row.login)
    return f"phone {phone}"
