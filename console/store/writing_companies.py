"""What changes of companies do to the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count

import sqlalchemy as sa

from console.desk.changes import Expecting, PutCompanies, PutCompany, RemoveCompany, Written
from console.people.called_numbers import clashes
from console.people.skipped import Skipped
from console.people.values import Company
from console.store.audit_lines import site_line
from console.store.company_rows import COMPANY_COLUMNS, company_row, read_companies
from console.store.directory_schema import companies
from console.store.writing_settings import drop_overrides

# What a row says nothing of stays as it was: a table may have fewer columns than a company has
# fields, and nobody means to take its numbers away by leaving them out.
_KEPT_BY_IMPORT = (
    *("numbers", "colour", "greeting", "pronunciation", "facts", "time_zone", "address", "web"),
    *("people", "notes", "hours", "greetings", "template"),
)
# Somebody who lost to one that is left out has another try, but a chain of those has an end.
_MOST_TRIES = 10
_INSERT = (
    f"INSERT INTO companies ({', '.join(COMPANY_COLUMNS)}) "
    f"VALUES ({', '.join('?' * len(COMPANY_COLUMNS))})"
)
_UPDATE = (
    f"UPDATE companies SET {', '.join(f'{name} = ?' for name in COMPANY_COLUMNS)} WHERE id = ?"
)
_NO_NUMBERS = "DELETE FROM company_numbers WHERE company_id = ?"
_NUMBER = "INSERT INTO company_numbers (company_id, position, number) VALUES (?, ?, ?)"


def put_company(sql: sa.Connection, change: PutCompany) -> Written:
    """Add or change one; refused if its name or one of its numbers is another's."""
    company = change.company
    known = {each.id: each for each in read_companies(sql)}
    former = known.get(company.id) if company.id is not None else None
    if company.id is not None and former is None:
        return Written()
    if not _as_expected(former, change.expects):
        return Written()
    others = [each for each in known.values() if each.id != company.id]
    namesake = _namesake(company, others)
    if namesake is not None:
        where = "an archived company" if namesake.archived else "another company"
        return Written(
            refused=f"There is {where} called {namesake.name}. Give this one another name, "
            "or change that one."
        )
    claimed = _claimed(others, [company])
    if claimed:
        return Written(refused=f"The number {_belongs(*claimed[0])}")
    id = _put(sql, company)
    site_line(
        *(sql, change.by, change.at, "company"),
        old=_shown(former) if former else "",
        new=_shown(company),
    )
    return Written(count=1, id=id, company=former)


def put_companies(sql: sa.Connection, change: PutCompanies) -> Written:
    """Add or change many by name; who claims another's number is left out."""
    known = {each.name.casefold(): each for each in read_companies(sql)}
    wanted: dict[str, tuple[int, Company]] = {}
    for place, company in enumerate(change.companies, 1):
        if company.name:
            folded = company.name.casefold()
            wanted[folded] = (place, _merged(company, known.get(folded)))
    skipped: list[Skipped] = []
    for tries in count(1):
        claimed = _claimed(
            [company for folded, company in known.items() if folded not in wanted],
            [company for _, company in wanted.values()],
            again=tries < _MOST_TRIES,
        )
        if not claimed:
            break
        # Who is left out keeps the numbers it had, which others may then not have.
        names = list(wanted)
        for at, (number, owner) in claimed.items():
            place, company = wanted.pop(names[at])
            why = f"{company.name} was left out: the number {_belongs(number, owner)}"
            skipped.append(Skipped("", place, why))
    skipped.sort(key=lambda each: each.line)
    _put_all(sql, [company for _, company in wanted.values()])
    if wanted:
        site_line(sql, change.by, change.at, "companies", new=str(len(wanted)))
    return Written(count=len(wanted), skipped=tuple(skipped))


def remove_company(sql: sa.Connection, change: RemoveCompany) -> Written:
    """Delete one with its numbers; calls keep its name."""
    c = companies.c
    name = sql.execute(sa.select(c.name).where(c.id == change.id)).scalar_one_or_none()
    if name is None:
        return Written()
    (former,) = read_companies(sql, c.id == change.id)
    if not _as_expected(former, change.expects):
        return Written()
    sql.execute(sa.delete(companies).where(c.id == change.id))
    site_line(sql, change.by, change.at, "company removed", old=name)
    drop_overrides(sql, change.id, change.by, change.at)
    return Written(count=1, id=change.id, company=former)


def _as_expected(there: Company | None, expected: Company | Expecting | None) -> bool:
    """Whether the company says what somebody expects."""
    if isinstance(expected, Expecting):
        return True
    if there is None or expected is None:
        return there is expected
    return _said(there) == _said(expected)


def _said(company: Company) -> Company:
    # A number that stands twice is stored once.
    return replace(company, id=None, numbers=tuple(dict.fromkeys(company.numbers)))


def _claimed(
    others: Sequence[Company], wanted: Sequence[Company], *, again: bool = True
) -> dict[int, tuple[str, Company]]:
    """Which of the wanted (their places) claim what is another's: what, and whose it is.

    `again`: without those that lost to one that is itself left out, who are to be asked for again.
    """
    everybody = [*others, *wanted]
    places = {id(company): place for place, company in enumerate(everybody)}
    found: dict[int, tuple[str, Company]] = {}
    for clash in clashes(everybody):
        first, *later = sorted(places[id(company)] for company in clash.companies)
        for place in later:
            found.setdefault(place, (clash.number, everybody[first]))
    return {
        place - len(others): claim
        for place, claim in sorted(found.items())
        if place >= len(others) and not (again and places[id(claim[1])] in found)
    }


def _belongs(number: str, owner: Company) -> str:
    return f"{number} belongs to {owner.name}. Take it away there first, or leave it out here."


def _namesake(company: Company, others: Iterable[Company]) -> Company | None:
    folded = company.name.casefold()
    return next((other for other in others if other.name.casefold() == folded), None)


def _shown(company: Company) -> str:
    return f"{company.name}{' (archived)' if company.archived else ''}"


def _merged(company: Company, former: Company | None) -> Company:
    """What an import makes of the company that is there."""
    if former is None:
        return replace(company, id=None)
    kept = {name: getattr(former, name) for name in _KEPT_BY_IMPORT if not getattr(company, name)}
    return replace(company, id=former.id, **kept)


def _put(sql: sa.Connection, company: Company) -> int:
    return _put_all(sql, [company])[company.name.casefold()]


def _put_all(sql: sa.Connection, put: Sequence[Company]) -> dict[str, int]:
    """Insert those without an id, and replace the others; the ids of all by their folded names."""
    # The driver's own executemany: Core's takes several times as long for the same rows.
    if added := [company_row(company) for company in put if company.id is None]:
        sql.exec_driver_sql(_INSERT, added)
    if changed := [company for company in put if company.id is not None]:
        sql.exec_driver_sql(_UPDATE, [(*company_row(each), each.id) for each in changed])
        sql.exec_driver_sql(_NO_NUMBERS, [(each.id,) for each in changed])
    c = companies.c
    ids = {folded: id for id, folded in sql.execute(sa.select(c.id, c.name_folded))}
    numbers = [
        (ids[company.name.casefold()], position, number)
        for company in put
        for position, number in enumerate(dict.fromkeys(company.numbers))
    ]
    if numbers:
        sql.exec_driver_sql(_NUMBER, numbers)
    return ids
