"""Companies as rows, and back."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from console.calls.text import fold
from console.people.values import Company, Greeting, Person
from console.store.directory_schema import companies, company_numbers


def company_values(company: Company) -> dict[str, Any]:
    """The columns of a company but its id."""
    return {
        "name": company.name,
        "name_folded": company.name.casefold(),
        "colour": company.colour,
        "greeting": company.greeting,
        "pronunciation": company.pronunciation,
        "facts": list(company.facts),
        "time_zone": company.time_zone,
        "address": company.address,
        "web": company.web,
        "people": [asdict(person) for person in company.people],
        "notes": company.notes,
        "hours": list(company.hours),
        "greetings": [asdict(greeting) for greeting in company.greetings],
        "template": company.template,
        "archived": company.archived,
    }


# As `company_row` gives them.
COMPANY_COLUMNS = tuple(name for name in companies.c.keys() if name != "id")  # noqa: SIM118


def company_row(company: Company) -> tuple[Any, ...]:
    """The values of COMPANY_COLUMNS, for the driver."""
    values = company_values(company)
    return tuple(
        json.dumps(value) if isinstance(value, list) else value
        for value in map(values.__getitem__, COMPANY_COLUMNS)
    )


def read_companies(sql: sa.Connection, *where: sa.ColumnElement[bool]) -> tuple[Company, ...]:
    """The companies that fulfil conditions, by name."""
    n = company_numbers.c
    numbers: dict[int, list[str]] = {}
    for id, number in sql.execute(
        sa.select(n.company_id, n.number).order_by(n.company_id, n.position)
    ):
        numbers.setdefault(id, []).append(number)
    rows = sql.execute(sa.select(companies).where(*where)).all()
    rows = sorted(rows, key=lambda row: _place(row.name))
    return tuple(_company(row, numbers.get(row.id, ())) for row in rows)


def _place(name: str) -> tuple[str, str]:
    """Where a name stands in a list: Ö is an O. No database sorts so by itself."""
    return fold(name), name.casefold()


def _company(row: Any, numbers: Iterable[str]) -> Company:
    return Company(
        name=row.name,
        numbers=tuple(numbers),
        id=row.id,
        colour=row.colour,
        greeting=row.greeting,
        pronunciation=row.pronunciation,
        facts=tuple(row.facts),
        time_zone=row.time_zone,
        address=row.address,
        web=row.web,
        people=tuple(Person(**person) for person in row.people),
        notes=row.notes,
        hours=tuple(row.hours),
        greetings=tuple(Greeting(**greeting) for greeting in row.greetings),
        template=row.template,
        archived=row.archived,
    )


def companies_in_use(sql: sa.Connection) -> tuple[Company, ...]:
    """All that are not archived."""
    return read_companies(sql, companies.c.archived.is_(False))


def find_companies(sql: sa.Connection, text: str, archived: bool) -> tuple[Company, ...]:
    """The companies in which all words are found, in any field; archived ones only if asked for."""
    there = () if archived else (companies.c.archived.is_(False),)
    wanted = fold(text).split()
    return tuple(company for company in read_companies(sql, *there) if _says(company, wanted))


def _says(company: Company, wanted: Iterable[str]) -> bool:
    said = _said(company)
    return all(word in said for word in wanted)


def _said(company: Company) -> str:
    """All that is said of a company, folded."""
    lines = [company.name, *company.numbers, *company.facts, company.greeting]
    lines += [company.pronunciation, company.time_zone, company.address, company.web]
    for person in company.people:
        lines += [person.name, person.role, person.number, person.email]
    lines += [company.notes, *company.hours]
    for greeting in company.greetings:
        lines += [greeting.when, greeting.text]
    return fold("\n".join(lines))


def company_names(sql: sa.Connection) -> tuple[str, ...]:
    """The names of all companies, sorted as people sort; archived ones still have calls."""
    c = companies.c
    return tuple(sorted(sql.execute(sa.select(c.name)).scalars(), key=_place))
