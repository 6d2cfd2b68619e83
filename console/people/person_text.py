"""People to ask at a company, as one line each: "Eva Meyer (owner) +49 171 123 eva@meyer.example".

What can't be told apart so is put in quotes: "Service 24" ("(nights)") "0171 123" <a@b.example>.
"""

import re
from collections.abc import Iterator

from console.calls.numbers import LONGEST, NumberPlan
from console.calls.text import clean
from console.people.values import Person

LONGEST_CELL = 20_000
LONGEST_PERSON = 1000

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_ITEM = re.compile(rf"(?:{_TEXT}|[^;|\n\"]|\")*?(?=[;|\n]|\Z)", re.DOTALL)
_QUOTED = re.compile(
    rf"\s*{_TEXT}(?:\s*\({_TEXT}\))?(?:\s*{_TEXT})?(?:\s*<([^<>]*)>)?\s*\Z", re.DOTALL
)
_EMAIL = re.compile(r"(?:\A|\s)<?([^\s<>()\"]+@[^\s<>()\"]+)>?\Z")
_NUMBER = re.compile(r"(?:\A|[\s)])(\+?[\d(][\d\s()/.-]+)\Z")
_ROLE = re.compile(r"\s*\(([^()]*)\)\Z")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def people_in(cell: str, plan: NumberPlan | None = None) -> Iterator[Person]:
    """Yield the people of a cell, which stand apart by `;`, `|` or line breaks.

    With a plan numbers are made keys where they are numbers; else they stay as written.
    """
    cell = cell[:LONGEST_CELL]
    at = 0
    while at < len(cell):
        found = _ITEM.match(cell, at)
        end = found.end() if found else len(cell)
        if item := cell[at:end].strip():
            person = person_in(item, plan)
            if person.name:
                yield person
        at = end + 1


def person_in(text: str, plan: NumberPlan | None = None) -> Person:
    """Return the person of one line."""
    text = text[:LONGEST_PERSON]
    if quoted := _QUOTED.match(text):
        name, role, number, email = (
            clean(_ESCAPED.sub(r"\1", part or "")) for part in quoted.groups()
        )
        return Person(name, role, number, email)
    email = number = role = ""
    if found := _EMAIL.search(text):
        email, text = found[1], text[: found.start()].rstrip()
    if found := _NUMBER.search(text):
        number, text = clean(found[1], LONGEST), text[: found.start(1)].rstrip()
        if plan is not None:
            number = plan.written.normal(number) or number
    if found := _ROLE.search(text):
        role, text = clean(found[1]), text[: found.start()]
    return Person(clean(text) or email or number, role, number, clean(email))


def person_text(person: Person, plan: NumberPlan | None = None) -> str:
    """Return the line of which person_in makes the same."""
    number = plan.shown(person.number) if plan else person.number
    role = f"({person.role})" if person.role else ""
    plain = " ".join(filter(None, (person.name, role, number, person.email)))
    if not re.search(r"[;|\n\"]", plain) and person_in(plain, plan) == person:
        return plain
    role = f" ({_quoted(person.role)})" if person.role else ""
    number = f" {_quoted(person.number)}" if person.number else ""
    email = f" <{person.email}>" if person.email else ""
    return f"{_quoted(person.name)}{role}{number}{email}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
