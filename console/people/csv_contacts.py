"""Contacts as tables: what Outlook, Google and Thunderbird export, and what people keep themselves.

The first row names the columns. Outlook writes one column for each kind of number, Google a pair
(kind, number), in which several numbers stand apart by " ::: ".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.charset import is_text
from console.people.csv_columns import ADDRESS_FIELDS, FIELDS, guess, is_field, kind_of
from console.people.csv_rows import rows
from console.people.keys import Keys
from console.people.notes import clean_note
from console.people.number_reading import numbers_in
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.people.vcard import LONGEST_WEB, MOST_EMAILS, MOST_NUMBERS
from console.people.vcard_kinds import LONGEST_KIND, with_extension, with_remark
from console.people.vcard_text import escaped

__all__ = ["FIELDS", "NO_TEXT", "columns_of", "guess", "read_contacts"]

NO_TEXT = (
    "It is no table of text, but something else, or damaged. Export it as CSV (in a spreadsheet: "
    "save as CSV UTF-8)."
)
MOST_COLUMNS = 400
_LONGEST_NUMBERS = 400

_SALUTATIONS = frozenset(
    {
        *("herr", "frau", "herrn", "firma", "mr", "mrs", "ms", "miss", "m", "mme", "mlle"),
        *("monsieur", "madame", "familie", "fam"),
    }
)
# Whom one reaches there is somebody else, or nobody.
_LAST = frozenset({"fax", "pager", "assistant", "callback"})
_SEVERAL = re.compile(r"\s*:::\s*")
_SEVERAL_EMAILS = re.compile(r"\s*:::\s*|[;,\s]+(?=[^\s;,]+@)")
# How a number is kept from Excel: ="030..."; and what becomes of it otherwise: 4,93E+11.
_AS_TEXT = re.compile(r'="(.*)"\Z', re.DOTALL)
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+\Z", re.IGNORECASE)


def columns_of(data: bytes) -> tuple[str, ...]:
    """Return the columns' names; one without a name is "Column 3", the second "Fax" "Fax (2)"."""
    return next((_columns(cells) for _, cells in rows(data) if cells is not None), ())


def read_contacts(
    data: bytes,
    name: str,
    plan: NumberPlan | None = None,
    columns: Mapping[str, str] | None = None,
    keys: Keys | None = None,
) -> Iterator[Contact | Skipped]:
    """Yield a contact for each row of a file called `name`, and each row that can't be one.

    `columns` says which column (as columns_of names it) is which of FIELDS; without, it is
    guessed. With a plan the numbers are made keys (E.164). `keys` is one for all files of a
    source. A broken row never costs another one; nothing is raised.
    """
    if not is_text(data):
        yield Skipped(name, 1, NO_TEXT)
        return
    table: _Table | None = None
    for line, cells in rows(data):
        if cells is None:
            yield Skipped(name, line, "The quotes in this line don't match.")
        elif table is None:
            names = _columns(cells)
            chosen = {column: what for column, what in (columns or {}).items() if what}
            yield from (Skipped(name, line, why) for why in _mistakes(names, chosen))
            chosen = chosen or guess(names)
            if not any(column in chosen for column in names):
                yield Skipped(name, line, _nothing_known(names))
                return
            table = _Table(names, chosen, plan.written if plan else None, keys or Keys())
        else:
            yield from table.row(name, line, cells)
    if table is None:
        yield Skipped(name, 1, "The file is empty.")


