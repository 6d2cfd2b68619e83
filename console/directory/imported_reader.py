"""Contacts of files that are imported once: vCards, tables, and folders with both."""

from collections.abc import Iterator, Sequence

from console.calls.numbers import NumberPlan
from console.directory.card_blocks import Block, FileEnd
from console.directory.contact_files import TABLES, VCARDS, find_files
from console.directory.reading import CannotRead, Mark
from console.directory.vcards_reader import read_files
from console.people.skipped import Skipped


def read(
    paths: Sequence[str], plan: NumberPlan, token: str
) -> Iterator[Block | FileEnd | Skipped | Mark]:
    """Yield the contacts of all files, to be added to what is there.

    Raises CannotRead if nothing at all can be read.
    """
    refused: list[Skipped] = []
    for path in paths:
        try:
            yield from read_files(find_files(path, VCARDS | TABLES))
        except CannotRead as why:
            refused.append(Skipped(path, 1, str(why)))
    if len(refused) == len(paths):
        raise CannotRead(" ".join(each.reason for each in refused[:3]))
    yield from refused
    yield Mark("delta")
