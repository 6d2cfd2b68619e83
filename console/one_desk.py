"""One desk per database: a lock file beside it, which the system lets go of whatever happens."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from console import places


class DatabaseTaken(Exception):
    """Another process has the desk of this database; `pid` is None if it can't be told."""

    def __init__(self, database: Path, pid: int | None) -> None:
        super().__init__(f"the desk of {database} is held by process {pid or 'unknown'}")
        self.database = database
        self.pid = pid


def file_of(url: str) -> Path | None:
    """The file of an SQLite URL, None for a database that is no file."""
    file = places.file_of(url)
    return Path(file) if file else None


def beside(database: Path, ending: str) -> Path:
    """A file that belongs to a database: its name with an ending."""
    return database.with_name(f"{database.name}.{ending}")


@contextlib.contextmanager
def lock(database: Path) -> Iterator[None]:
    """Hold the desk of a database; raises DatabaseTaken, and OSError where no file can be made.

    The file stays behind: were it removed, two could hold two files of the same name.
    """
    handle = os.open(beside(database, "lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseTaken(database, _pid(handle)) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def holder(database: Path) -> int | None:
    """The process that holds the desk now, None if nobody does."""
    try:
        handle = os.open(beside(database, "lock"), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return None
    except BlockingIOError:
        return _pid(handle)
    finally:
        os.close(handle)


def _pid(handle: int) -> int | None:
    text = os.pread(handle, 20, 0).strip()
    return int(text) if text.isdigit() else None
