"""The base of what changes while calls ring: rows, of which only the changed are repainted."""

from collections.abc import Sequence
from typing import Any

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Lines(Widget):
    """Rows drawn by `draw` from a value the subclass holds; `redraw` refreshes changed rows only.

    A subclass stores the value it is given and calls `redraw`; looks come from its component
    classes by `look`.
    """

    _rows: Sequence[Strip] = ()
    _stale = True
    _ground: Style | None = None

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        # Textual works a style out anew each time it is asked, a tenth of a frame's time.
        self._looks: dict[str, Style] = {}

    def draw(self, width: int, height: int) -> list[Strip]:
        """All rows for this size; missing ones are blank."""
        raise NotImplementedError

    def look(self, name: str) -> Style:
        """How a part looks: the style of component class `name`, over this widget's own."""
        look = self._looks.get(name)
        if look is None:
            look = self._looks[name] = self.get_component_rich_style(name)
        return look

    @property
    def ground(self) -> Style:
        """This widget's own style; Textual works it out anew each time it is asked."""
        if self._ground is None:
            self._ground = self.rich_style
        return self._ground

    @property
    def few_colours(self) -> bool:
        """Whether the theme is made of the terminal's own colours."""
        return self.has_pseudo_class("ansi")

    def redraw(self) -> None:
        """Draw again, and repaint the rows that changed."""
        width, height = self.size
        if self._stale or not width or not height:
            self._begin_anew()
            return
        before, self._rows = self._rows, self.draw(width, height)
        changed = [
            Region(0, y, width, 1)
            for y in range(max(len(before), len(self._rows)))
            if y >= len(before) or y >= len(self._rows) or before[y] != self._rows[y]
        ]
        if changed:
            self.refresh(*changed)

    def render_line(self, y: int) -> Strip:
        """Row `y` of what was drawn last."""
        if self._stale:
            self._rows, self._stale = self.draw(*self.size), False
        if y < len(self._rows):
            return self._rows[y]
        return Strip.blank(self.size.width, self.ground)

    def on_resize(self) -> None:
        """Another size is another drawing."""
        self._begin_anew()

    def notify_style_update(self) -> None:
        """Another theme, or another class, is another drawing."""
        super().notify_style_update()
        self._begin_anew()

    def _begin_anew(self) -> None:
        # Drawn when the screen asks for it: sizes and styles may change several times before.
        self._stale, self._ground = True, None
        self._looks.clear()
        self.refresh()
