"""A compositor that draws only what changed, and nothing that is hidden behind others.

Textual 8.2 tests a widget's clip, not its region, against what is to be drawn, and so draws all
rows of every widget on the screen, containers behind them too: a changed row costs half this way
(`python -m tests.benchmarks.repaint`). The test of this file holds it against Textual's own, cell
by cell.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import cast

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip

# A row's pieces by where they begin; None is not drawn.
Pieces = dict[int, Strip | None]


class DirtyRows(Compositor):
    """Takes the place of a screen's compositor."""

    _dirty: tuple[Region, ...] | None = None

    def render_partial_update(self) -> ChopsUpdate | None:
        """The update of what is dirty."""
        self._dirty = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._dirty = None

    def _render_chops(
        self, crop: Region, is_rendered_line: Callable[[int], bool]
    ) -> Sequence[Mapping[int, Strip]]:
        if self._dirty is None:
            return super()._render_chops(crop, is_rendered_line)
        cuts = self.cuts
        drawn: list[Pieces] = [dict.fromkeys(row[:-1]) for row in cuts]
        bare = self._bare(self._dirty)
        # From the front to the back: the first who draws a piece is who is seen.
        for widget, (region, clip) in self.visible_widgets.items():
            if not bare:
                break
            seen = region.intersection(clip)
            for run in _runs(bare, cuts):
                if part := seen.intersection(run):
                    strips = widget.render_lines(part.translate(-region.offset))
                    for y, strip in zip(part.line_range, strips, strict=False):
                        _draw(drawn[y], bare[y], strip, part, cuts[y])
            bare = {y: missing for y, missing in bare.items() if missing}
        return cast("Sequence[Mapping[int, Strip]]", drawn)

    def _bare(self, dirty: Iterable[Region]) -> dict[int, set[int]]:
        """By row, the beginnings of the pieces that are to be drawn."""
        cuts = self.cuts
        bare: dict[int, set[int]] = {}
        for y, first, last in self._regions_to_spans(dirty):
            if 0 <= y < len(cuts):
                pieces = zip(cuts[y], cuts[y][1:], strict=False)
                wanted = {start for start, end in pieces if start < last and end > first}
                bare.setdefault(y, set()).update(wanted)
        return {y: bare[y] for y in sorted(bare) if bare[y]}


def _runs(bare: Mapping[int, set[int]], cuts: Sequence[Sequence[int]]) -> list[Region]:
    """Rows that follow one another, of which the same part is bare, as regions."""
    runs: list[Region] = []
    for y, missing in bare.items():
        first, last = min(missing), max(missing)
        width = cuts[y][cuts[y].index(last) + 1] - first
        before = runs[-1] if runs else None
        if before and (before.x, before.width, before.bottom) == (first, width, y):
            runs[-1] = Region(first, before.y, width, before.height + 1)
        else:
            runs.append(Region(first, y, width, 1))
    return runs


def _draw(
    pieces: Pieces, missing: set[int], strip: Strip, part: Region, cuts: Sequence[int]
) -> None:
    """Put a strip into the pieces of a row that are missing."""
    first, last = part.column_span
    within = [cut for cut in cuts if first <= cut <= last]
    if missing.isdisjoint(within[:-1]):
        return
    many = strip.divide([at - first for at in within[1:]]) if len(within) > 2 else [strip]
    for cut, piece in zip(within, many, strict=False):
        if cut in missing:
            pieces[cut] = piece
            missing.discard(cut)
