"""A copy of the whole database in one file, and the way back."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from console.desk.ports import StoreFailed
from console.store.opening import VERSIONS, copy_database, database_file, database_version, trouble


async def backup(url: str, target: Path) -> None:
    """Copy the database to `target` while a desk may go on writing; raises StoreFailed.

    An older backup of that name is replaced only when the new one is whole.
    """
    await asyncio.to_thread(_backup, _file(url), target)


async def restore(file: Path, url: str) -> Path | None:
    """Put a backup in the database's place; the way to the old one, kept beside, if there was one.

    No desk may run on it. Raises StoreFailed for a file that is no whole Hotline database.
    """
    return await asyncio.to_thread(_restore, file, _file(url))


def _file(url: str) -> Path:
    path = database_file(url)
    if path is None:
        raise StoreFailed("A database in memory has no backup. Give a file.")
    return path


def _backup(source: Path, target: Path) -> None:
    if not source.exists():
        raise StoreFailed(f"There is no database {source} to back up.")
    if target.exists() and (target.is_dir() or target.samefile(source)):
        what = "a folder" if target.is_dir() else "the database itself"
        raise StoreFailed(f"The backup can't be written to {target}: it is {what}.")
    database_version(source)
    try:
        copy_database(source, target)
    except OSError as error:
        raise StoreFailed(
            f"The backup {target} can't be written: {error.strerror or error}. "
            "Give another file or make room."
        ) from error
    except sqlite3.Error as error:
        raise StoreFailed(trouble(source, error)) from error


def _restore(file: Path, path: Path) -> Path | None:
    if not file.exists():
        raise StoreFailed(f"There is no backup {file}.")
    if path.exists() and path.samefile(file):
        raise StoreFailed(f"{file} is the database itself. Give a backup.")
    _check(file)
    kept = path.with_name(f"{path.name}.before-restore")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        old = path.exists()
        if old:
            _keep(path, kept)
        # What belonged to the old file would be taken for the new one's.
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        copy_database(file, path)
    except OSError as error:
        raise StoreFailed(
            f"The backup can't be put in place of {path}: {error.strerror or error}. "
            f"Nothing is lost: the old database is {path} or {kept}."
        ) from error
    except sqlite3.Error as error:
        raise StoreFailed(trouble(path, error)) from error
    return kept if old else None


def _keep(path: Path, kept: Path) -> None:
    try:
        copy_database(path, kept)
    except sqlite3.Error:
        # The old one is damaged, which may be why it is replaced: keep its files as they are.
        for rest in ("", "-wal", "-shm"):
            part = path.with_name(path.name + rest)
            if part.exists():
                part.replace(kept.with_name(kept.name + rest))


def _check(file: Path) -> None:
    version = database_version(file)
    if version not in VERSIONS:
        raise StoreFailed(
            f"The backup {file} is of version {version or 'none'}; this program knows up to "
            f"{VERSIONS[-1]}. Update the program first."
        )
    try:
        with closing(sqlite3.connect(file)) as sql:
            (found,) = sql.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise StoreFailed(f"The backup {file} is damaged: {error}. Give another one.") from error
    if found != "ok":
        raise StoreFailed(f"The backup {file} is damaged: {found}. Give another one.")
