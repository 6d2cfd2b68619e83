"""What a search looks for, and in what: folded words, and numbers as digits."""

import re
from collections.abc import Iterable

from console.calls.text import fold

LONGEST = 200
_NUMBER = re.compile(r"[\d\s+()/.\-*#]*\d[\d\s+()/.\-*#]*")
_NOT_DIGITS = re.compile(r"\D+", re.ASCII)


def words(names: Iterable[str | None], numbers: Iterable[str | None]) -> str:
    """One line per name and number of a call: what `terms` are looked for in."""
    lines = [fold(name) for name in names if name]
    for number in numbers:
        if number:
            lines.append(_NOT_DIGITS.sub("", number) or fold(number))
    return "\n".join(lines)


def terms(text: str) -> tuple[str, ...]:
    """What must all be found in a call's words; empty if `text` narrows nothing.

    A typed number loses its leading zeros: "0170 123" and "0049 170 123" are found in 49170123...
    whatever the country.
    """
    text = text[:LONGEST].strip()
    if is_number(text):
        return (_digits(text),)
    return tuple(dict.fromkeys(_term(word) for word in text.split()))


def _term(word: str) -> str:
    return _digits(word) if is_number(word) else fold(word)


def is_number(text: str) -> bool:
    """Whether there are only digits and what people write between them."""
    return _NUMBER.fullmatch(text) is not None


def _digits(text: str) -> str:
    return only_digits(text).lstrip("0") or "0"


def only_digits(text: str) -> str:
    """Its digits (ASCII)."""
    return _NOT_DIGITS.sub("", text)
