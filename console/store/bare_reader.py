"""A thread of its own with a bare connection, for who rings and for who searches as one types.

Through SQLAlchemy's asynchronous layer each statement passes between threads, and a look-up has
several: it takes some two milliseconds, on a busy machine twenty. Here it passes once, and what is
read becomes values without holding up the loop.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from console.desk.ports import StoreFailed
from console.store.opening import BUSY_SECONDS, trouble
from console.store.who_has import Run, on

_T = TypeVar("_T")


class BareReader:
    """Answers one question after the other, in its thread."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._closed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._sql: sqlite3.Connection | None = None
        self._lock = threading.Lock()
        self._asked: object = None

    async def ask(self, question: Callable[[Run], _T]) -> _T:
        """The answer to a question; when cancelled it stops at once. Raises StoreFailed."""
        if self._closed:
            raise StoreFailed(f"The database {self._path} has been closed.")
        future = self._thread.submit(self._answer, question)
        try:
            return await asyncio.shield(asyncio.wrap_future(future))
        except sqlite3.Error as error:
            raise StoreFailed(trouble(self._path, error)) from error
        except asyncio.CancelledError:
            if not future.cancel():
                await self._stop(question, future)
            raise

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

    async def _stop(self, question: object, future: Future[_T]) -> None:
        ended = asyncio.wrap_future(future)
        while not ended.done():
            with self._lock:
                # By now it may be somebody else's question that is answered.
                if self._asked is question and self._sql is not None:
                    self._sql.interrupt()
            await asyncio.wait([ended], timeout=0.005)
        # It was interrupted, and nobody is told.
        ended.exception()

    def _answer(self, question: Callable[[Run], _T]) -> _T:
        sql = self._sql = self._sql or self._open()
        with self._lock:
            self._asked = question
        # All of one answer is of one moment.
        sql.execute("BEGIN")
        try:
            return question(on(sql))
        finally:
            with self._lock:
                self._asked = None
            sql.execute("ROLLBACK")

    def _open(self) -> sqlite3.Connection:
        sql = sqlite3.connect(
            self._path,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            # Only to be interrupted by another thread.
            check_same_thread=False,
            cached_statements=64,
        )
        sql.execute("PRAGMA query_only = ON")
        sql.execute("PRAGMA cache_size = -4000")
        return sql
