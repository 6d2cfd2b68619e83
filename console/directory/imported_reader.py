"""Contacts of files that are imported once: vCards, tables, and folders with both."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.directory.card_blocks import Block, FileEnd
from console.directory.contact_files import TABLES, VCARDS, ContactFile, find_files, open_file
from console.directory.csv_reader import read_table
from console.directory.reading import CannotRead, Mark
from console.directory.vcards_reader import read_files
from console.people.charset import unwrapped
from console.people.skipped import Skipped
from console.people.values import Contact

_HEAD = 64 * 1024


def read(
    paths: Sequence[str], plan: NumberPlan, token: str
) -> Iterator[Block | FileEnd | Contact | Skipped | Mark]:
    """Yield the contacts of all files, to be added to what is there; raises CannotRead.

    A file that is named may have any ending: what is in it tells what it is.
    """
    for path in paths:
        try:
            found = find_files(path, VCARDS | TABLES)
        except CannotRead as refused:
            yield Skipped(clean(path), 1, str(refused))
            continue
        tables = [file for file in found.files if _is_table(file)]
        yield from read_files(
            replace(found, files=tuple(file for file in found.files if file not in tables)),
            leave_out=True,
        )
        for file in tables:
            yield from read_table(file, plan, {}, leave_out=True)
    yield Mark("delta")


def _is_table(file: ContactFile) -> bool:
    if file.path.lower().endswith(tuple(VCARDS)):
        return False
    try:
        with open_file(file) as opened:
            head = unwrapped(opened.read(_HEAD)).upper()
    except (CannotRead, OSError):
        return False
    return b"BEGIN:VCARD" not in head
