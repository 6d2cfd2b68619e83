"""Which line of a file a place in it is in."""

import re

_BARE_RETURN = re.compile(rb"\r(?!\n)")


def line_count(data: bytes, begin: int, end: int) -> int:
    """How many lines end between two places where lines begin, whatever ends them."""
    lines = data.count(b"\n", begin, end)
    # Counting pairs takes long, and hardly ever a return is alone.
    if data.find(b"\r", begin, end) >= 0 and _BARE_RETURN.search(data, begin, end):
        lines += data.count(b"\r", begin, end) - data.count(b"\r\n", begin, end)
    return lines


class LineNumbers:
    """Counts the lines of a file only when somebody asks for a number, which is seldom.

    Places are where lines begin, whatever ends them. Asked in about their order it takes linear
    time.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._before = 0

    def before(self, at: int) -> int:
        """How many lines end before a place."""
        begin, end = sorted((self._at, at))
        lines = line_count(self._data, begin, end)
        self.known(at, self._before + (lines if at == end else -lines))
        return self._before

    def known(self, at: int, before: int) -> None:
        """Somebody has counted: so many lines end before a place."""
        self._at = at
        self._before = before
