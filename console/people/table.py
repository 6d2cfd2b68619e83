"""The companies the front desk answers for, as a table that people write in a spreadsheet.

    name;numbers;colour;greeting;hours;facts;people
    Meyer;030 23125 110-119;#2f6fbb;"Meyer, good day!";Mo-Fr 9-17;no faxes|no SMS;Eva (boss)

The first row names the columns, in any order; only `name` is needed. The delimiter is `;`, `,` or
a tab. Several numbers, facts, rules or people in a cell stand apart by `|` or line breaks, numbers
and people also by `;`; a `|` that is meant is written `\\|`. Numbers are as in number_forms.py,
hours as in hours_rules.py, greetings "rule: text", people "name (role) number e-mail".
"""

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import islice
from typing import TypeVar

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.calls.time_zones import zone_name
from console.people.charset import is_text
from console.people.csv_rows import rows
from console.people.hours_rules import Rule, read_rule
from console.people.notes import clean_block, clean_note
from console.people.number_forms import apart, read_numbers, shown_number, shown_numbers
from console.people.person_text import people_in, person_text
from console.people.skipped import Ignored, Skipped
from console.people.values import Company, Greeting

# What people call the columns.
_COLUMNS = {
    "name": "name company firma firmenname entity",
    "numbers": (
        "numbers number called called_number called_numbers queue queues phone phones "
        "phone_number phone_numbers telephone tel extension extensions nummern nummer rufnummer "
        "rufnummern telefon telefonnummer telefonnummern telefon_nr tel_nr durchwahl durchwahlen "
        "numéro numéros numero numeros numéro_de_téléphone téléphone téléphones telephones tél "
        "warteschlange"
    ),
    "colour": "colour color farbe",
    "greeting": "greeting begrüßung meldetext ansage",
    "pronunciation": "pronunciation say aussprache",
    "facts": "facts fact hinweise hinweis",
    "time zone": "time_zone timezone zone zeitzone tz",
    "address": "address adresse anschrift",
    "web": "web website url webseite homepage web_page",
    "people": "people person persons contacts contact_persons ansprechpartner personen kontakte",
    "notes": "notes note notizen notiz bemerkung bemerkungen",
    "hours": "hours opening_hours opening öffnungszeiten geschäftszeiten zeiten",
    "greetings": "greetings greetings_by_time variants varianten meldetexte",
    "template": "template vorlage",
    "archived": "archived archiviert",
}
_NOT_A_WORD = re.compile(r"[\W_]+")
_BY_NAME = {name.casefold(): column for column, names in _COLUMNS.items() for name in names.split()}
# Of two such columns both are read; of others it would be one text glued together of two.
_SEVERAL = frozenset({"numbers", "facts", "people", "hours", "greetings"})
_COLOUR = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)
_YES = frozenset({"yes", "ja", "oui", "true", "wahr", "1", "x", "y", "j", "archived", "archiviert"})
_NO = frozenset({"", "no", "nein", "non", "false", "falsch", "0", "n", "-"})
_BETWEEN = re.compile(r"\\[\\|]|[|\n]")
_ESCAPED = re.compile(r"\\([\\|])")
_TO_ESCAPE = str.maketrans({"\\": "\\\\", "|": "\\|"})
_COLON = re.compile(r":(?:\s+|\Z)")
# A spreadsheet would take such a cell for a formula; an apostrophe before it says that it is text.
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_SAID_TO_BE_TEXT = re.compile(r"'+[=+\-@\t\r]")

_Item = TypeVar("_Item")

