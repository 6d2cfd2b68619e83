"""What screens ask about contacts, companies, sources and failures, in SQL."""

from collections.abc import Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa

from console.desk.contacts import (
    ActionFailure,
    Unowned,
    UnownedNumbers,
)
from console.people.called_numbers import CalledNumbers
from console.people.values import Company, Contact
from console.store.contact_rows import COLUMNS, VISIBLE
from console.store.directory_schema import action_failures
from console.store.schema import calls
from console.store.who_has import Run, read_all


def runner(sql: sa.Connection) -> Run:
    """Statements on this connection."""

    def run(statement: str, parameters: Sequence[Any]) -> Sequence[Sequence[Any]]:
        return sql.exec_driver_sql(statement, tuple(parameters)).all()

    return run


def get_contact(sql: sa.Connection, id: int, viewer: str) -> Contact | None:
    """One contact with all it has, if the viewer may see it."""
    rows = sql.execute(
        sa.text(
            f"SELECT {COLUMNS} FROM contacts c JOIN sources s ON s.id = c.source_id "
            f"WHERE c.id = :id AND {VISIBLE}"
        ),
        {"id": id, "viewer": viewer},
    ).all()
    return next(iter(read_all(runner(sql), rows)), None)


def unowned_numbers(
    sql: sa.Connection, query: UnownedNumbers, companies: Sequence[Company]
) -> tuple[Unowned, ...]:
    """Called numbers of calls from outside that no company was found for, nor would be now."""
    c = calls.c
    count, last = sa.func.count(), sa.func.max(c.started_at, type_=c.started_at.type)
    select = (
        sa.select(c.called, count, last)
        .where(
            c.started_at >= query.since,
            c.direction == "inbound",
            c.company_id.is_(None),
            c.company_name == "",
            c.called.is_not(None),
            c.called != "",
        )
        .group_by(c.called)
        .order_by(count.desc(), last.desc())
    )
    owned = CalledNumbers(companies)
    found = (Unowned(*row) for row in sql.execute(select))
    return tuple(
        islice((each for each in found if owned.company_of(each.number) is None), query.limit)
    )


def list_failures(sql: sa.Connection, limit: int) -> tuple[ActionFailure, ...]:
    """The latest failures of actions, newest first."""
    f = action_failures.c
    select = sa.select(f.action, f.at, f.call, f.why).order_by(f.id.desc()).limit(limit)
    return tuple(ActionFailure(*row) for row in sql.execute(select))
