"""A terminal elsewhere: its size and colours, what it sends, and when it does not keep up.

Whatever carries the bytes (an SSH channel, a Unix socket) makes one and feeds it.
"""

from collections.abc import Callable
from typing import Protocol

from rich.color import ColorSystem

LEAST, MOST = (20, 5), (500, 200)  # columns, rows


class Listener(Protocol):
    """Who draws on a terminal and hears what is typed there."""

    def typed(self, data: bytes) -> None:
        """These bytes came."""
        ...

    def resized(self, size: tuple[int, int]) -> None:
        """The terminal has another size now: columns, rows."""
        ...

    def behind(self, is_behind: bool) -> None:
        """The terminal does not take more for now, or does again."""
        ...


class Terminal:
    """One terminal for one session."""

    def __init__(
        self,
        send: Callable[[bytes], None],
        size: tuple[int, int],
        colours: ColorSystem = ColorSystem.TRUECOLOR,
    ) -> None:
        self._send = send
        self._listener: Listener | None = None
        self._early: list[bytes] = []
        self._reasons: set[str] = set()
        self.size = _clamped(size)
        self.colours = colours
        self.gone = False

    @property
    def is_behind(self) -> bool:
        """Whether it does not take more for now."""
        return bool(self._reasons)

    def listen(self, listener: Listener) -> None:
        """From here on this one hears it; what was typed before comes first."""
        self._listener = listener
        early, self._early = self._early, []
        for data in early:
            listener.typed(data)

    def write(self, data: bytes) -> None:
        """Send bytes to the terminal; nothing if it has gone."""
        if not self.gone:
            self._send(data)

    def typed(self, data: bytes) -> None:
        """The line brings what was typed."""
        if self._listener is not None:
            self._listener.typed(data)
        elif sum(map(len, self._early)) < 4096:
            self._early.append(data)

    def resize(self, size: tuple[int, int]) -> None:
        """The line says that the terminal has another size."""
        size = _clamped(size)
        if size != self.size:
            self.size = size
            if self._listener is not None:
                self._listener.resized(size)

    def held_up(self, by: str, held: bool) -> None:
        """One part of the line (channel, socket) takes no more for now, or does again."""
        before = self.is_behind
        (self._reasons.add if held else self._reasons.discard)(by)
        if self.is_behind != before and self._listener is not None:
            self._listener.behind(self.is_behind)

    def hang_up(self) -> None:
        """The line is down: nothing is sent any more."""
        self.gone = True


def _clamped(size: tuple[int, int]) -> tuple[int, int]:
    columns, rows = (size[0] or 80), (size[1] or 24)
    return max(LEAST[0], min(columns, MOST[0])), max(LEAST[1], min(rows, MOST[1]))
