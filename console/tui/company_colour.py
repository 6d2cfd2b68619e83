"""The colour of a company, and an ink that can be read on it."""

import re
from zlib import crc32

from rich.style import Style
from textual.color import Color

# Mid tones: each is told from its neighbours, and its bar is seen on a dark and on a light ground.
SHADES = tuple(
    Color.parse(shade)
    for shade in (
        "#2f6fb7",
        "#b5562a",
        "#2e8562",
        "#8e4fa8",
        "#b0394f",
        "#157f8d",
        "#8a7420",
        "#5a62c4",
        "#5d8a2c",
        "#ad4a86",
        "#4b7a96",
        "#93603f",
    )
)
BLACK, WHITE = Color(0, 0, 0), Color(255, 255, 255)
# Around the circle of hues: what is read on each in any usual palette of eight colours.
_HUES = (
    ("red", "bright_white"),
    ("yellow", "black"),
    ("green", "black"),
    ("cyan", "black"),
    ("blue", "bright_white"),
    ("magenta", "bright_white"),
)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def colour_of(colour: str, name: str) -> Color:
    """The company's own colour (`#rrggbb`), else one that always belongs to its name."""
    if _HEX.fullmatch(colour):
        return Color.parse(colour)
    return SHADES[crc32(name.casefold().encode()) % len(SHADES)]


def ink_on(ground: Color) -> Color:
    """Black or white, whichever has more contrast on this ground (WCAG 2 relative luminance)."""
    light = _luminance(ground)
    return WHITE if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else BLACK


def bar_style(colour: str, name: str, few: bool = False) -> Style:
    """The company's bar; with `few` in one of the terminal's own eight colours."""
    shade = colour_of(colour, name)
    return Style(color=_nearest(shade)[0] if few else shade.rich_color)


def band_style(colour: str, name: str, few: bool = False) -> Style:
    """The band that bears the company's name, in a pair of colours that can be read."""
    shade = colour_of(colour, name)
    if few:
        ground, ink = _nearest(shade)
        # Many terminals draw bold black as grey.
        return Style(color=ink, bgcolor=ground, bold=ink != "black")
    return Style(color=ink_on(shade).rich_color, bgcolor=shade.rich_color, bold=True)


def _nearest(shade: Color) -> tuple[str, str]:
    """The terminal's colour of this hue, and the ink for it."""
    hue, saturation, _lightness = shade.hsl
    if saturation < 0.15:
        return "white", "black"
    return _HUES[round(hue * 6) % 6]


def _luminance(colour: Color) -> float:
    parts = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))
