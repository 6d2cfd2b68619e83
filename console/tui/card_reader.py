"""Reads the card that a screen shows, and reads it again when something was stored."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from console.desk.ports import StoreFailed
from console.tui.card import Card, read_card
from console.tui.source_book import SourceBook

if TYPE_CHECKING:
    from console.desk.ports import Door

PAUSE = 0.5  # seconds between something stored and reading again: calls are stored all the time


class CardReader:
    """One card at a time; an answer for another card than the last wanted is never told."""

    def __init__(
        self, screen: Screen[None], door: "Door", book: SourceBook, told: Callable[[Card], None]
    ) -> None:
        """`told` is given each card that was read."""
        self._screen = screen
        self._door = door
        self._book = book
        self._told = told
        self._wanted: Card | None = None
        self._waiting = False

    def read(self, card: Card | None) -> None:
        """Read this one now; None: none any more."""
        self._wanted = card
        if card is not None:
            self._screen.run_worker(self._read(card), group="card", exclusive=True)

    def again(self) -> None:
        """Something was stored: read it once more, a moment later."""
        if not self._waiting and self._wanted is not None:
            self._waiting = True
            self._screen.set_timer(PAUSE, self._once_more)

    def _once_more(self) -> None:
        self._waiting = False
        self.read(self._wanted)

    async def _read(self, wanted: Card) -> None:
        try:
            card = await read_card(self._door, self._book, wanted)
        except StoreFailed as failure:
            self._screen.notify(str(failure), severity="error", markup=False)
            return
        if self._wanted is wanted:
            self._told(card)