MOST_ITEMS = 100  # facts, people or rules of a company
MOST_LINES = 1000  # of one row
LONGEST_TEXT = 400
LONGEST_ADDRESS = 500
LONGEST_TEMPLATE = 10_000
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
    if isinstance(data, bytes) and not is_text(data):
        yield Skipped(name, 1, "It is no table of text. Save it as CSV UTF-8 and import that.")
        return
    columns: list[str] | None = None
    seen: dict[str, int] = {}
    whose: dict[str, str] = {}
    for line, cells in rows(data, delimiters=";\t,", most_lines=MOST_LINES):
        if cells is None:
            yield Skipped(name, line, "The quotes in this line don't match.")
            continue
        if not any(map(str.strip, cells)):
            continue
        if columns is None:
            columns = [_column(cell) for cell in cells]
            if "name" not in columns:
                yield Skipped(name, line, "The first row must name the columns; `name` is missing.")
                return
            yield from (Ignored(name, line, why) for why in _not_read(columns, cells))
            continue
        try:
            found = _company(dict(_named(columns, cells)), plan)
        except ValueError as unusable:
            yield Skipped(name, line, str(unusable))
            continue
        if any(map(str.strip, cells[len(columns) :])):
            why = f"It has {len(cells)} columns, the first row {len(columns)}: quote what is one."
            yield Skipped(name, line, why)
        elif (first := seen.setdefault(found.name.casefold(), line)) != line:
            yield Skipped(name, line, f"{found.name} is there already, in line {first}.")
        elif taken := next((number for number in found.numbers if number in whose), ""):
            # Two could not both be announced.
            number = shown_number(taken, plan) if plan else taken
            why = f"{found.name} can't have {number}: that is {whose[taken]}'s in this file."
            yield Skipped(name, line, why)
        else:
            whose.update(dict.fromkeys(found.numbers, found.name))
            yield found
    if columns is None:
        yield Skipped(name, 1, "The file is empty.")


def write_companies(companies: Iterable[Company], plan: NumberPlan | None = None) -> str:
    """Return the table, CR LF after each row; read_companies makes the same companies of it.

    Spreadsheets want a byte order mark before it when it is stored as UTF-8.
    """
    text = StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_COLUMNS)
    for company in companies:
        writer.writerow(map(_as_text, _cells(company, plan)))
    return text.getvalue()


# -- reading -----------------------------------------------------------------------------------


def _column(cell: str) -> str:
    return _BY_NAME.get(_NOT_A_WORD.sub("_", cell.casefold()).strip("_"), "")


def _not_read(columns: list[str], cells: list[str]) -> Iterator[str]:
    """Why columns are not read, a sentence for each; those that are left out become ""."""
    first: dict[str, str] = {}
    told = 0
    for place, heading in enumerate(clean(cell, 40) for cell in cells):
        column = columns[place]
        if column and (column in _SEVERAL or column not in first):
            first[column] = heading
            continue
        columns[place] = ""
        if not heading or told >= MOST_ITEMS:
            continue
        told += 1
        if not column:
            more = f" Known are {', '.join(_COLUMNS)}." if told == 1 else ""
            yield f"Nobody knows the column “{heading}”; it is left out.{more}"
        elif heading == first[column]:
            yield f"There are two columns “{heading}”; the second is left out."
        else:
            both = f"“{first[column]}” and “{heading}” are both the {column}"
            yield f"{both}; “{heading}” is left out."


def _named(columns: list[str], cells: list[str]) -> Iterator[tuple[str, str]]:
    """Cells by column; of two columns with one meaning the contents are joined."""
    joined: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column and cell.strip():
            text = cell[1:] if _SAID_TO_BE_TEXT.match(cell) else cell
            joined[column] = f"{joined[column]}|{text}" if column in joined else text
    yield from joined.items()


def _company(cells: dict[str, str], plan: NumberPlan | None) -> Company:
    name = clean(cells.get("name", ""))
    if not name:
        raise ValueError("The company has no name.")
    written = clean(cells.get("time zone", ""))
    zone = zone_name(written)
    if written and not zone:
        raise ValueError(
            f"{clean(written, 40)} is no time zone; {name} needs one as Europe/Berlin."
        )
    return Company(
        name=name,
        numbers=_numbers(cells.get("numbers", ""), plan),
        colour=colour_in(cells.get("colour", "").strip(), name),
        greeting=clean(cells.get("greeting", ""), LONGEST_TEXT),
        pronunciation=clean(cells.get("pronunciation", "")),
        facts=_few(_items(cells.get("facts", "")), MOST_ITEMS, f"facts of {name}"),
        time_zone=zone,
        address=clean_note(cells.get("address", ""), LONGEST_ADDRESS),
        web=clean(cells.get("web", ""), LONGEST_TEXT),
        people=_few(people_in(cells.get("people", ""), plan), MOST_ITEMS, f"people of {name}"),
        notes=clean_note(cells.get("notes", "")),
        hours=_few(_hours(cells.get("hours", "")), MOST_ITEMS, f"hours of {name}"),
        greetings=_few(_greetings(cells.get("greetings", "")), MOST_ITEMS, f"greetings of {name}"),
        template=clean_block(cells.get("template", ""), LONGEST_TEMPLATE),
        archived=_archived(cells.get("archived", ""), name),
    )


