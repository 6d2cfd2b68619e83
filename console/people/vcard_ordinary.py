"""Ordinary cards, which most are, in half the time: the same as vcard_lines.py makes of them.

A card is ordinary if all of it is UTF-8 with one kind of line ends, no fold cuts a letter, and each
line that is not a fold has a usual head. Of a picture only the beginning is looked at, and lines
are not counted before somebody asks. Any other card is left to vcard_lines.py as a whole.
"""

import re

from console.people.line_numbers import LineNumbers
from console.people.vcard_heads import Head, head_in
from console.people.vcard_properties import LONGEST_VALUE, Decoded, Property

# A picture with something in its first line or the next, and that more folds follow.
_PICTURE = re.compile(rb"\n((?:PHOTO|LOGO);[^:\n]{0,200}):(?:\r?\n )?[!-~][^\n]*+(?=\n )")
_NO_FOLD = re.compile(rb"\n(?! )")

# Of all files; those that are usual.
_HEADS: dict[str, Head] = {}
_KNOWN_HEADS = 4096
_LONGEST_KNOWN = 200


class OrdinaryCard:
    """An ordinary card; between `gap` and its end are lines that were not looked at."""

    __slots__ = ("_begin", "_gap", "_lines", "_numbers", "properties")

    def __init__(self, numbers: LineNumbers, begin: int, gap: tuple[int, int]) -> None:
        self.properties: list[Property] = []
        self._numbers = numbers
        self._begin = begin
        self._gap = gap
        # How many lines are before it, before the gap, and before what is behind that.
        self._lines: tuple[int, int, int] | None = None

    @property
    def line(self) -> int:
        """The number of its first line, from 1."""
        return self._numbers.before(self._begin) + 1

    def line_of(self, one: Property) -> int:
        """The number of the line in which a property begins."""
        if self._lines is None:
            before = self._numbers.before
            self._lines = before(self._begin), before(self._gap[0]), before(self._gap[1])
        first, gap, behind = self._lines
        line = first + one.place
        return line + 1 if line < gap else line + 1 + behind - gap


def ordinary_card(data: bytes, begin: int, end: int, numbers: LineNumbers) -> OrdinaryCard | None:
    """The card between two places, which are where lines begin; None if it is not ordinary."""
    while data.startswith((b"\n", b"\r\n"), begin, end):
        begin += 1 if data.startswith(b"\n", begin) else 2
    written, gap = _without_picture(data[begin:end])
    if len(written) > LONGEST_VALUE:
        return None
    lines = _lines_in(written)
    if lines is None or len(lines) < 2 or lines[0] != "BEGIN:VCARD" or lines[-1] != "END:VCARD":
        return None
    card = OrdinaryCard(numbers, begin, (begin + gap[0], begin + gap[1]))
    properties = card.properties
    heads = _HEADS
    for place in range(1, len(lines) - 1):
        line = lines[place]
        name, colon, value = line.partition(":")
        head = heads.get(name) if colon else None
        if head is None:
            if line[:1] in (" ", "\t", ""):
                if not _goes_on(line, properties):
                    return None
                continue
            head = _head(name) if colon else None
            if head is None:
                return None
        if head.binary and not value.isascii():
            return None
        properties.append(Decoded(place, head, value))
    return card


def _without_picture(data: bytes) -> tuple[bytes, tuple[int, int]]:
    """The lines of a card without most of those of a picture, and between which places they were.

    That something is in the picture is all that anybody wants to know of it.
    """
    found = _PICTURE.search(data)
    head = _head(found[1].decode("utf-8", "replace")) if found else None
    if found and head and head.base64:
        gap = found.end() + 1
        behind = _NO_FOLD.search(data, gap)
        # Without a colon nothing in it can be a property, whatever ends its lines.
        if behind and data.find(b":", gap, behind.start()) < 0:
            end = behind.start() + 1
            return data[:gap] + data[end:], (gap, end)
    return data, (0, 0)


def _lines_in(data: bytes) -> list[str] | None:
    """The lines without their ends, None if not all end in the same way or it is not UTF-8."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    crlf = "\r" in text
    lines = text.split("\r\n" if crlf else "\n")
    ends = len(lines) - 1
    if text.count("\n") != ends or (crlf and text.count("\r") != ends):
        return None
    if not lines[-1]:
        lines.pop()
    return lines


def _goes_on(line: str, properties: list[Property]) -> bool:
    """Take a line that belongs to the last property; whether that is sure."""
    # Elsewhere white space and lengths are those of bytes.
    if not properties or not (
        line.isascii() or (not line.isspace() and not properties[-1].head.binary)
    ):
        return False
    properties[-1].go_on(line)
    return True


def _head(name: str) -> Head | None:
    """What stands before a colon, None if it is not usual."""
    head = _HEADS.get(name)
    if head is None and name[:1] not in (" ", "\t", "") and len(name) <= _LONGEST_KNOWN:
        head = head_in(name)
        if head is None or not _is_usual(head):
            return None
        if len(_HEADS) >= _KNOWN_HEADS:
            _HEADS.clear()
        _HEADS[name] = head
    return head


def _is_usual(head: Head) -> bool:
    if head.mark or head.name == "AGENT" or head.charset not in ("", "utf-8"):
        return False
    return head.as_it_is or (head.binary and head.base64 and not head.quoted_printable)
