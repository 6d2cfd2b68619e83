"""Who changed what, a line each, written in the transaction of the change."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.desk.changes import Written
from console.store.schema import audit

# A name in a line tells what it was about; more of it would tell a secret's length or a letter.
LONGEST = 200
_ORIGIN = "origin"


@contextmanager
def coming_from(sql: sa.Connection, origin: str) -> Iterator[None]:
    """Lines that are written meanwhile say where the person sat."""
    sql.info[_ORIGIN] = origin[:LONGEST]
    try:
        yield
    finally:
        del sql.info[_ORIGIN]


def line(
    call: str | None, by: str, at: datetime, what: str, old: str = "", new: str = ""
) -> dict[str, Any]:
    """A line as columns; without a call it is about the site."""
    return {"call_id": call, "by": by, "at": at, "what": what, "old": old, "new": new}


def write_lines(sql: sa.Connection, lines: Iterable[dict[str, Any]]) -> None:
    """Insert lines."""
    origin = sql.info.get(_ORIGIN, "")
    if rows := [{"origin": origin, **row} for row in lines]:
        sql.execute(sa.insert(audit), rows)


def site_line(
    sql: sa.Connection, by: str, at: datetime, what: str, old: str = "", new: str = ""
) -> None:
    """Insert a line about the site."""
    write_lines(sql, [line(None, by, at, what, old[:LONGEST], new[:LONGEST])])


def counted(sql: sa.Connection, by: str, at: datetime, what: str, count: int) -> Written:
    """So many were changed; a line if it was any."""
    if count:
        site_line(sql, by, at, what, new=str(count))
    return Written(count=count)
