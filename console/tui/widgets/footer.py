"""The keys of the current screen, in one row; each can be clicked."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import Cell, measure, row
from console.tui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is written, what it does, and the name it is bound by."""

    sign: str
    words: str
    bound: str


class KeyBar(Lines):
    """As many keys as fit; the last ones given always do."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"key-bar--key", "key-bar--words"}

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Key, ...] = ()
        self._last: tuple[Key, ...] = ()
        self._spans: list[tuple[int, int, str]] = []

    def show(self, keys: tuple[Key, ...], last: tuple[Key, ...]) -> None:
        """Draw these keys from the left, and `last` at the right edge."""
        self._keys, self._last = keys, last
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row."""
        right = [cell for key in self._last for cell in self._cells(key)]
        start = width - measure(right)
        self._spans = []
        x = start
        for key in self._last:
            x = self._span(x, key)
        left: list[Cell] = []
        x = 0
        for key in self._keys:
            cells = self._cells(key)
            if x + measure(cells) > start:
                break
            left += cells
            x = self._span(x, key)
        return [row(width, self.ground, left, right)]

    def _span(self, x: int, key: Key) -> int:
        end = x + measure(self._cells(key))
        self._spans.append((x, end, key.bound))
        return end

    def _cells(self, key: Key) -> list[Cell]:
        return [
            (f" {key.sign}", self.look("key-bar--key")),
            (f" {key.words} ", self.look("key-bar--words")),
        ]

    def on_click(self, event: events.Click) -> None:
        """A click does what the key would."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.post_message(self.Pressed(key))
