"""A title with a rule, for a part of a screen that doesn't draw its own."""

from typing import ClassVar

from textual.strip import Strip

from console.tui.widgets.lines import Lines
from console.tui.widgets.panel import heading


class Heading(Lines):
    """One row: a title and a rule."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heading--title", "heading--rule"}

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title

    def draw(self, width: int, height: int) -> list[Strip]:
        """The one row."""
        look, rule = self.look("heading--title"), self.look("heading--rule")
        return [heading(self._title, width, look, rule)]
