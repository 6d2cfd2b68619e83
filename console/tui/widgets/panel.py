"""The shape that CALLED and CALLER share: a title with a rule, rows below, an empty state."""

from collections.abc import Sequence
from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from console.tui.cells import Cell, measure, plain, row
from console.tui.widgets.lines import Lines

TALL = 14  # rows from which on there is a blank one under the title
ASIDE = 6  # cells of rule that stay beside what stands in it
LONGEST = 4000  # characters of one text that are drawn


def heading(title: str, width: int, look: Style, rule: Style, aside: Sequence[Cell] = ()) -> Strip:
    """A title and a rule to the right edge, before which `aside` stands if it fits."""
    left = f"{title} "
    room = width - cell_len(left)
    if not aside or measure(aside) + ASIDE > room:
        return row(width, rule, [(left, look), ("─" * room, rule)])
    dashes = "─" * (room - measure(aside) - 4)
    right: list[Cell] = [(" ", rule), *aside, (" ", rule), ("──", rule)]
    return row(width, rule, [(left, look), (dashes, rule)], right)


class Panel(Lines):
    """A titled panel; a subclass draws `body`."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "panel--title",
        "panel--rule",
        "panel--text",
        "panel--quiet",
    }
    title: ClassVar[str] = ""
    empty: ClassVar[str] = ""

    def body(self, width: int, height: int) -> list[Strip]:
        """The rows under the title."""
        raise NotImplementedError

    def aside(self) -> Sequence[Cell]:
        """What stands at the right end of the title's row."""
        return ()

    def draw(self, width: int, height: int) -> list[Strip]:
        """Title, rule, body; never more rows than there are."""
        rule, name = self.look("panel--rule"), self.look("panel--title")
        head = heading(self.title, width, name, rule, self.aside())
        above = self.above(height)
        space = [self.blank(width)] * (above - 1)
        return [head, *space, *self.body(width, height - above)][:height]

    def above(self, height: int) -> int:
        """How many rows there are above the body."""
        return 2 if height >= TALL else 1

    def nothing(self, width: int, height: int) -> list[Strip]:
        """What will come, while there is nothing."""
        return [self.blank(width), *self.text(self.empty, width, "panel--quiet", limit=2)]

    def blank(self, width: int) -> Strip:
        """An empty row."""
        return Strip.blank(width, self.ground)

    def text(self, words: str, width: int, part: str, limit: int) -> list[Strip]:
        """Words in at most `limit` rows, broken between words."""
        look, base = self.look(part), self.ground
        lines = wrap(plain(words[:LONGEST]), max(8, width), max_lines=limit, placeholder=" …")
        return [row(width, base, [(line, look)]) for line in lines]
