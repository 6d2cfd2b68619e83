"""What is shown instead of half of everything."""

from textual.strip import Strip

from console.tui.cells import row
from console.tui.widgets.lines import Lines


class TooSmall(Lines):
    """Says how large the terminal is and how large it must be; hidden while it is large enough."""

    def __init__(self, least: tuple[int, int]) -> None:
        super().__init__()
        self._least = least

    def draw(self, width: int, height: int) -> list[Strip]:
        """Three short rows that fit almost anything."""
        least_width, least_height = self._least
        lines = (
            f"Size: {width} x {height}.",
            f"Needed: {least_width} x {least_height}.",
            "Please enlarge it.",
        )
        above = [Strip.blank(width, self.ground)] * max(0, (height - len(lines)) // 2)
        text = [(line.center(width).rstrip(), self.ground) for line in lines]
        return [*above, *(row(width, self.ground, [cell]) for cell in text)][:height]
