"""Companies and contacts in their tables: imported in bulk, found by number."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from console.people.values import Company, Contact
from console.store.schema import companies, company_numbers, contact_numbers, contacts


def put_companies(sql: sa.Connection, new: Sequence[Company]) -> int:
    """Add or change companies by name; how many. A number goes to whom it was given last."""
    wanted = {company.name.casefold(): company for company in new if company.name}
    known = _company_ids(sql)
    rows = [
        {
            "id": known.get(folded),
            "name": company.name,
            "name_folded": folded,
            "colour": company.colour,
            "greeting": company.greeting,
            "pronunciation": company.pronunciation,
            "facts": list(company.facts),
        }
        for folded, company in wanted.items()
    ]
    _put(sql, companies, rows)
    known = _company_ids(sql)
    _take_numbers(sql, [number for company in wanted.values() for number in company.numbers])
    _put_numbers(
        sql,
        company_numbers,
        "company_id",
        {
            known[folded]: [{"number": number} for number in company.numbers]
            for folded, company in wanted.items()
        },
    )
    return len(wanted)


def _take_numbers(sql: sa.Connection, numbers: list[str]) -> None:
    """From whoever has them: two companies could not both be announced."""
    if numbers:
        sql.execute(
            sa.delete(company_numbers).where(company_numbers.c.number == sa.bindparam("_number")),
            [{"_number": number} for number in numbers],
        )


def put_contacts(sql: sa.Connection, new: Sequence[Contact], source: str) -> int:
    """Add or change contacts by uid, else by name and company; how many."""
    wanted: dict[tuple[str, ...], Contact] = {}
    for contact in new:
        key = (contact.uid,) if contact.uid else (contact.name, contact.company)
        wanted[key] = contact
    known = _contact_ids(sql)
    rows = [
        {
            "id": known.get(key) or known.get((contact.name, contact.company)),
            "name": contact.name,
            "company": contact.company,
            "emails": list(contact.emails),
            "note": contact.note,
            "uid": contact.uid,
            "source": source,
        }
        for key, contact in wanted.items()
    ]
    _put(sql, contacts, rows)
    known = _contact_ids(sql)
    _put_numbers(
        sql,
        contact_numbers,
        "contact_id",
        {
            known[key]: [{"number": number, "kind": kind} for number, kind in contact.numbers]
            for key, contact in wanted.items()
        },
    )
    return len(wanted)


def _contact_ids(sql: sa.Connection) -> dict[tuple[str, ...], int]:
    """By uid; by name and company only those without one: a namesake is somebody else."""
    c = contacts.c
    rows = sql.execute(sa.select(c.id, c.uid, c.name, c.company).order_by(c.id.desc()))
    return {((row.uid,) if row.uid else (row.name, row.company)): row.id for row in rows}


def _company_ids(sql: sa.Connection) -> dict[str, int]:
    c = companies.c
    return {row.name_folded: row.id for row in sql.execute(sa.select(c.name_folded, c.id))}


def _put(sql: sa.Connection, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    fresh = [{k: v for k, v in row.items() if k != "id"} for row in rows if row["id"] is None]
    if fresh:
        sql.execute(sa.insert(table), fresh)
    there = [{"_id": row["id"], **row} for row in rows if row["id"] is not None]
    if there:
        names = [name for name in there[0] if name not in ("_id", "id")]
        sql.execute(
            sa.update(table)
            .where(table.c.id == sa.bindparam("_id"))
            .values({name: sa.bindparam(name) for name in names}),
            [{k: v for k, v in row.items() if k != "id"} for row in there],
        )


def _put_numbers(
    sql: sa.Connection, table: sa.Table, owner: str, numbers: dict[int, list[dict[str, str]]]
) -> None:
    if numbers:
        sql.execute(
            sa.delete(table).where(table.c[owner] == sa.bindparam("_owner")),
            [{"_owner": id} for id in numbers],
        )
    rows = [
        {owner: id, "position": position, **row}
        for id, each in numbers.items()
        for position, row in enumerate(each)
    ]
    if rows:
        sql.execute(sa.insert(table), rows)


def company_of(sql: sa.Connection, called: str | None, queue: str | None) -> Company | None:
    """The company of a called number, else of a queue, else of the longest prefix of the number."""
    exact = [number for number in (called, queue) if number]
    prefixes = [f"{called[:size]}*" for size in range(len(called), -1, -1)] if called else []
    ranks = {number: rank for rank, number in reversed(list(enumerate([*exact, *prefixes])))}
    if not ranks:
        return None
    n = company_numbers.c
    found = sql.execute(
        sa.select(n.number, n.company_id).where(n.number.in_(list(ranks))).order_by(n.company_id)
    ).all()
    if not found:
        return None
    best = min(found, key=lambda row: ranks[row.number])
    row = sql.execute(sa.select(companies).where(companies.c.id == best.company_id)).one()
    return Company(
        name=row.name,
        numbers=tuple(
            sql.execute(
                sa.select(n.number).where(n.company_id == row.id).order_by(n.position)
            ).scalars()
        ),
        id=row.id,
        colour=row.colour,
        greeting=row.greeting,
        pronunciation=row.pronunciation,
        facts=tuple(row.facts),
    )


def contact_of(sql: sa.Connection, number: str) -> Contact | None:
    """The first contact with exactly this number; never one for an empty number."""
    if not number:
        return None
    n, c = contact_numbers.c, contacts.c
    row = sql.execute(
        sa.select(contacts)
        .join(contact_numbers, n.contact_id == c.id)
        .where(n.number == number)
        .order_by(c.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    numbers = sql.execute(
        sa.select(n.number, n.kind).where(n.contact_id == row.id).order_by(n.position)
    )
    return Contact(
        name=row.name,
        numbers=tuple((each.number, each.kind) for each in numbers),
        id=row.id,
        company=row.company,
        emails=tuple(row.emails),
        note=row.note,
        uid=row.uid,
        source=row.source,
    )


def company_names(sql: sa.Connection) -> tuple[str, ...]:
    """The names of all companies, sorted as people sort."""
    c = companies.c
    return tuple(sql.execute(sa.select(c.name).order_by(c.name_folded)).scalars())
