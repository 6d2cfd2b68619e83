"""What every app is drawn with: all colours, whatever its terminal shows.

Styles are shared between the consoles of a process, and Rich keeps a style's codes as the first
terminal needed them. The driver puts what it writes into as many colours as its terminal has.
"""

from collections.abc import Mapping
from typing import IO, cast

from rich.console import Console

from console.tui.nowhere import NOWHERE


def all_colours(environment: Mapping[str, str]) -> Console:
    """Rich's console for an app; of the environment it reads COLUMNS and LINES."""
    size = {name: environment[name] for name in ("COLUMNS", "LINES") if name in environment}
    return Console(
        color_system="truecolor",
        file=cast("IO[str]", NOWHERE),
        highlight=False,
        emoji=False,
        legacy_windows=False,
        force_terminal=True,
        safe_box=False,
        _environ=size,
    )
