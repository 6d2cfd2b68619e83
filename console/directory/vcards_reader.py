"""Contacts of vCard files: a folder and all below it, or one file."""

from collections.abc import Iterator
from typing import BinaryIO

from console.calls.numbers import NumberPlan
from console.directory.card_blocks import Block, FileEnd, card_blocks
from console.directory.contact_files import (
    VCARDS,
    Changing,
    ContactFile,
    Found,
    find_files,
    open_file,
    why_not,
)
from console.directory.reading import CannotRead, Mark
from console.people.skipped import Skipped
from console.settings.sources import VcardFolder


def read(
    options: VcardFolder, plan: NumberPlan, token: str
) -> Iterator[Block | FileEnd | Skipped | Mark]:
    """Yield all cards, as blocks that somebody else reads; none if nothing changed since the token.

    Raises CannotRead, and at the end Changing if the files have changed meanwhile.
    """
    found = find_files(options.path, VCARDS)
    found.must_be_whole()
    fingerprint = found.fingerprint()
    if fingerprint == token:
        yield Mark("delta", token)
        return
    yield from read_files(found)
    yield Mark("full", fingerprint)
    if find_files(options.path, VCARDS).fingerprint() != fingerprint:
        raise Changing


def read_files(found: Found, *, leave_out: bool = False) -> Iterator[Block | FileEnd | Skipped]:
    """Yield the cards of files; raises CannotRead if a file can't be read to its end.

    With `leave_out` one that can't even be opened is left out.
    """
    yield from (*found.skipped, *found.no_files)
    size, done = max(1, found.size), 0
    for file in found.files:
        try:
            opened = open_file(file)
        except CannotRead as refused:
            if not leave_out:
                raise CannotRead(f"{file.name}: {refused}") from None
            yield Skipped(file.name, 1, str(refused))
            continue
        with opened:
            for line, data in _blocks(file, opened):
                done += len(data)
                # An empty file is no share of anything.
                yield Block(file.name, line, data, min(1.0, done / size) or 1.0)
        yield FileEnd(file.name)


def _blocks(file: ContactFile, opened: BinaryIO) -> Iterator[tuple[int, bytes]]:
    blocks = card_blocks(opened)
    while True:
        try:
            block = next(blocks, None)
        except OSError as error:
            # Half a file would be less than what was there before.
            raise CannotRead(f"{file.name}: {why_not(error)}") from None
        if block is None:
            return
        yield block
