"""Staging files, and contacts to put in them."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from store_samples import NOON

from console.desk.changes import PutSource
from console.desk.contacts import FindContacts, SyncReport
from console.people.skipped import Skipped
from console.people.staging import CONTACT_COLUMNS, SCHEMA, contact_row, number_rows
from console.people.values import Contact
from console.settings.sources import ContactSource, VcardFolder
from console.store.database import SqlStore

_INSERT = (
    f"INSERT INTO contacts ({', '.join(CONTACT_COLUMNS)}) "
    f"VALUES ({', '.join('?' * len(CONTACT_COLUMNS))})"
)


def stage(
    file: Path,
    contacts: Iterable[Contact],
    *,
    mode: str = "full",
    gone: Iterable[str] = (),
    token: str = "",
    skipped: Iterable[Skipped] = (),
) -> str:
    """Write a staging file as the reader of a source does; its name."""
    file.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as sql:
        sql.executescript(SCHEMA)
        sql.execute("PRAGMA synchronous = OFF")
        read = 0
        for contact in contacts:
            row = sql.execute(_INSERT, contact_row(contact)).lastrowid
            sql.executemany(
                "INSERT INTO numbers VALUES (?, ?, ?, ?, ?)",
                [(row, *number) for number in number_rows(contact)],
            )
            read += 1
        sql.executemany("INSERT INTO gone VALUES (?)", [(key,) for key in gone])
        left_out = [(each.file, each.line, each.reason) for each in skipped]
        sql.executemany("INSERT INTO skipped VALUES (?, ?, ?)", left_out)
        about = {"mode": mode, "token": token, "read": read, "left_out": len(left_out)}
        sql.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        sql.commit()
    return str(file)


async def add_source(store: SqlStore, name: str = "Customers", **more: object) -> int:
    """A source that is read from somewhere; its id."""
    source = ContactSource(**{"name": name, "options": VcardFolder(path="/srv"), **more})
    (written,) = await store.write([PutSource(source, "eva", NOON)])
    assert written.id is not None, written
    return written.id


async def take_in(
    store: SqlStore, source: int, file: Path, contacts: Iterable[Contact], **more: object
) -> SyncReport:
    """Stage contacts, and make them what a source has."""
    return await store.take_in(source, stage(file, contacts, **more), NOON, lambda *_: None)


async def names(store: SqlStore, text: str = "", **more: object) -> list[str]:
    """The names of the contacts that a search finds."""
    return [each.name for each in (await store.ask(FindContacts(text, **more))).contacts]
