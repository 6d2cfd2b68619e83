"""Makes a staging file what a source has: all or nothing, while calls are stored in between.

It is worked out beside the database, made in small transactions that nobody sees, and seen by one
last one that only counts the source's generation up. What an end in the middle leaves behind is
swept (sweeping.py).
"""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from console.desk.contacts import SyncReport
from console.desk.ports import StoreFailed
from console.store.audit_lines import site_line
from console.store.chunks import Chunks
from console.store.connections import Connections
from console.store.directory_schema import sources, taking_in
from console.store.plan_file import work_out
from console.store.source_rows import report_values
from console.store.take_in_plan import SourceGone, TakeInPlan, plan_take_in

# Nobody did it: it was done by itself.
BY = "Hotline"


async def take_in(
    connections: Connections,
    source_id: int,
    staging: Path,
    at: datetime,
    progress: Callable[[int, int], None],
) -> SyncReport:
    """Take a staging file in; nothing of an earlier attempt may be left. Raises StoreFailed."""
    read_by = await connections.read(lambda sql: _options(sql, source_id))
    try:
        plan = await work_out(staging, connections.path, lambda sql: plan_take_in(sql, source_id))
    except SourceGone:
        raise _gone() from None
    except (sqlite3.Error, ValueError) as error:
        raise StoreFailed(
            f"What was read can't be stored: the file {staging} failed ({error}). "
            "Look whether there is room on the disk, and try again."
        ) from error
    if plan.fresh or plan.ended:
        first_id = await connections.write(lambda sql: _begin(sql, source_id, plan))
        async with Chunks(connections, staging) as chunks:
            await chunks.make(plan.steps(source_id, first_id), _of_contacts(plan, progress))
    await connections.write(lambda sql: _finish(sql, source_id, plan, at, read_by))
    return plan.report


def _of_contacts(
    plan: TakeInPlan, progress: Callable[[int, int], None]
) -> Callable[[int, int], None]:
    """Tells how many contacts the rows that are done would be: each has several in the tables."""
    report = plan.report
    contacts = report.added + report.changed + report.removed

    def tell(done: int, total: int) -> None:
        progress(-(-contacts * done // total), contacts)

    return tell


def _begin(sql: sa.Connection, source_id: int, plan: TakeInPlan) -> int:
    """Set ids aside; the first."""
    sql.execute(
        sa.text(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'contacts', 0 "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'contacts')"
        )
    )
    last = sql.execute(
        sa.text(
            "UPDATE sqlite_sequence SET seq = seq + :count WHERE name = 'contacts' RETURNING seq"
        ),
        {"count": plan.fresh},
    ).scalar_one()
    sql.execute(
        sa.insert(taking_in),
        {
            "source_id": source_id,
            "generation": plan.generation + 1,
            "first_id": last - plan.fresh + 1,
            "last_id": last,
            "worded_id": last - plan.fresh,
        },
    )
    return int(last - plan.fresh + 1)


def _options(sql: sa.Connection, source_id: int) -> str | None:
    """Where the source is read and how, as stored."""
    options = sa.type_coerce(sources.c.options, sa.Text)
    select = sa.select(options).where(sources.c.id == source_id)
    return sql.execute(select).scalar_one_or_none()


def _finish(
    sql: sa.Connection, source_id: int, plan: TakeInPlan, at: datetime, read_by: str | None
) -> None:
    """Make it seen; what is read otherwise by now does not go on where this one ended."""
    report, c = plan.report, sources.c
    same = sa.type_coerce(c.options, sa.Text) == read_by
    changed = bool(plan.fresh or plan.ended)
    done = sql.execute(
        sa.update(sources)
        .where(c.id == source_id, c.generation == plan.generation)
        .values(
            generation=plan.generation + changed,
            contacts=plan.count,
            synced_at=at,
            report=report_values(report),
            error="",
            error_at=None,
            token=sa.case((same, plan.token), else_=""),
        )
    )
    if not done.rowcount:
        raise _gone()
    if changed:
        sql.execute(sa.delete(taking_in).where(taking_in.c.source_id == source_id))
        site_line(
            *(sql, BY, at, "sync"),
            new=f"{plan.name}: {report.added} added, {report.changed} changed, "
            f"{report.removed} removed",
        )


def _gone() -> StoreFailed:
    return StoreFailed(
        "The source was removed or changed while it was read. Nothing of it was stored; "
        "read it again if it is still there."
    )
