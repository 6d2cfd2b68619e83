"""Where the style sheets are: inside the wheel as console/styles, or beside the checkout."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
STYLES = next(p for p in (_HERE.parent / "styles", _HERE.parent.parent / "styles") if p.is_dir())


def sheets() -> list[Path]:
    """Every style sheet; selectors start with a class name, so their order can't matter."""
    return sorted(STYLES.glob("*.tcss"))
