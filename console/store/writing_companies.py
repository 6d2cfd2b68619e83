"""What changes of companies do to the tables."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import sqlalchemy as sa

from console.desk.changes import Expecting, PutCompanies, PutCompany, RemoveCompany, Written
from console.people.called_numbers import clashes
from console.people.skipped import Skipped
from console.people.values import Company
from console.store.audit_lines import site_line
from console.store.company_rows import company_values, read_companies
from console.store.directory_schema import companies, company_numbers

# What a table of companies has no columns for: an import leaves it as it was.
_KEPT_BY_IMPORT = (
    *("time_zone", "address", "web", "people", "notes", "hours", "greetings", "template"),
)


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
    wanted: dict[str, tuple[int, Company]] = {}
    for place, company in enumerate(change.companies, 1):
        if company.name:
            wanted[company.name.casefold()] = (place, company)
    known = {each.name.casefold(): each for each in read_companies(sql)}
    skipped: list[Skipped] = []
    while claimed := _claimed(
        [company for folded, company in known.items() if folded not in wanted],
        [company for _, company in wanted.values()],
    ):
        # Who is left out keeps the numbers it had, which others may then not have.
        names = list(wanted)
        for at, (number, owner) in claimed.items():
            place, company = wanted.pop(names[at])
            why = f"{company.name} was left out: the number {_belongs(number, owner)}"
            skipped.append(Skipped("", place, why))
    skipped.sort(key=lambda each: each.line)
    for folded, (_, company) in wanted.items():
        former = known.get(folded)
        if former is not None:
            kept = {
                name: getattr(former, name)
                for name in _KEPT_BY_IMPORT
                if not getattr(company, name)
            }
            company = replace(company, id=former.id, **kept)
        else:
            company = replace(company, id=None)
        _put(sql, company)
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
    others: Sequence[Company], wanted: Sequence[Company]
) -> dict[int, tuple[str, Company]]:
    """Which of the wanted (their places) claim what is another's: what, and whose it is."""
    everybody = [*others, *wanted]
    places = {id(company): place for place, company in enumerate(everybody)}
    found: dict[int, tuple[str, Company]] = {}
    for clash in clashes(everybody):
        first, *later = sorted(places[id(company)] for company in clash.companies)
        for place in later:
            found.setdefault(place, (clash.number, everybody[first]))
    # Whoever lost to one that is left out itself has another try.
    return {
        place - len(others): claim
        for place, claim in sorted(found.items())
        if place >= len(others) and places[id(claim[1])] not in found
    }


def _belongs(number: str, owner: Company) -> str:
    return f"{number} belongs to {owner.name}. Take it away there first, or leave it out here."


def _namesake(company: Company, others: Iterable[Company]) -> Company | None:
    folded = company.name.casefold()
    return next((other for other in others if other.name.casefold() == folded), None)


def _shown(company: Company) -> str:
    return f"{company.name}{' (archived)' if company.archived else ''}"


def _put(sql: sa.Connection, company: Company) -> int:
    values, id = company_values(company), company.id
    if id is None:
        id = sql.execute(sa.insert(companies).returning(companies.c.id), values).scalar_one()
    else:
        sql.execute(sa.update(companies).where(companies.c.id == id).values(values))
        sql.execute(sa.delete(company_numbers).where(company_numbers.c.company_id == id))
    numbers = dict.fromkeys(company.numbers)
    if numbers:
        sql.execute(
            sa.insert(company_numbers),
            [
                {"company_id": id, "position": position, "number": number}
                for position, number in enumerate(numbers)
            ],
        )
    return int(id)
