"""The called numbers of a company, as people write them and in the forms of values.Company.

    030 23125-110              +493023125110                 a number
    030 23125 100-199          +493023125100..+493023125199  a range, both ends included
    030 23125*                 +493023125*                   all that begin so
    030 23125 1??              +4930231251??                 any digit for each ? (or x at the end)
    kanzlei                    kanzlei                       a queue, or any name the PBX calls by

A number with a hyphen and a single 0 ("030 4711-0") is two: the switchboard +49304711, behind which
are all its extensions, and +493047110 itself. Without the hyphen the 0 is a digit like others.

Several stand apart by line breaks, `;`, `|` or `,`, or by spaces where each begins with + or 0.
"""

import re
from collections.abc import Iterator, Sequence

from console.calls.numbers import NumberPlan
from console.calls.text import clean

MOST_NUMBERS = 200  # of one company
LONGEST = 60  # characters of one as written
LONGEST_TEXT = 100_000

_BETWEEN = re.compile(r"[;|,\n\r]")
# "030 1234 030 5678" can be told from "030 12 34" only where each number begins like one, and
# what stands before is long enough to be one.
_NEXT_NUMBER = re.compile(r"(?<=[\d*?xX])\s+(?=\+\d|0\d)")
_SHORTEST_PUBLIC = 6

_SEPARATORS = re.compile(r"[\s()\[\]./‐-―-]")
_ANY_DIGIT = re.compile(r"[?xX\s]*[?xX]\Z")
_WRITTEN_PATTERN = re.compile(r"\+?[\d\s()\[\]./?‐-―-]*\Z")
_CLEAR_RANGE = re.compile(
    r"(?P<low>.*\d)\s*(?:\.{2,3}|…|\s(?:to|bis|à)\s)\s*-?(?P<high>\+?\d.*)\Z", re.IGNORECASE
)
_HYPHEN = re.compile(r"(?P<low>(?:.*\D)?(?P<from>\d+))\s*[‐-―-]\s*(?P<to>\d+)\Z")
_ATTENDANT = re.compile(r"(?P<switchboard>.*\d)\s*[‐-―-]\s*0\Z")
_CANONICAL_RANGE = re.compile(r"(\+?[0-9]+)\.\.(\+?[0-9]+)\Z")
_DIGITS = re.compile(r"\+?[0-9]+\Z")
_MISTYPED = re.compile(r"(?:\+|0)(?=(?:.*\d){4})")
# A number between a hyphen's groups is too short below this: "030 123-456" is one number.
_SHORTEST_END = 8
# Filled up to this many digits, the beginning of a number is made a key like a whole one.
_WHOLE = 10
_SHORTEST_TAIL = 3
# Where digits after a firm's number make a longer number: Germany and Austria.
DIAL_THROUGH = ("+49", "+43")


