"""What `hotline doctor` finds."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """Well, worth a look, or broken; a sign and not only a colour."""

    WELL = "✓"
    LOOK = "▲"
    BROKEN = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do if it isn't well."""

    mark: Mark
    what: str
    how: str
    do: str = ""

    def line(self) -> str:
        """The line, and below it what to do."""
        return f"{self.mark} {self.what:<14} {self.how}" + (f"\n  → {self.do}" if self.do else "")
