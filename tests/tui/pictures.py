"""Pictures of screens: kept as SVG, compared as text, written anew with HOTLINE_PICTURES=write."""

import os
import re
from pathlib import Path
from typing import Any

from textual.app import App

PICTURES = Path(__file__).parent / "pictures"


def picture_of(app: App[Any]) -> str:
    """The screen as SVG, without what changes from run to run."""
    svg = app.export_screenshot(title="Hotline")
    return re.sub(r"terminal-\d+", "terminal", svg)


def write_picture(app: App[Any], path: Path) -> None:
    """Keep the screen as an SVG file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture_of(app), encoding="utf-8")


def assert_looks_as_kept(app: App[Any], name: str) -> None:
    """Fail when the screen differs from pictures/NAME.svg; what was seen is left beside it."""
    kept, seen = PICTURES / f"{name}.svg", PICTURES / f"{name}.seen.svg"
    if os.environ.get("HOTLINE_PICTURES") == "write":
        write_picture(app, kept)
    elif not kept.exists() or kept.read_text(encoding="utf-8") != picture_of(app):
        write_picture(app, seen)
        raise AssertionError(
            f"{name} looks different: compare {seen} with {kept}; "
            "if it is meant, run the test with HOTLINE_PICTURES=write"
        )
    else:
        seen.unlink(missing_ok=True)
