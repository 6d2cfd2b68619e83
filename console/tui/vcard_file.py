"""Writes contacts into a vCard file, page by page, without stopping the screen."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from console.people.values import Contact
from console.tui.new_file import NewFile

Pages = AsyncIterator[Sequence[Contact]]


async def write_vcards(path: Path, pages: Pages, *, replace: bool = False) -> int:
    """Write every contact, in order; returns how many. The file appears only when it is whole.

    Only its owner may read it: contacts are about people. Raises FileExistsError if it is there
    and not to be replaced, OSError if it can't be written.
    """
    file = NewFile(path, replace=replace)
    count = 0
    try:
        await asyncio.to_thread(file.begin)
        async for contacts in pages:
            await asyncio.to_thread(_append, file, contacts)
            count += len(contacts)
        await asyncio.to_thread(file.finish)
    finally:
        file.discard()
    return count


def _append(file: NewFile, contacts: Sequence[Contact]) -> None:
    # It brings vobject, which nobody else on the screen needs.
    from console.people.vcard_writing import write_cards

    file.append(write_cards(contacts))
