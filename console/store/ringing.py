"""Who rings: a thread of its own with a bare connection to the database.

Through SQLAlchemy's asynchronous layer each statement passes between threads, and a look-up has
several: it takes some two milliseconds. Here it passes once.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from console.desk.ports import StoreFailed
from console.store.opening import BUSY_SECONDS, trouble
from console.store.who_has import Run

_T = TypeVar("_T")


class Ringing:
    """Answers one after the other, in its thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="who rings")
        self._sql: sqlite3.Connection | None = None

    async def ask(self, question: Callable[[Run], _T]) -> _T:
        """The answer to a question; raises StoreFailed."""
        if self._closed:
            raise StoreFailed(f"The database {self._path} has been closed.")
        try:
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, self._answer, question
            )
        except sqlite3.Error as error:
            raise StoreFailed(trouble(self._path, error)) from error

    async def close(self) -> None:
        """Close the connection, and end the thread."""

        if self._closed:
            return
        self._closed = True

        def end() -> None:
            if self._sql is not None:
                self._sql.close()

        await asyncio.get_running_loop().run_in_executor(self._thread, end)
        self._thread.shutdown()

    def _answer(self, question: Callable[[Run], _T]) -> _T:
        if self._sql is None:
            self._sql = sqlite3.connect(
                self._path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=64
            )
            self._sql.execute("PRAGMA query_only = ON")
            self._sql.execute("PRAGMA cache_size = -4000")
        sql = self._sql
        # All of one answer is of one moment.
        sql.execute("BEGIN")
        try:
            return question(lambda statement, values: sql.execute(statement, values).fetchall())
        finally:
            sql.execute("ROLLBACK")
