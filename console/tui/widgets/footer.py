"""The keys of the current screen, in one row; each can be clicked."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import Cell, measure, row
from console.tui.widgets.lines import Lines

# How much a key is needed in the bar: its screen's own business; what hands find by themselves;
# what stands in the help.
NEEDED, FOUND, HELPED = 2, 1, 0


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is written, what it does, and the name it is bound by.

    `brief` says it where room is short; of the keys the ones with the highest `need` stay longest.
    """

    sign: str
    words: str
    bound: str
    brief: str = ""
    need: int = NEEDED


class KeyBar(Lines):
    """The most needed keys that fit, in their order; the last ones given always do."""

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
        for key in self._fitting(start):
            left += self._cells(key)
            x = self._span(x, key)
        return [row(width, self.ground, left, right)]

    def _fitting(self, room: int) -> list[Key]:
        """The keys there is room for; in brief words if the needed ones would not all fit."""
        keys = list(self._keys)
        needed = (cell for key in keys if key.need == NEEDED for cell in self._cells(key))
        if measure(list(needed)) > room:
            keys = [replace(key, words=key.brief or key.words) for key in keys]
        chosen: list[Key] = []
        for key in sorted(keys, key=lambda key: -key.need):
            wide = measure(self._cells(key))
            if wide <= room:
                room -= wide
                chosen.append(key)
        return [key for key in keys if key in chosen]

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
