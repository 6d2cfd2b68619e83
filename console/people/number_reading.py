"""Numbers as they stand in address books: sometimes two in one field, often with signs between."""

import re
from typing import NamedTuple

from console.calls.numbers import LONGEST, NumberPlan
from console.calls.text import clean

_ASCII_SIGNS = b" ()-./"
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


# "Büro: 030 1234 567", "030 1234-567 (mornings)".
_INSIDE = re.compile(r"(?:\+|\(?0)[\d\s()/.‐-―-]{4,}\d\)?")
LONGEST_REMARK = 40


def key_of(written: str, plan: NumberPlan) -> str | None:
    """Return the same as plan.normal, only faster for usual numbers with usual signs."""
    return plan.normal(_bare(written) or written)


def plain_key(written: str, plan: NumberPlan | None) -> str | None:
    """The key of a number that is alone in its field and plain; None leaves it to numbers_in."""
    if plan is None or ("/" in written and _BETWEEN.search(written)):
        return None
    bare = _bare(written)
    return plan.plain(bare) if bare else None


def _bare(written: str) -> str:
    """The digits of a number that has nothing but usual signs, and of which plan.normal makes the
    same; empty for others."""
    if written.isascii():
        bare = written.encode().translate(None, _ASCII_SIGNS).decode()
    else:
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


class Written(NamedTuple):
    """A number in a field; `extension` is what is dialled afterwards, `remark` other words."""

    number: str
    extension: str = ""
    remark: str = ""


def numbers_in(written: str, plan: NumberPlan | None) -> list[Written]:
    """Return each number of a field: with a plan as a key, without one as written.

    An extension whose digits belong to the number (Germany, Austria) is in the key.
    """
    if plan is None:
        number = clean(written, LONGEST)
        return [Written(number)] if number else []
    if "/" not in written and (bare := _bare(written)):
        key = plan.normal(bare)
        return [Written(key)] if key else []
    parts = _BETWEEN.split(written) if _TWO_FIT[0] <= len(written) <= _TWO_FIT[1] else [written]
    if len(parts) > 1 and not all(map(_like_a_number, parts)):
        parts = [written]
    return [found for part in parts if (found := _with_rest(part, plan)) is not None]


def _like_a_number(text: str) -> bool:
    return (
        text.lstrip("( ").startswith(("+", "0"))
        and sum(map(str.isdecimal, text)) >= _SHORTEST_PUBLIC
    )


def _with_rest(written: str, plan: NumberPlan) -> Written | None:
    if bare := _bare(written):
        number = plan.normal(bare)
        return Written(number) if number else None
    number = plan.normal(written)
    if number is None:
        return None
    found = _AFTERWARDS.match(written.strip()) if len(written) <= 2 * LONGEST else None
    if found is not None:
        alone = key_of(found["number"], plan) or ""
        # Where extensions are dialled through, it is in the number already.
        if _KEY.match(alone) and (number == alone or not _KEY.match(number)):
            return Written(alone, found["rest"])
    if _KEY.match(number) or number.isdecimal() or number[0] in "*#":
        return Written(number)
    return _among_words(written, plan) or Written(number)


def _among_words(written: str, plan: NumberPlan) -> Written | None:
    inside = _INSIDE.findall(written)
    if len(inside) != 1 or not _like_a_number(inside[0]):
        return None
    key = key_of(inside[0], plan)
    before, _, after = written.partition(inside[0])
    remark = clean(f"{before.strip(' :.-')} {after.strip(' ():,;.-')}", LONGEST_REMARK)
    return Written(key, "", remark) if key and _KEY.match(key) else None
