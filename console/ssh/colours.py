"""How many colours a terminal shows, and a screen's colours in so few.

Rich keeps the codes of a style as the first terminal needed them, and styles are shared between
sessions: so every screen is drawn in all colours, and what is sent is put into fewer on the way.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from rich.color import Color, ColorSystem, ColorType

# 38 or 48;2;r;g;b: the ground or the letters in 24 bits (ISO 8613-6).
_TRUE = re.compile(r"([34])8;2;(\d{1,3});(\d{1,3});(\d{1,3})")

Fewer = Callable[[str], str]


def colours_of(term: str, colorterm: str) -> ColorSystem:
    """What a terminal of that name shows; `colorterm` is what it says itself, if it was let."""
    if colorterm in ("truecolor", "24bit") or "direct" in term or "truecolor" in term:
        return ColorSystem.TRUECOLOR
    if term.startswith(("xterm-kitty", "alacritty", "wezterm", "xterm-ghostty", "foot", "contour")):
        return ColorSystem.TRUECOLOR
    if "256" in term:
        return ColorSystem.EIGHT_BIT
    return ColorSystem.STANDARD


def in_fewer(system: ColorSystem) -> Fewer | None:
    """What puts a frame into so few colours, None where all can stay."""
    if system is ColorSystem.TRUECOLOR:
        return None
    code = _code256 if system is ColorSystem.EIGHT_BIT else _code16
    return lambda frame: _TRUE.sub(lambda found: code(*found.groups()), frame)


@lru_cache(4096)
def _code256(where: str, red: str, green: str, blue: str) -> str:
    colour = _colour(red, green, blue).downgrade(ColorSystem.EIGHT_BIT)
    return f"{where}8;5;{colour.number}"


@lru_cache(4096)
def _code16(where: str, red: str, green: str, blue: str) -> str:
    number = _colour(red, green, blue).downgrade(ColorSystem.STANDARD).number or 0
    # 30 to 37 and 90 to 97 for letters, ten more for the ground (aixterm's bright ones).
    base = 30 if where == "3" else 40
    return str(base + number if number < 8 else base + 60 + number - 8)


def _colour(red: str, green: str, blue: str) -> Color:
    triplet = tuple(min(int(part), 255) for part in (red, green, blue))
    colour = Color.from_rgb(*triplet)
    assert colour.type is ColorType.TRUECOLOR
    return colour
