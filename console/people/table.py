"""The companies the front desk answers for, as a table that people write in a spreadsheet.

    name;numbers;colour;greeting;pronunciation;facts
    Meyer & Söhne;030 23125-110|030 23125-111;#2f6fbb;Meyer und Söhne!;MY-er;until 17:00|no faxes

The first row names the columns, in any order; only `name` is needed. The delimiter is `;`, `,` or
a tab. Several numbers stand apart by `;`, `|` or a comma in quotes (or by spaces, where each begins
with + or 0). One that ends in `*` (+49 30 23125*) means all numbers that begin so; one without
digits is a queue.
"""

import csv
import re
from collections.abc import Iterator

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.charset import decoded, unwrapped
from console.people.skipped import Skipped
from console.people.values import Company

# What people call the columns.
_COLUMNS = {
    "name": "name",
    "company": "name",
    "firma": "name",
    "numbers": "numbers",
    "number": "numbers",
    "called": "numbers",
    "nummern": "numbers",
    "nummer": "numbers",
    "queue": "numbers",
    "colour": "colour",
    "color": "colour",
    "farbe": "colour",
    "greeting": "greeting",
    "begrüßung": "greeting",
    "meldetext": "greeting",
    "pronunciation": "pronunciation",
    "say": "pronunciation",
    "aussprache": "pronunciation",
    "facts": "facts",
    "fact": "facts",
    "hinweise": "facts",
}
_COLOUR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"[;|,\n]")
# "030 1234 030 5678" can be told from "030 12 34" only where each number begins like one, and
# what stands before is long enough to be one.
_NEXT_NUMBER = re.compile(r"(?<=\d)\s+(?=\+\d|0\d)")
_SHORTEST_PUBLIC = 6

MOST_NUMBERS = 200
MOST_FACTS = 20
MOST_LINES = 30  # of one row
LONGEST_CELL = 100_000
LONGEST_NUMBER = 40
LONGEST_FILE = 16 * 1024 * 1024


def read_companies(
    data: bytes | str, name: str = "companies.csv", plan: NumberPlan | None = None
) -> Iterator[Company | Skipped]:
    """Yield a company for each row of a file called `name`, and each row that can't be one.

    With a plan the numbers are made keys (E.164); without one they stay as written. A broken row
    never costs another one; nothing is raised.
    """
    if len(data) > LONGEST_FILE:
        yield Skipped(name, 1, "The file is larger than 16 MB: that is no list of companies.")
        return
    text = data.removeprefix("\ufeff") if isinstance(data, str) else _text(data)
    rows = _rows(text)
    columns: list[str] | None = None
    seen: dict[str, int] = {}
    whose: dict[str, str] = {}
    for line, cells in rows:
        if cells is None:
            yield Skipped(name, line, "The quotes in this line don't match.")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = [_COLUMNS.get(cell.strip().strip("#").casefold(), "") for cell in cells]
            if "name" not in columns:
                yield Skipped(name, line, "The first row must name the columns; `name` is missing.")
                return
            if unknown := _unknown(columns, cells):
                yield Skipped(name, line, unknown)
            continue
        found = _company(name, line, dict(_named(columns, cells)), plan)
        if isinstance(found, Skipped):
            yield found
        elif len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            why = f"It has {len(cells)} columns, the first row {len(columns)}: quote what is one."
            yield Skipped(name, line, why)
        elif (first := seen.setdefault(found.name.casefold(), line)) != line:
            yield Skipped(name, line, f"{found.name} is there already, in line {first}.")
        elif taken := next((number for number in found.numbers if number in whose), ""):
            # Two could not both be announced.
            why = f"{found.name} can't have {taken}: that is {whose[taken]}'s in this file."
            yield Skipped(name, line, why)
        else:
            whose.update(dict.fromkeys(found.numbers, found.name))
            yield found
    if columns is None:
        yield Skipped(name, 1, "The file is empty.")


def _text(data: bytes) -> str:
    """Line by line: spreadsheets write UTF-8 or Windows-1252, and people paste both together."""
    return "\n".join(decoded(line) for line in unwrapped(data).replace(b"\r\n", b"\n").split(b"\n"))


