"""Contacts of tables: CSV as other programs export it."""

from collections.abc import Iterator, Mapping

from console.calls.numbers import NumberPlan
from console.directory.contact_files import (
    TABLES,
    Changing,
    ContactFile,
    find_files,
    open_file,
    why_not,
)
from console.directory.prepared import SameKeys
from console.directory.reading import CannotRead, Mark, Reading
from console.people.csv_contacts import columns_of, guess, read_contacts
from console.people.skipped import Skipped
from console.people.values import Contact
from console.settings.sources import CsvFile

# A table is in memory as a whole while it is read.
LONGEST_TABLE = 256 * 1024**2
_HEAD = 256 * 1024


def read(options: CsvFile, plan: NumberPlan, token: str) -> Reading:
    """Yield a contact for each row, none if nothing has changed since the token.

    Raises CannotRead, and at the end Changing if the file has changed meanwhile.
    """
    found = find_files(options.path, TABLES)
    found.must_be_whole()
    fingerprint = found.fingerprint()
    if fingerprint == token:
        yield Mark("delta", token)
        return
    for file in found.files:
        yield from read_table(file, plan, options.columns)
    yield Mark("full", fingerprint)
    if find_files(options.path, TABLES).fingerprint() != fingerprint:
        raise Changing


def read_table(
    file: ContactFile,
    plan: NumberPlan,
    columns: Mapping[str, str],
    *,
    leave_out: bool = False,
) -> Iterator[Contact | Skipped | Mark]:
    """Yield the contacts of one table; raises CannotRead if it can't be read to its end.

    With `leave_out` one that can't even be opened is left out.
    """
    try:
        opened = open_file(file, LONGEST_TABLE)
    except CannotRead as refused:
        if not leave_out:
            raise CannotRead(f"{file.name}: {refused}") from None
        yield Skipped(file.name, 1, str(refused))
        return
    with opened:
        try:
            data = opened.read()
        except OSError as error:
            raise CannotRead(f"{file.name}: {why_not(error)}") from None
    yield Mark(total=data.count(b"\n") or None)
    yield from read_contacts(data, file.name, plan, columns or None, SameKeys())


def columns(options: CsvFile) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(the table's columns, (column, field) of those that tell by their names)."""
    file = find_files(options.path, TABLES).files[0]
    with open_file(file, LONGEST_TABLE) as opened:
        names = columns_of(opened.read(_HEAD))
    return names, tuple(guess(names).items())
