"""Notes keep their lines; everything else about them is made harmless."""

import re

from console.calls.text import clean

LONGEST_NOTE = 10_000  # characters
MOST_LINES = 300

_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")


def clean_note(text: str, limit: int = LONGEST_NOTE) -> str:
    """Return the text as clean lines, joined by "\\n", without empty lines around them."""
    if text.isascii() and text.isprintable():
        return text.strip()[:limit].rstrip()
    # What is cut off here could not stay below the limit either, unless it is unseen.
    lines = _lines(text[: 4 * limit])[:MOST_LINES]
    return "\n".join([clean(line, limit) for line in lines]).strip()[:limit].rstrip()


def clean_block(text: str, limit: int = LONGEST_NOTE) -> str:
    """Return the text as clean lines that keep their indentation, for what a program reads."""
    lines = _lines(text[:limit].replace("\t", "    "))
    kept = (line[: len(line) - len(line.lstrip(" "))] + clean(line, limit) for line in lines)
    return "\n".join(line if line.strip() else "" for line in kept)


def _lines(text: str) -> list[str]:
    if "\r" in text or "\u2028" in text or "\u2029" in text:
        return _BREAK.split(text)
    return text.split("\n")


def fits(text: str) -> bool:
    """Whether nothing of a note is lost."""
    return len(text) <= LONGEST_NOTE and text.count("\n") < MOST_LINES