def read_numbers(text: str, plan: NumberPlan) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return (numbers in the forms of values.Company, a sentence for each that can't be read)."""
    numbers: dict[str, None] = {}
    errors: list[str] = []
    for written in apart(text[:LONGEST_TEXT]):
        some, error = read_meant(written, plan)
        if error:
            errors.append(error)
        elif len(numbers.keys() | set(some)) > MOST_NUMBERS:
            errors.append(
                f"A company can have {MOST_NUMBERS} numbers; use ranges such as 030 1234 100-199."
            )
            break
        else:
            numbers |= dict.fromkeys(some)
    return tuple(numbers), tuple(errors)


def read_meant(written: str, plan: NumberPlan) -> tuple[tuple[str, ...], str]:
    """Return (all numbers that one written number means, "") or ((), the sentence why not)."""
    if both := _switchboard(written, plan.written):
        return both, ""
    number, error = read_number(written, plan)
    return ((), error) if error else ((number,), "")


def apart(text: str) -> Iterator[str]:
    """Yield each of several written numbers, empty ones left out."""
    for part in _BETWEEN.split(text):
        pending = ""
        for piece in _NEXT_NUMBER.split(part):
            pending = f"{pending} {piece}".strip()
            if sum(one.isdecimal() or one in "?xX" for one in pending) >= _SHORTEST_PUBLIC:
                yield pending
                pending = ""
        if pending:
            yield pending


def read_number(written: str, plan: NumberPlan) -> tuple[str, str]:
    """Return (the form of values.Company, ""), or ("", the sentence why it can't be read)."""
    plan = plan.written
    text = clean(written, LONGEST + 1)
    short = clean(text, 40)
    if not text or len(text) > LONGEST:
        return "", f"{short or 'Nothing'} is no number: it is too {'long' if text else 'short'}."
    if text.endswith("*"):
        return _prefix(text[:-1].strip(), plan)
    if "*" in text and any(one.isdecimal() for one in text) and not _is_star_code(text):
        return "", f"{short}: a * can only stand at the end."
    if _is_pattern(text):
        return _pattern(text, plan)
    if found := _CLEAR_RANGE.match(text):
        return _range(found["low"], found["high"], short, plan)
    if found := _HYPHEN.match(text):
        if _means_to(found):
            return _range(found["low"], found["to"], short, plan)
        if _is_backwards(found):
            stem = found["low"].removesuffix(found["from"])
            turned = clean(f"{stem}{found['to']}-{found['from']}", 40)
            return "", (
                f"{short}: the range ends before it begins. Write {turned}, or, if it is one "
                "number, leave the hyphen out."
            )
    number = plan.normal(text)
    if number is None:
        return "", f"{short} is no number that a company could have."
    if not _DIGITS.match(number) and _MISTYPED.match(text) and not _is_star_code(text):
        return "", f"{short} is no number: there is a letter or sign in it that can't be dialled."
    return clean(number, LONGEST), ""


def shown_numbers(numbers: Sequence[str], plan: NumberPlan, between: str = "\n") -> str:
    """Return the numbers as people write them; read_numbers makes the same of it again."""
    return between.join(shown_number(number, plan) for number in numbers)


def shown_number(number: str, plan: NumberPlan) -> str:
    """Return one number for people: "+49 30 23125110", "+49 30 23125100..199"."""
    shown = _shown(number, plan.written)
    # Nothing is shown that would be read as something else.
    return shown if read_number(shown, plan) == (number, "") else number


def ends(number: str) -> tuple[str, str] | None:
    """Return (first, last) of a range in the form of values.Company, None if it is none."""
    found = _CANONICAL_RANGE.match(number)
    if found is None or len(number) > LONGEST or len(found[1]) != len(found[2]):
        return None
    # "+" sorts before digits: a public number and an extension are never ends of one range.
    alike = (found[1][0] == "+") == (found[2][0] == "+")
    return (found[1], found[2]) if alike and found[1] <= found[2] else None


# -- reading -----------------------------------------------------------------------------------


def _is_star_code(text: str) -> bool:
    return text[0] in "*#" and all(one in "*#0123456789" for one in text)


def _prefix(stem: str, plan: NumberPlan) -> tuple[str, str]:
    """The key of a number's beginning: filled up to a whole number, made a key, and cut again."""
    digits = sum(one.isdecimal() for one in stem)
    if not digits:
        return "", f"{stem or ''}* is no beginning of a number: there must be digits before the *."
    bare = _SEPARATORS.sub("", stem)
    if not stem.startswith(("+", "0", "(0", "(+")):
        # The beginning of an extension; what else it could be nobody knows.
        return (f"{bare}*", "") if _DIGITS.match(bare) else ("", _not_a_beginning(stem))
    if not _DIGITS.match(bare):
        return "", _not_a_beginning(stem)
    filling = max(0, _WHOLE - digits)
    key = plan.normal(stem + "2" * filling)
    if key is None or not _DIGITS.match(key) or len(key) <= filling:
        return "", _not_a_beginning(stem)
    return f"{key[: len(key) - filling]}*", ""


def _not_a_beginning(stem: str) -> str:
    return f"{clean(stem, 40)}* is no beginning of a number."


def _is_pattern(text: str) -> bool:
    """Whether any digit may stand somewhere: `?` anywhere, or x at the end ("0302310XX")."""
    end = _ANY_DIGIT.search(text)
    stem = text[: end.start()] if end else text
    return (end is not None or "?" in stem) and bool(_WRITTEN_PATTERN.match(stem)) and stem != ""


def _pattern(text: str, plan: NumberPlan) -> tuple[str, str]:
    bare = _SEPARATORS.sub("", text).replace("x", "?").replace("X", "?")
    wild = [place for place in range(-len(bare), 0) if bare[place] == "?"]
    if not any(one.isdecimal() for one in bare):
        return "", f"{clean(text, 40)} is no number: there must be a digit in it."
    # Only the beginning changes when a number becomes a key: places count from its end.
    key = plan.normal(bare.replace("?", "2")) or ""
    if len(bare) < _SHORTEST_PUBLIC and bare[0] not in "+0":
        key = bare
    if not _DIGITS.match(key.replace("?", "2")) or len(key) < -wild[0]:
        return "", f"{clean(text, 40)} is no number that a company could have."
    marked = list(key)
    for place in wild:
        marked[place] = "?"
    return "".join(marked), ""


def _means_to(found: re.Match[str]) -> bool:
    """Whether a hyphen between two groups means "to", not an extension: "23125 100-199"."""
    low, high = found["from"], found["to"]
    digits = sum(one.isdecimal() for one in found["low"])
    if len(low) != len(high) or low >= high:
        return False
    if found["low"] == low and len(low) < _SHORTEST_PUBLIC:
        return True  # "100-199": extensions
    like_a_block = (len(low) > 1 and low[0] == high[0]) or (low[-1] == "0" and high[-1] == "9")
    return digits >= _SHORTEST_END and like_a_block


def _is_backwards(found: re.Match[str]) -> bool:
    """Whether a hyphen means "to" with its ends exchanged: "23125 199-100", hardly a number."""
    low, high = found["from"], found["to"]
    digits = sum(one.isdecimal() for one in found["low"])
    extensions = found["low"] == low and len(low) < _SHORTEST_PUBLIC
    block = low[-1] == "9" and high[-1] == "0" and digits >= _SHORTEST_END
    return len(low) == len(high) > 1 and low > high and (extensions or block)


def _switchboard(written: str, plan: NumberPlan) -> tuple[str, ...]:
    """Switchboard and attendant where a number says so ("030 4711-0"), else nothing."""
    found = _ATTENDANT.match(clean(written, LONGEST + 1))
    if found is None or len(found[0]) > LONGEST:
        return ()
    all_of_it, switchboard = plan.normal(found[0]), plan.normal(found["switchboard"])
    # Where both are public numbers; a mobile's or a free number's last digit is no extension.
    if (
        all_of_it is None
        or not all_of_it.startswith(DIAL_THROUGH)
        or all_of_it != f"{switchboard}0"
        or plan.kind(all_of_it) not in ("landline", "")
    ):
        return ()
    return f"{switchboard}", all_of_it


def _range(low: str, high: str, short: str, plan: NumberPlan) -> tuple[str, str]:
    first = plan.normal(low)
    if first is None or not _DIGITS.match(first):
        return "", f"{short}: what stands before the range's sign is no number."
    tail = re.sub(r"\D", "", high)
    if high.lstrip().startswith("+") or len(tail) >= len(re.sub(r"\D", "", low)):
        last = plan.normal(high) or ""
    elif len(re.split(r"\D", low)[-1]) < len(tail):
        last = ""  # "23125-0 to -99": of which length the numbers between would be nobody knows
    else:
        last = first[: len(first) - len(tail)] + tail
    if len(last) != len(first) or not _DIGITS.match(last) or (first[0] == "+") != (last[0] == "+"):
        return "", f"{short}: both ends of a range must have the same number of digits."
    if first > last:
        return "", f"{short}: the range ends before it begins."
    return (f"{first}..{last}" if first != last else first), ""


# -- showing -----------------------------------------------------------------------------------


def _shown(number: str, plan: NumberPlan) -> str:
    if number.endswith("*"):
        return f"{_shown_part(number[:-1], plan)}*"
    if both := ends(number):
        first, last = both
        same = next(
            (at for at, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), len(first)
        )
        if first[0] != "+":
            return number
        tail = max(len(last) - same, _SHORTEST_TAIL)
        return f"{plan.shown(first)}..{last[-tail:]}"
    if "?" in number:
        digits = number.replace("?", "2")
        return _with_signs(plan.shown(digits), number)
    return plan.shown(number)


def _shown_part(stem: str, plan: NumberPlan) -> str:
    """A number's beginning as the beginning of a whole number is shown."""
    digits = sum(one.isdecimal() for one in stem)
    whole = plan.shown(stem + "2" * max(0, _WHOLE - digits))
    for at, character in enumerate(whole):
        digits -= character.isdecimal()
        if digits == 0:
            return whole[: at + 1]
    return stem


def _with_signs(shown: str, number: str) -> str:
    """The shown digits with the ? back in their places."""
    digits = iter(number.lstrip("+"))
    return "".join(next(digits, "") if one.isdecimal() else one for one in shown)