def _numbers(cell: str, plan: NumberPlan | None) -> tuple[str, ...]:
    if plan is None:
        return tuple(dict.fromkeys(clean(number, 60) for number in apart(cell)))
    numbers, errors = read_numbers(cell, plan)
    if errors:
        raise ValueError(errors[0])
    return numbers


def _few(items: Iterable[_Item], most: int, what: str) -> tuple[_Item, ...]:
    some = tuple(islice(items, most + 1))
    if len(some) > most:
        raise ValueError(f"There are more than {most} {what}.")
    return some


def colour_in(cell: str, name: str) -> str:
    """The colour of a company called `name` as #rrggbb; raises ValueError with a sentence."""
    if not cell:
        return ""
    if not _COLOUR.match(cell):
        raise ValueError(f"The colour of {name} must look like #2f6fbb.")
    digits = cell.lstrip("#").lower()
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)


def _archived(cell: str, name: str) -> bool:
    word = cell.strip().casefold()
    if word not in _YES | _NO:
        raise ValueError(f"Whether {name} is archived must be yes or no.")
    return word in _YES


def _hours(cell: str) -> Iterator[str]:
    for line in _items(cell):
        if isinstance(wrong := read_rule(line), str):
            raise ValueError(wrong)
        yield line


def _greetings(cell: str) -> Iterator[Greeting]:
    for line in _items(cell, 2 * LONGEST_TEXT):
        yield greeting_in(line)


def greeting_in(line: str) -> Greeting:
    """A variant "rule: text"; raises ValueError with a sentence.

    The rule may have colons itself ("12:00-13:00: ..."): it ends at the first that leaves one.
    """
    wrong = ""
    for colon in _COLON.finditer(line):
        when, text = line[: colon.start()].strip(), line[colon.end() :].strip()
        found = read_rule(when, greeting=True)
        if isinstance(found, Rule) and text:
            return Greeting(when, clean(text, LONGEST_TEXT))
        wrong = wrong or (found if isinstance(found, str) else "")
    why = f'"{clean(line, 60)}" must be a rule, a colon and a text: "closed: We are closed."'
    raise ValueError(wrong or why)


def _items(cell: str, limit: int = 200) -> Iterator[str]:
    """The items of a cell, without escapes and empty ones."""
    at = 0
    for found in _BETWEEN.finditer(f"{cell}\n"):
        if len(found[0]) == 1:
            if item := clean(_ESCAPED.sub(r"\1", cell[at : found.start()]), limit):
                yield item
            at = found.end()


# -- writing -----------------------------------------------------------------------------------


def _cells(company: Company, plan: NumberPlan | None) -> Iterator[str]:
    """A company's cells in the order of _COLUMNS."""
    yield company.name
    yield shown_numbers(company.numbers, plan, " | ") if plan else " | ".join(company.numbers)
    yield company.colour
    yield company.greeting
    yield company.pronunciation
    yield _joined(company.facts)
    yield company.time_zone
    yield company.address
    yield company.web
    yield "; ".join(person_text(person, plan) for person in company.people)
    yield company.notes
    yield _joined(company.hours)
    yield _joined(f"{variant.when}: {variant.text}" for variant in company.greetings)
    yield company.template
    yield "yes" if company.archived else ""


def _joined(items: Iterable[str]) -> str:
    return "\n".join(item.translate(_TO_ESCAPE) for item in items)


def _as_text(cell: str) -> str:
    cell = cell.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return f"'{cell}" if _LIKE_A_FORMULA.match(cell) else cell
