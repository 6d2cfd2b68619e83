"""What an import could not use, so that somebody can look at it."""

from dataclasses import dataclass

# What the reader of vCards (vcard_lines.py) says of the first line that is in none.
OUTSIDE = "This line is outside of any card."


@dataclass(frozen=True, slots=True)
class Skipped:
    """One line (counted from 1) or card of a file that was left out, and why, as a sentence."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ignored(Skipped):
    """A part of a file that nobody understands, without which all the rest was taken."""
