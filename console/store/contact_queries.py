"""What screens ask about contacts, companies, sources and failures, in SQL."""

from collections.abc import Sequence
from itertools import islice

import sqlalchemy as sa

from console.desk.contacts import (
    ActionFailure,
    Unowned,
    UnownedNumbers,
)
from console.people.called_numbers import CalledNumbers
from console.people.values import Company
from console.store.directory_schema import action_failures
from console.store.schema import calls


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
