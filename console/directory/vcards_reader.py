"""Contacts of vCard files: a folder and all below it, or one file."""

from collections.abc import Iterator

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

    Raises CannotRead if not even one file can be read, and at the end Changing if the files have
    changed meanwhile.
    """
    found = find_files(options.path, VCARDS)
    fingerprint = found.fingerprint()
    if fingerprint == token:
        yield Mark("delta", token)
        return
    yield from read_files(found)
    yield Mark("full", fingerprint)
    if find_files(options.path, VCARDS).fingerprint() != fingerprint:
        raise Changing


def read_files(found: Found) -> Iterator[Block | FileEnd | Skipped]:
    """Yield the cards of files; raises CannotRead if not even one can be read."""
    yield from found.skipped
    size, done, unreadable = max(1, found.size), 0, 0
    for file in found.files:
        try:
            for line, data in _blocks(file):
                done += len(data)
                yield Block(file.name, line, data, min(1.0, done / size))
            yield FileEnd(file.name)
        except CannotRead as refused:
            unreadable += 1
            if unreadable == len(found.files):
                raise CannotRead(_none_readable(found, str(refused))) from None
            yield Skipped(file.name, 1, str(refused))


def _blocks(file: ContactFile) -> Iterator[tuple[int, bytes]]:
    with open_file(file) as opened:
        blocks = card_blocks(opened)
        while True:
            try:
                block = next(blocks, None)
            except OSError as error:
                raise CannotRead(why_not(error)) from None
            if block is None:
                return
            yield block


def _none_readable(found: Found, why: str) -> str:
    if len(found.files) == 1:
        return f"{found.files[0].name}: {why}"
    return f"Not one of {len(found.files)} files can be read. {found.files[0].name}: {why}"
