"""The title line of a list: its name, how much is open, and what is shown."""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.strip import Strip

from console.tui.cells import Cell, cut, measure, row
from console.tui.widgets.lines import Lines


@dataclass(frozen=True, slots=True)
class Summary:
    """What the line says; `found` is None while it is not known."""

    title: str
    open: int = 0
    today: int | None = None
    found: int | None = None
    filter: str = ""
    company: str = ""
    narrowed: bool = False


class FilterBar(Lines):
    """One row; a click on it asks for another filter."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "filter-bar--title",
        "filter-bar--open",
        "filter-bar--quiet",
        "filter-bar--value",
    }

    class Pressed(Message):
        """Somebody wants to choose what is shown."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._summary = Summary(title)

    def show(self, summary: Summary) -> None:
        """Draw another summary."""
        if summary != self._summary:
            self._summary = summary
            self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row; the filter is left out before the figures are cut."""
        told = self._summary
        quiet, value = self.look("filter-bar--quiet"), self.look("filter-bar--value")
        left: list[Cell] = [(f" {told.title}", self.look("filter-bar--title"))]
        left.append(
            (
                f"  ▲ {told.open:,} open",
                self.look("filter-bar--open" if told.open else "filter-bar--quiet"),
            )
        )
        if told.today is not None:
            left.append((f"  {told.today:,} today", quiet))
        parts: list[list[Cell]] = [[("  show: ", quiet), (told.filter, value)]]
        if told.company or width >= 90:
            name = cut(told.company or "all", 24)
            parts.append([("  company: ", quiet), (name, value if told.company else quiet)])
        if told.narrowed and told.found is not None:
            parts.insert(0, [(f"  {told.found:,} found", value)])
        for part in parts:
            if measure(left) + measure(part) <= width:
                left += part
        return [row(width, self.rich_style, left)]

    def on_click(self, event: events.Click) -> None:
        """A click opens the filter."""
        event.stop()
        self.post_message(self.Pressed())
