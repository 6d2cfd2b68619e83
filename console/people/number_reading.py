"""Numbers as they stand in address books: sometimes two in one field, often with signs between."""

import re

from console.calls.numbers import LONGEST, NumberPlan
from console.calls.text import clean

_NO_SIGNS = str.maketrans("", "", " ()-./\xa0")
_OPTIONAL_PREFIX = re.compile(r"\(\s*0\s*\)")
# "030 1234 / 0171 555": the next one begins like a whole number, and so did the first.
_BETWEEN = re.compile(
    r"(?:[;,|/]\s+|\s+[/|]\s*|\s*[|\n]\s*|\s+(?:oder|or|und|and|ou|et)\s+)(?=\(?(?:\+|0)[\d(])",
    re.IGNORECASE,
)
_KEY = re.compile(r"\+[0-9]+\Z")
_SHORTEST_PUBLIC = 6
_TWO_FIT = (15, 500)  # characters
# What is dialled after the number was answered: ",,123#", "ext. 12", "x12".
_AFTERWARDS = re.compile(
    r"(?P<number>.*\d)\s*(?:[,;]*\s*(?:ext(?:ension|n)?|x|dw|durchwahl|app|apparat|poste)[\s.:=]*"
    r"|\s*[,;pPwW]+\s*|\s*#\s*)(?P<rest>\d{1,8}#?)\Z",
    re.IGNORECASE,
)


def key_of(written: str, plan: NumberPlan) -> str | None:
    """Return the same as plan.normal, only faster for usual numbers with usual signs."""
    return plan.normal(_bare(written) or written)


def _bare(written: str) -> str:
    """The digits of a number that has nothing but usual signs, and of which plan.normal makes the
    same; empty for others."""
    bare = written.translate(_NO_SIGNS)
    public = bare[:1] == "+"
    digits = bare[1:] if public else bare
    if not (digits.isdecimal() and digits.isascii()) or len(written) > LONGEST:
        return ""
    if public and written[0] != "+" and written.lstrip("( ")[0] != "+":
        return ""
    if public and "(" in written and _OPTIONAL_PREFIX.search(written):
        return ""
    return bare


def numbers_in(written: str, plan: NumberPlan | None) -> list[tuple[str, str]]:
    """Return (number, what is dialled afterwards) of each number in a field.

    With a plan they are keys, without one as written. Where digits after the number belong to it
    (Germany, Austria), they are in the key.
    """
    if plan is None:
        number = clean(written, LONGEST)
        return [(number, "")] if number else []
    parts = _BETWEEN.split(written) if _TWO_FIT[0] <= len(written) <= _TWO_FIT[1] else [written]
    if len(parts) > 1 and not all(map(_like_a_number, parts)):
        parts = [written]
    return [found for part in parts if (found := _with_rest(part, plan)) is not None]


def _like_a_number(text: str) -> bool:
    return (
        text.lstrip("( ").startswith(("+", "0"))
        and sum(map(str.isdecimal, text)) >= _SHORTEST_PUBLIC
    )


def _with_rest(written: str, plan: NumberPlan) -> tuple[str, str] | None:
    if bare := _bare(written):
        number = plan.normal(bare)
        return (number, "") if number else None
    number = plan.normal(written)
    if number is None:
        return None
    found = _AFTERWARDS.match(written.strip()) if len(written) <= 2 * LONGEST else None
    if found is None:
        return number, ""
    alone = key_of(found["number"], plan)
    # Where extensions are dialled through, it is in the number already.
    if alone is None or not _KEY.match(alone) or (_KEY.match(number) and number != alone):
        return number, ""
    return alone, found["rest"]
