"""The shape that CALLED and CALLER share: a title with a rule, rows below, an empty state."""

from textwrap import wrap
from typing import ClassVar

from rich.style import Style
from textual.strip import Strip

from console.tui.cells import plain, row
from console.tui.widgets.lines import Lines

TALL = 14  # rows from which on there is a blank one under the title


def heading(title: str, width: int, look: Style, rule: Style) -> Strip:
    """A title and a rule to the right edge."""
    left = f"{title} "
    return row(width, rule, [(left, look), ("─" * (width - len(left)), rule)])


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

    def draw(self, width: int, height: int) -> list[Strip]:
        """Title, rule, body; never more rows than there are."""
        rule, name = self.look("panel--rule"), self.look("panel--title")
        head = heading(self.title, width, name, rule)
        space = [self.blank(width)] if height >= TALL else []
        used = 1 + len(space)
        return [head, *space, *self.body(width, height - used)][:height]

    def nothing(self, width: int, height: int) -> list[Strip]:
        """What will come, while there is nothing."""
        return [self.blank(width), *self.text(self.empty, width, "panel--quiet", limit=2)]

    def blank(self, width: int) -> Strip:
        """An empty row."""
        return Strip.blank(width, self.ground)

    def text(self, words: str, width: int, part: str, limit: int) -> list[Strip]:
        """Words in at most `limit` rows, broken between words."""
        look, base = self.look(part), self.ground
        lines = wrap(plain(words), max(8, width), max_lines=limit, placeholder=" …")
        return [row(width, base, [(line, look)]) for line in lines]
