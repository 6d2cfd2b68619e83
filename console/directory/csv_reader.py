"""Contacts of tables: CSV as other programs export it."""

from collections.abc import Iterator, Mapping

from console.calls.numbers import NumberPlan
from console.calls.text import clean
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
from console.people.charset import is_text
from console.people.csv_contacts import NO_TEXT, columns_of, guess, read_contacts
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
    yield from found.no_files
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
    """Yield the contacts of one table.

    Raises CannotRead if it can't be read to its end, or has no longer a column that was chosen.
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
    if columns and not is_text(data):
        raise CannotRead(f"{file.name}: {NO_TEXT}")
    if gone := _gone(data, columns):
        raise CannotRead(
            f"There is no column “{clean(gone, 40)}” in {file.name} any more; choose the columns "
            "again in Data sources."
        )
    yield Mark(total=data.count(b"\n") or None)
    yield from read_contacts(data, file.name, plan, columns or None, SameKeys())


def _gone(data: bytes, columns: Mapping[str, str]) -> str:
    """A chosen column that the table no longer has; without it contacts would lose what it said."""
    names = columns_of(data[:_HEAD]) if columns else ()
    return next(
        (name for name, what in columns.items() if names and what and name not in names), ""
    )


def columns(options: CsvFile) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """(the table's columns, (column, field) of those that tell by their names)."""
    file = find_files(options.path, TABLES).files[0]
    with open_file(file, LONGEST_TABLE) as opened:
        names = columns_of(opened.read(_HEAD))
    return names, tuple(guess(names).items())
