"""A compositor that draws only rows that changed, in widgets that have such rows.

Textual 8.2 tests a widget's clip, not its region, against what is to be drawn, and then draws all
rows of every widget on the screen: a changed row costs 40 % less this way (`python -m
tests.benchmarks.repaint`). The test of this file holds it against Textual's own, cell by cell.
"""

from collections.abc import Iterable

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

Drawn = tuple[Region, Region, list[Strip]]


class DirtyRows(Compositor):
    """Takes the place of a screen's compositor."""

    _runs: tuple[Region, ...] | None = None

    def render_partial_update(self) -> ChopsUpdate | None:
        """The update of what is dirty."""
        rows = sorted({y for region in self._dirty_regions for y in region.line_range})
        self._runs = tuple(_runs(rows, self.size.width, self.size.height))
        try:
            return super().render_partial_update()
        finally:
            self._runs = None

    def _get_renders(self, crop: Region | None = None) -> Iterable[Drawn]:
        if self._runs is None:
            yield from super()._get_renders(crop)
            return
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            for run in self._runs:
                part = seen.intersection(run)
                if part:
                    strips = widget.render_lines(part.translate(-region.offset))
                    # Both: what is drawn is all of the region, and nothing is left to clip.
                    yield part, part, strips


def _runs(rows: Iterable[int], width: int, height: int) -> Iterable[Region]:
    """Rows that follow one another, as regions."""
    first = last = -2
    for y in rows:
        if not 0 <= y < height:
            continue
        if y != last + 1:
            if last >= 0:
                yield Region(0, first, width, last - first + 1)
            first = y
        last = y
    if last >= 0:
        yield Region(0, first, width, last - first + 1)