def _rows(text: str) -> Iterator[tuple[int, list[str] | None]]:
    """(line it begins in, cells) of each row; None for a line whose quotes don't match."""
    lines = re.split(r"\r\n|\r|\n", text)
    header = next((line for line in lines if line.strip()), "")
    delimiter = max(";\t,", key=header.count)
    at = 0
    while at < len(lines):
        taken, cells = _row(lines[at : at + MOST_LINES], delimiter)
        yield at + 1, cells
        at += taken


def _row(lines: list[str], delimiter: str) -> tuple[int, list[str] | None]:
    """(how many lines the row takes, its cells): more than one if a quoted cell has line breaks."""
    taken = 0

    def one_by_one() -> Iterator[str]:
        nonlocal taken
        # One more than there are: who asks for it waits for the end of a quote.
        for line in [*lines, ""]:
            taken += 1
            # The csv reader refuses NULs and giant cells in some versions: neither is of use here.
            yield line.replace("\0", "")[:LONGEST_CELL] + "\n"

    try:
        cells = next(csv.reader(one_by_one(), delimiter=delimiter, strict=True), [])
    except csv.Error:
        return 1, None
    return (1, None) if taken > len(lines) else (taken, cells)


def _unknown(columns: list[str], cells: list[str]) -> str:
    """Which columns nobody reads: one of them may be misspelt."""
    left = [clean(cell, 40) for column, cell in zip(columns, cells, strict=True) if not column]
    names = ", ".join(f'"{cell}"' for cell in left if cell)
    known = ", ".join(dict.fromkeys(_COLUMNS.values()))
    return f"Not read is what stands below {names}; read are {known}." if names else ""


def _named(columns: list[str], cells: list[str]) -> Iterator[tuple[str, str]]:
    """Cells by column; of two columns with one meaning the contents are joined."""
    joined: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and cell.strip():
            joined[column] = f"{joined[column]}|{cell}" if column in joined else cell
    yield from joined.items()


def _company(
    file: str, line: int, cells: dict[str, str], plan: NumberPlan | None
) -> Company | Skipped:
    name = clean(cells.get("name", ""))
    if not name:
        return Skipped(file, line, "The company has no name.")
    colour = cells.get("colour", "").strip()
    if colour and not _COLOUR.match(colour):
        return Skipped(file, line, f"The colour of {name} must look like #2f6fbb.")
    numbers: list[str] = []
    for written in _apart(cells.get("numbers", "")):
        number = _number(written, plan)
        if number is None:
            return Skipped(file, line, f"{clean(written, 40)} is no number that {name} could have.")
        numbers.append(number)
    return Company(
        name=name,
        numbers=tuple(dict.fromkeys(numbers))[:MOST_NUMBERS],
        colour=_long_colour(colour),
        greeting=clean(cells.get("greeting", ""), 400),
        pronunciation=clean(cells.get("pronunciation", "")),
        facts=tuple(
            fact for part in re.split(r"[|\n]", cells.get("facts", "")) if (fact := clean(part))
        )[:MOST_FACTS],
    )


def _apart(cell: str) -> Iterator[str]:
    for part in _BETWEEN.split(cell):
        pending = ""
        for piece in _NEXT_NUMBER.split(part):
            pending = f"{pending} {piece}".strip()
            if sum(character.isdecimal() for character in pending) >= _SHORTEST_PUBLIC:
                yield pending
                pending = ""
        if pending:
            yield pending


def _number(written: str, plan: NumberPlan | None) -> str | None:
    text = clean(written, LONGEST_NUMBER + 1)
    if not text or text == "*" or len(text) > LONGEST_NUMBER:
        return None
    if plan is None:
        return text
    if not text.endswith("*"):
        return plan.written.normal(text)
    return _prefix(text[:-1].strip(), plan.written)


def _prefix(stem: str, plan: NumberPlan) -> str | None:
    """The key of a number's beginning: filled up to a whole number, made a key, and cut again."""
    digits = sum(character.isdecimal() for character in stem)
    if not stem.startswith(("+", "0")):
        return f"{stem}*" if digits else None
    filling = max(0, 10 - digits)
    key = plan.normal(stem + "2" * filling)
    return f"{key[: len(key) - filling]}*" if key is not None and len(key) > filling else None


def _long_colour(colour: str) -> str:
    digits = colour.lstrip("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return f"#{digits}" if digits else ""
