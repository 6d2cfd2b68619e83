"""The rows of a table that a program or a spreadsheet wrote, whatever its delimiter and charset.

A row whose quotes don't match costs itself only, even if a quote in a later row closes them; a cell
in quotes may have line breaks.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from itertools import islice

from console.people.charset import decoded, unwrapped

DELIMITERS = ";\t,|"
MOST_LINES = 300  # of one row
LONGEST_LINE = 200_000
_SLAB = 256 * 1024

_LINE_END = re.compile(rb"\r\n|\r|\n")
# Excel's own first line.
_SAYS_DELIMITER = re.compile(r'"?sep=(.)"?\s*\Z', re.IGNORECASE)

Row = tuple[int, list[str] | None]


def rows(
    data: bytes | str, delimiters: str = DELIMITERS, most_lines: int = MOST_LINES
) -> Iterator[Row]:
    """Yield (the line it begins in, counted from 1; its cells) of each row that is not blank.

    Cells are None for a line whose quotes don't match. The delimiter is the one of `delimiters`
    that is most often in the first row.
    """
    if isinstance(data, str):
        data = data.removeprefix("\ufeff").encode("utf-8", "replace")
    ahead: deque[str] = deque()
    lines = _lines(unwrapped(data))
    number = 0
    delimiter = ""
    width = 0  # of the first row
    while True:
        if not ahead:
            line = next(lines, None)
            if line is None:
                return
        else:
            line = ahead.popleft()
        number += 1
        if not line or line.isspace():
            continue
        if not delimiter:
            if said := _SAYS_DELIMITER.match(line):
                delimiter = said[1]
                continue
            delimiter = max(delimiters, key=line.count)
        if '"' not in line:
            cells: list[str] | None = line.split(delimiter)
            width = width or len(cells or ())
            yield number, cells
            continue
        taken, cells = _quoted(line, delimiter, ahead, lines, most_lines)
        if taken > 1 and _swallows(width, delimiter, [line, *islice(ahead, taken - 1)]):
            taken, cells = 1, None
        width = width or len(cells or ())
        yield number, cells
        for _ in range(taken - 1):
            ahead.popleft()
        number += taken - 1


def _lines(data: bytes) -> Iterator[str]:
    """Decode line by line where it must be: people paste UTF-8 and Windows-1252 together."""
    at = 0
    while at < len(data):
        found = _LINE_END.search(data, at + _SLAB)
        end = found.end() if found else len(data)
        slab = data[at:end]
        if b"\r" in slab:
            slab = slab.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        # The csv reader refuses NULs in some versions; they are of no use here.
        slab = slab.replace(b"\0", b"")
        try:
            some = slab.decode().split("\n")
        except UnicodeDecodeError:
            some = [decoded(line) for line in slab.split(b"\n")]
        if not some[-1]:
            some.pop()
        for line in some:
            yield line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE]
        at = end


def _swallows(width: int, delimiter: str, some: list[str]) -> bool:
    """Whether a quote was left open, and closed by chance in a row that is another one.

    Then the first line looks like a whole row, and one of the others, too. Of text in the last
    column, which may hold a delimiter, all lines must look so.
    """
    count = width - 1
    if count < 1 or some[0].count(delimiter) != count:
        return False
    alike = [line.count(delimiter) == count for line in some[1:]]
    in_last = some[0].rpartition(delimiter)[2].lstrip().startswith('"')
    return len(alike) > 2 and all(alike) if in_last else any(alike)


def _quoted(
    line: str, delimiter: str, ahead: deque[str], lines: Iterator[str], most_lines: int
) -> tuple[int, list[str] | None]:
    """(how many lines the row takes, its cells); what was looked at is left in `ahead`."""
    taken = 0

    def one_by_one() -> Iterator[str]:
        nonlocal taken
        taken = 1
        yield line + "\n"
        while taken < most_lines:
            if len(ahead) < taken:
                following = next(lines, None)
                if following is None:
                    break
                ahead.append(following)
            taken += 1
            yield ahead[taken - 2] + "\n"
        # Who asks for more waits for the end of a quote.
        taken = most_lines + 1
        yield "\n"

    try:
        cells = next(csv.reader(one_by_one(), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return 1, None
    return (1, None) if taken > most_lines else (taken, cells)
