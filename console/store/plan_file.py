"""A file beside the database in which a long change is worked out, before it is made in chunks.

Working it out takes seconds and may fill a disk; it only reads the database, so nobody waits.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from console.store.opening import BUSY_SECONDS

# KiB of memory for sorting and looking up; what is more goes to the disk.
_CACHE = 32 * 1024
_T = TypeVar("_T")


async def work_out(file: Path, database: Path, work: Callable[[sqlite3.Connection], _T]) -> _T:
    """Run `work` in a thread on the plan's file, with the database as `store`; stops if cancelled.

    Raises sqlite3.Error.
    """
    # Closed by the thread that runs last on it.
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as sql:
        task = asyncio.ensure_future(asyncio.to_thread(_work, sql, database, work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            while not task.done():
                sql.interrupt()
                await asyncio.wait([task], timeout=0.005)
            if not task.cancelled():
                task.exception()
            raise


def _work(sql: sqlite3.Connection, database: Path, work: Callable[[sqlite3.Connection], _T]) -> _T:
    # Whatever happens to this file, it is made anew: nothing of it is ever needed again.
    sql.execute("PRAGMA journal_mode = OFF")
    sql.execute("PRAGMA synchronous = OFF")
    sql.execute(f"PRAGMA cache_size = -{_CACHE}")
    sql.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    sql.execute("ATTACH ? AS store", (str(database),))
    # One reading transaction: what is compared with does not change meanwhile.
    sql.execute("BEGIN")
    found = work(sql)
    sql.execute("COMMIT")
    return found
