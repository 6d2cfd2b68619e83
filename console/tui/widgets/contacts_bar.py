"""The title line of the contacts: how many were found, and what is being read now."""

from dataclasses import dataclass
from typing import ClassVar

from textual.strip import Strip

from console.desk.contacts import SyncProgress
from console.tui.cells import Cell, measure, row
from console.tui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class ContactsTold:
    """What the line says; `found` is None while nothing is known. `last`: not the first ones."""

    found: int | None = None
    more: bool = False
    total: int | None = None
    searched: bool = False
    syncs: tuple[SyncProgress, ...] = ()
    last: bool = False


class ContactsBar(Lines):
    """One row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "contacts-bar--title",
        "contacts-bar--value",
        "contacts-bar--quiet",
    }

    def __init__(self) -> None:
        super().__init__()
        self._told = ContactsTold()

    def show(self, told: ContactsTold) -> None:
        """Draw this."""
        if told != self._told:
            self._told = told
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row."""
        quiet = self.look("contacts-bar--quiet")
        left: list[Cell] = [(" CONTACTS", self.look("contacts-bar--title"))]
        left.append((f"  {found(self._told)}", self.look("contacts-bar--value")))
        for sync in self._told.syncs:
            words = f"  {progress(sync)}"
            if measure(left) + len(words) <= width:
                left.append((words, quiet))
        return [row(width, self.ground, left)]


def found(told: ContactsTold) -> str:
    """How many there are, in words: "143 found", "the first 200 of 12,431"."""
    if told.found is None:
        return ""
    if not told.found:
        return "nothing found" if told.searched else ""
    if told.more:
        of = f" of {told.total:,}" if told.total else ""
        return f"the {'last' if told.last else 'first'} {told.found:,}{of}"
    return f"{told.found:,} found" if told.searched else f"{told.found:,}"


def progress(sync: SyncProgress) -> str:
    """How far the reading of a source is: "Customers is read: 4,000 of 12,000"."""
    of = f" of {sync.total:,}" if sync.total else ""
    return f"◌ {sync.name} is read: {sync.done:,}{of}"
