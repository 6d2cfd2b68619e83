"""A process that helps the reading process: blocks of vCards in, prepared contacts out.

More than one helps: a million cards keep one processor busy for minutes.
"""

import os
import pickle
import sys
from collections.abc import Iterator
from typing import IO

from console.calls.numbers import NumberPlan
from console.directory.card_blocks import Block
from console.directory.own_process import spare_circles
from console.directory.prepared import Prepared, SameKeys, prepared
from console.people.skipped import Skipped
from console.people.values import Contact
from console.people.vcard import NO_CARD, read_cards


def contacts_of(block: Block, plan: NumberPlan) -> Iterator[Contact | Skipped]:
    """The contacts of a block, and what was left out; that there is none is not told."""
    for one in read_cards(block.data, block.file, plan, SameKeys()):
        if isinstance(one, Contact):
            yield one
        elif one.reason != NO_CARD:
            yield Skipped(one.file, one.line + block.line - 1, one.reason)


def prepared_of(block: Block, plan: NumberPlan) -> Iterator[Prepared | Skipped]:
    """The same as rows."""
    for one in contacts_of(block, plan):
        if isinstance(one, Skipped):
            yield one
        else:
            rows = prepared(one)
            yield Skipped(block.file, block.line, rows) if isinstance(rows, str) else rows


def read_frame(stream: IO[bytes]) -> bytes:
    """The bytes behind a length; none at the end of the stream."""
    return stream.read(int.from_bytes(stream.read(4), "big"))


def write_frame(stream: IO[bytes], data: bytes) -> None:
    """Write bytes behind their length; raises OSError if nobody reads."""
    stream.write(len(data).to_bytes(4, "big"))
    stream.write(data)
    stream.flush()


def main() -> None:
    """Get a plan, then blocks until there are no more; answer several with a list for each."""
    spare_circles()
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    plan: NumberPlan = pickle.loads(read_frame(incoming))
    while frame := read_frame(incoming):
        made = [list(prepared_of(block, plan)) for block in pickle.loads(frame)]
        write_frame(outgoing, pickle.dumps(made, pickle.HIGHEST_PROTOCOL))
    os._exit(0)


if __name__ == "__main__":
    main()
