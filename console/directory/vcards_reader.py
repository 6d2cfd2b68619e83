"""Contacts of vCard files: a folder and all below it, or one file."""

from collections.abc import Iterator
from dataclasses import replace

from console.calls.numbers import NumberPlan
from console.directory.card_blocks import card_blocks
from console.directory.contact_files import (
    VCARDS,
    Changing,
    ContactFile,
    Found,
    find_files,
    open_file,
    why_not,
)
from console.directory.reading import CannotRead, Mark, Reading
from console.people.skipped import Skipped
from console.people.values import Contact
from console.people.vcard import read_cards
from console.settings.sources import VcardFolder

_NO_CARD = "There is no vCard in this file."


def read(options: VcardFolder, plan: NumberPlan, token: str) -> Reading:
    """Yield all contacts, or nothing if no file has changed since the token.

    Raises CannotRead if not even one file can be read, and at the end Changing if the files have
    changed meanwhile.
    """
    found = find_files(options.path, VCARDS)
    fingerprint = found.fingerprint()
    if fingerprint == token:
        yield Mark("delta", token)
        return
    yield from read_files(found, plan)
    yield Mark("full", fingerprint)
    if find_files(options.path, VCARDS).fingerprint() != fingerprint:
        raise Changing


def read_files(found: Found, plan: NumberPlan) -> Reading:
    """Yield the contacts of files, and now and then how many there may be altogether.

    Raises CannotRead if not even one can be read.
    """
    yield from found.skipped
    size, done, cards, unreadable = found.size, 0, 0, 0
    for file in found.files:
        try:
            for length, one in _cards(file, plan):
                if length:
                    done += length
                    yield Mark(total=round(cards * size / done) if cards else None)
                elif one is not None:
                    cards += isinstance(one, Contact)
                    yield one
        except CannotRead as refused:
            unreadable += 1
            if unreadable == len(found.files):
                raise CannotRead(_none_readable(found, str(refused))) from None
            yield Skipped(file.name, 1, str(refused))


def _cards(file: ContactFile, plan: NumberPlan) -> Iterator[tuple[int, Contact | Skipped | None]]:
    """Yield (bytes of a block that has been read, None), or (0, what was in it)."""
    with open_file(file) as opened:
        blocks = card_blocks(opened)
        empty = True
        while True:
            try:
                block = next(blocks, None)
            except OSError as error:
                raise CannotRead(why_not(error)) from None
            if block is None:
                break
            before, data = block[0] - 1, block[1]
            for one in read_cards(data, file.name, plan):
                if isinstance(one, Contact):
                    empty = False
                elif one.reason == _NO_CARD:
                    continue
                elif before:
                    one = replace(one, line=one.line + before)
                yield 0, one
            yield len(data), None
        if empty:
            yield 0, Skipped(file.name, 1, _NO_CARD)


def _none_readable(found: Found, why: str) -> str:
    if len(found.files) == 1:
        return f"{found.files[0].name}: {why}"
    return f"Not one of {len(found.files)} files can be read. {found.files[0].name}: {why}"