def _columns(cells: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for place, cell in enumerate(cells[:MOST_COLUMNS], 1):
        name = first = clean(cell, 100) or f"Column {place}"
        count = 1
        while name in names:
            count += 1
            name = f"{first} ({count})"
        names[name] = None
    return tuple(names)


def _mistakes(names: tuple[str, ...], chosen: Mapping[str, str]) -> Iterator[str]:
    for column, what in chosen.items():
        if column not in names:
            yield f'There is no column "{clean(column, 40)}" in this file.'
        elif not is_field(what):
            yield f'"{clean(what, 40)}" is nothing that a column can be.'


def _nothing_known(names: tuple[str, ...]) -> str:
    some = ", ".join(f'"{name}"' for name in names[:5])
    return f"The first row must name the columns (name, phone, company ...); here it is {some}."


# An address: its kind, and the column that says it.
_Group = tuple[str, int | None]


@dataclass(slots=True)
class _Row:
    """What the cells of one row say, before it is a contact."""

    texts: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    emails: dict[str, None] = field(default_factory=dict)
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    addresses: dict[_Group, dict[str, list[str]]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


class _Table:
    """Knows what each column is, and makes contacts of rows."""

    def __init__(
        self,
        names: tuple[str, ...],
        chosen: Mapping[str, str],
        plan: NumberPlan | None,
        keys: Keys,
    ) -> None:
        self._plan = plan
        self._keys = keys
        self._width = len(names)
        # (place, field, kind, place of the column that says the kind), of the columns that are read
        self._read: list[tuple[int, str, str, int | None]] = []
        says_kind: int | None = None
        for place, name in enumerate(names):
            what, _, kind = chosen.get(name, "").partition(":")
            if what == "kind":
                says_kind = place
            elif what and is_field(chosen[name]):
                of_kind = what == "phone" or what in ADDRESS_FIELDS
                self._read.append((place, what, kind, says_kind if of_kind else None))
                if what == "phone":
                    says_kind = None
        if says_kind is not None and not any(way[3] == says_kind for way in self._read):
            # "Number;Type": the kind stands behind.
            for at in reversed(range(len(self._read))):
                place, what, kind, told = self._read[at]
                if what == "phone" and not kind and told is None:
                    self._read[at] = (place, what, kind, says_kind)
                    break

    def row(self, file: str, line: int, cells: list[str]) -> Iterator[Contact | Skipped]:
        """The contact of a row, nothing if it is empty, and what was skipped."""
        if not any(map(str.strip, cells)):
            return
        surplus = cells[self._width :] if self._width < MOST_COLUMNS else ()
        if any(map(str.strip, surplus)):
            why = f"It has {len(cells)} columns, the first row {self._width}: quote what is one."
            yield Skipped(file, line, why)
            return
        row = self._sorted(cells)
        contact = self._contact(row, file)
        for why in row.told:
            yield Skipped(file, line, why)
        yield contact or Skipped(file, line, "This row has neither a name nor a number.")

    def _sorted(self, cells: list[str]) -> _Row:
        row = _Row()
        for place, what, kind, says_kind in self._read:
            if place >= len(cells) or not (cell := cells[place]) or cell.isspace():
                continue
            if cell[0] == "=" and (as_text := _AS_TEXT.match(cell)):
                cell = as_text[1]
            if says_kind is not None and says_kind < len(cells):
                kind = kind_of(clean(cells[says_kind], LONGEST_KIND)) or kind
            if what == "phone":
                self._add_numbers(row, cell, kind)
            elif what == "email":
                _add_emails(row, cell)
            elif what == "note":
                row.notes.append(cell)
            elif what in ADDRESS_FIELDS:
                parts = row.addresses.setdefault((kind, says_kind), {})
                parts.setdefault(what, []).append(_one_line(cell))
            elif what not in row.texts:
                row.texts[what] = clean(cell, LONGEST_WEB if what == "web" else 200)
        return row

    def _add_numbers(self, row: _Row, cell: str, kind: str) -> None:
        for part in _SEVERAL.split(cell[: 100 * _LONGEST_NUMBERS]):
            text = clean(part.replace("\n", " | "), _LONGEST_NUMBERS)
            text = text.removeprefix("'")
            if "E+" in text and _SHORTENED.match(text):
                why = f"A spreadsheet has shortened a number to {text}; export the column as text."
                row.told.append(why)
                continue
            for number, extension, remark in numbers_in(text, self._plan):
                said = with_remark(kind, remark) if remark else kind
                row.numbers[number, extension] = row.numbers.get((number, extension)) or said
        if len(row.numbers) > MOST_NUMBERS:
            row.told.append(f"{MOST_NUMBERS} numbers are kept of a contact; here are more.")

    def _contact(self, row: _Row, file: str) -> Contact | None:
        texts = row.texts
        company = texts.get("company", "")
        family, given = texts.get("family", ""), texts.get("given", "")
        numbers = sorted(
            ((number, with_extension(kind, more)) for (number, more), kind in row.numbers.items()),
            key=lambda entry: entry[1] in _LAST,
        )[:MOST_NUMBERS]
        emails = tuple(row.emails)[:MOST_EMAILS]
        name = texts.get("name") or _whole_name(texts) or company or next(iter(emails), "")
        if not name and not numbers:
            return None
        name = name or numbers[0][0]
        further = [texts.get(what, "") for what in ("middle", "prefix", "suffix")]
        extra = "N:" + ";".join(map(escaped, (family, given, *further))) if any(further) else ""
        uid = texts.get("uid", "")
        return Contact(
            name=name,
            numbers=tuple(numbers),
            company=company,
            emails=emails,
            note=clean_note("\n".join(row.notes)),
            uid=uid,
            source=file,
            family=family,
            given=given,
            department=texts.get("department", ""),
            title=texts.get("title", ""),
            addresses=tuple(_addresses(row)),
            web=texts.get("web", ""),
            extra=(extra,) if extra else (),
            key=self._keys.key(uid, name, company),
        )


def _add_emails(row: _Row, cell: str) -> None:
    for part in _SEVERAL_EMAILS.split(cell[: 200 * MOST_EMAILS]):
        email = clean(part).removeprefix("mailto:")
        # Outlook exports addresses of its own server as "/o=ExchangeLabs/...": of use to nobody.
        if email and not email.casefold().startswith("/o="):
            row.emails[email] = None


def _whole_name(texts: dict[str, str]) -> str:
    before = texts.get("prefix", "")
    if before.rstrip(".").casefold() in _SALUTATIONS:
        before = ""
    pieces = (before, *(texts.get(what, "") for what in ("given", "middle", "family", "suffix")))
    return clean(" ".join(filter(None, pieces)))


def _addresses(row: _Row) -> Iterator[Address]:
    for (kind, _), cells in row.addresses.items():
        pieces = {what: clean(", ".join(texts)) for what, texts in cells.items()}
        # "Address in one" often repeats what the other columns say.
        street = pieces.get("street", "") or pieces.get("address", "")
        yield Address(
            street=street,
            place=pieces.get("place", ""),
            code=pieces.get("code", ""),
            region=pieces.get("region", ""),
            country=pieces.get("country", ""),
            box=pieces.get("box", ""),
            kind="" if kind == "other" else kind,
        )


def _one_line(cell: str) -> str:
    return clean(", ".join(filter(None, (line.strip(" ,\r") for line in cell.split("\n")))))
