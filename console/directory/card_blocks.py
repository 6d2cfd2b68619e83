"""A file of vCards in blocks of whole cards, so that one of any size needs little memory.

Not mapped into memory: a file that is cut short while it is read would then kill the reader.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from console.people.charset import unwrapped
from console.people.line_numbers import line_count

SIZE = 256 << 10
# A card longer than this is cut, wherever that may be: it is none.
LONGEST_CARD = 16 << 20
_NEAR = 20_000
_LONGEST_BORDER = 40

# An END of a card inside a card (AGENT) is not followed by a BEGIN.
_BORDER = re.compile(
    rb"(?<=[\r\n])[ \t]*END[ \t]*:[ \t]*VCARD[ \t]*[\r\n]\s*(?=BEGIN[ \t]*:[ \t]*VCARD)",
    re.IGNORECASE,
)
_WIDE = ("utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Block:
    """Whole cards of a file that are not read yet.

    `line` is the number of the first, from 1; `share` how much of all will have been seen then,
    up to 1.
    """

    file: str
    line: int
    data: bytes
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class FileEnd:
    """There are no more blocks of a file."""

    file: str


def card_blocks(file: BinaryIO, size: int = SIZE) -> Iterator[tuple[int, bytes]]:
    """Yield (number of its first line, from 1; bytes in an ASCII-compatible charset) of each block.

    A card is in one block, unless it is longer than LONGEST_CARD. Raises OSError.
    """
    line = 1
    pending = bytearray()
    for piece in _plain(file, size):
        pending += piece
        end = _last_border(pending)
        if not end and len(pending) > LONGEST_CARD:
            end = max(pending.rfind(b"\n"), pending.rfind(b"\r")) + 1 or len(pending)
        if end:
            block = bytes(memoryview(pending)[:end])
            del pending[:end]
            yield line, block
            line += line_count(block, 0, len(block))
    if pending or line == 1:
        yield line, bytes(pending)


def _last_border(data: bytearray) -> int:
    """Where the last card begins that is not alone; 0 if there is none."""
    # Most often it is where the last card begins, and else near the end: looking at all of it would
    # take as long as reading it.
    last = data.rfind(b"\nBEGIN:VCARD") + 1
    found = _BORDER.search(data, max(0, last - _LONGEST_BORDER), last + len(b"BEGIN:VCARD"))
    if last and found and found.end() == last:
        return last
    for begin in (max(0, len(data) - _NEAR), 0):
        end = 0
        for border in _BORDER.finditer(data, begin):
            end = border.end()
        if end or not begin:
            break
    return end


def _plain(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The file's pieces without BOM, UTF-16 turned into UTF-8."""
    head = file.read(size)
    if charset := _wide(head[:200]):
        decoder = codecs.getincrementaldecoder(charset)("replace")
        while head:
            yield decoder.decode(head).removeprefix("\ufeff").encode("utf-8", "replace")
            head = file.read(size)
        return
    yield head.removeprefix(codecs.BOM_UTF8)
    while piece := file.read(size):
        yield piece


def _wide(head: bytes) -> str:
    """Which UTF-16 it is, "" if none; told as people/charset.py tells it."""
    head = head[: len(head) // 2 * 2]
    plain = unwrapped(head)
    for charset in _WIDE:
        text = head.decode(charset, "replace").removeprefix("\ufeff")
        if plain == text.encode("utf-8", "replace") and plain != head:
            return charset
    return ""
