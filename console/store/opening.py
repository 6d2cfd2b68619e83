"""Finds, makes, checks and brings up to date the database file, before anybody talks to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, cast

from console.desk.ports import StoreFailed
from console.store import contact_words, trigrams

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Every version a database may have, oldest first; the last is this program's.
VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006")
KEPT_COPIES = 3
BUSY_SECONDS = 10.0
_HEADER = b"SQLite format 3\0"
_SCHEMES = ("sqlite+aiosqlite:///", "sqlite:///")


def database_file(url: str) -> Path | None:
    """The file a database address names, None for one in memory; raises StoreFailed."""
    name = url
    for scheme in _SCHEMES:
        if url.startswith(scheme):
            name = url.removeprefix(scheme)
            break
    else:
        if "://" in url:
            # The rest of the address may hold a password.
            kind = url.partition("://")[0]
            raise StoreFailed(
                f"A database of the kind {kind} can't be used: only SQLite is supported so far. "
                "Give a file, or sqlite:///FILE."
            )
    if name in (":memory:", ""):
        return None
    if "\0" in name:
        raise StoreFailed("The database's file name has a NUL character in it. Give another name.")
    return Path(name).expanduser().absolute()


def prepare(path: Path, *, read_only: bool = False) -> None:
    """Make a new database, or bring an old one to this version; raises StoreFailed."""
    try:
        if not path.exists() or path.stat().st_size == 0:
            if read_only:
                raise StoreFailed(
                    f"There is no database {path} yet. It is made when the console is first "
                    "started: run hotline."
                )
            _create(path)
            _equip(path)
            return
        version = database_version(path)
        if version == VERSIONS[-1]:
            if not read_only:
                _equip(path)
            return
        if version and version not in VERSIONS:
            raise StoreFailed(
                f"The database {path} is of version {version}, made by a newer Hotline Console; "
                f"this one knows up to {VERSIONS[-1]}. Update the program, or give another "
                "database."
            )
        if read_only:
            raise StoreFailed(
                f"The database {path} is of the older version {version or 'none'}. "
                "Start the console once to bring it up to date: run hotline."
            )
        copy_database(path, path.with_name(f"{path.name}.before-{VERSIONS[-1]}"))
        _forget_old_copies(path)
        migrate(path)
        _equip(path)
    except OSError as error:
        raise StoreFailed(
            f"The database {path} can't be opened: {error.strerror or error}. "
            "Check the folder and its rights, or give another database."
        ) from error
    except sqlite3.Error as error:
        raise StoreFailed(trouble(path, error)) from error


def database_version(path: Path) -> str:
    """The version of a Hotline database, empty before the first; raises StoreFailed for others."""
    if path.is_dir():
        raise StoreFailed(f"The database {path} is a folder. Give a file.")
    with path.open("rb") as file:
        if file.read(len(_HEADER)) != _HEADER:
            raise StoreFailed(f"{path} is no database. Give another file; this one is left as is.")
    try:
        with closing(_connect(path)) as sql:
            tables = {name for (name,) in sql.execute("SELECT name FROM sqlite_master")}
            if "alembic_version" not in tables:
                raise StoreFailed(
                    f"{path} is the database of another program. Give another file; this one is "
                    "left as is."
                )
            row = sql.execute("SELECT version_num FROM alembic_version").fetchone()
            return str(row[0]) if row else ""
    except sqlite3.Error as error:
        raise StoreFailed(trouble(path, error)) from error


def migrate(path: Path, to: str = "head") -> None:
    """Run the migrations that are missing, in one transaction."""
    # Alembic takes a tenth of a second to import, and is needed once per update.
    import sqlalchemy as sa
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            _own_transactions(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            config.attributes["connection"] = connection
            command.upgrade(config, to)
            connection.exec_driver_sql("COMMIT")
    except sa.exc.DBAPIError as error:
        raise StoreFailed(trouble(path, error.orig or error)) from error
    finally:
        engine.dispose()


def copy_database(source: Path, target: Path) -> None:
    """Copy a database that may be in use; the target appears only when it is whole."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    _make_private(part)
    try:
        with closing(_connect(source)) as from_, closing(sqlite3.connect(part)) as to:
            from_.backup(to, pages=4_096)
            # A copy is one file: without this its journal would be a second one.
            to.execute("PRAGMA journal_mode = DELETE")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def trouble(path: Path | str, error: BaseException) -> str:
    """What is wrong with the database and what to do, in a sentence or two."""
    text = str(error).strip() or type(error).__name__
    lower = text.lower()
    if "malformed" in lower or "not a database" in lower:
        advice = "It is damaged. Restore a backup: hotline restore FILE."
    elif "full" in lower:
        advice = "Make room on the disk, then start again."
    elif "locked" in lower or "busy" in lower:
        advice = "Another program holds it. Close that, then start again."
    elif "readonly" in lower or "unable to open" in lower or "permission" in lower:
        advice = "Check the rights of the file and of its folder."
    elif "i/o" in lower:
        advice = "Check the disk, then start again or restore a backup: hotline restore FILE."
    else:
        advice = "Start again; if it stays, restore a backup: hotline restore FILE."
    return f"The database {path} failed: {text}. {advice}"


def _create(path: Path) -> None:
    """All tables at once, equal to what the migrations make, but without importing Alembic."""
    import sqlalchemy as sa

    from console.store.all_tables import create

    path.parent.mkdir(parents=True, exist_ok=True)
    _make_private(path)
    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool)
    try:
        with engine.connect() as connection:
            _own_transactions(connection)
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            create(connection)
            connection.exec_driver_sql(
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
                "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
            )
            connection.exec_driver_sql(
                f"INSERT INTO alembic_version (version_num) VALUES ('{VERSIONS[-1]}')"
            )
            connection.exec_driver_sql("COMMIT")
    except sa.exc.DBAPIError as error:
        raise StoreFailed(trouble(path, error.orig or error)) from error
    finally:
        engine.dispose()


def _equip(path: Path) -> None:
    """What belongs to SQLite and to no migration: readers beside a writer, and quick search."""
    with closing(_connect(path)) as sql:
        # A restored backup is one file, without a journal.
        sql.execute("PRAGMA journal_mode = WAL")
        trigrams.ensure(sql)
        contact_words.ensure(sql)


def _own_transactions(connection: "Connection") -> None:
    # The driver would commit before each CREATE TABLE; a half-made schema must never stay.
    cast("sqlite3.Connection", connection.connection.driver_connection).isolation_level = None


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS)


def _make_private(path: Path) -> None:
    """An empty file that only its owner may read: calls are about people."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _forget_old_copies(path: Path) -> None:
    copies = sorted(
        path.parent.glob(f"{path.name}.before-[0-9]*"),
        key=lambda copy: copy.stat().st_mtime,
        reverse=True,
    )
    for copy in copies[KEPT_COPIES:]:
        copy.unlink(missing_ok=True)
