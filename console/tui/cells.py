"""Text in terminal cells: cut by width, and rows that are never wider than they may be."""

from collections.abc import Sequence

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Cell = tuple[str, Style]


def plain(text: str) -> str:
    """The text with whatever a terminal might obey (controls, bidi, line breaks) made visible."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def cut(text: str, width: int) -> str:
    """The text in at most `width` cells, ending in an ellipsis where something was cut off."""
    text = plain(text)
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""


def fit(text: str, width: int) -> str:
    """The text cut or padded to exactly `width` cells."""
    text = cut(text, width)
    return text + " " * (width - cell_len(text))


def measure(cells: Sequence[Cell]) -> int:
    """How many terminal cells these take."""
    return sum(cell_len(plain(text)) for text, _ in cells)


def row(width: int, fill: Style, left: Sequence[Cell], right: Sequence[Cell] = ()) -> Strip:
    """A row of exactly `width` cells: `right` at the right edge, `left` cut to what remains."""
    wanted = measure(right)
    if wanted > width:
        right, wanted = (), 0
    room = width - wanted
    segments: list[Segment] = []
    for text, style in left:
        if room <= 0:
            break
        text = cut(text, room)
        room -= cell_len(text)
        segments.append(Segment(text, style))
    if room > 0:
        segments.append(Segment(" " * room, fill))
    segments.extend(Segment(plain(text), style) for text, style in right)
    return Strip(segments, width)
