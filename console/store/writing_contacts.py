"""What changes of single contacts, and of who a number is, do to the tables."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from console.desk.changes import DropContact, PutContact, PutContacts, SetChoice, Written
from console.people.staging import CONTACT_COLUMNS, NUMBER_COLUMNS, contact_row, number_rows
from console.people.values import Contact
from console.settings.sources import OWN, ContactSource, Imported
from console.store import audit_lines
from console.store.contact_rows import COLUMNS, NUMBERS, read_contact
from console.store.directory_schema import choices, contact_numbers, contacts, sources
from console.store.source_rows import NEW_SOURCE, source_values
from console.store.who_has import CORRECTION

_INSERT_NUMBER = (
    f"INSERT INTO contact_numbers (contact_id, {', '.join(NUMBER_COLUMNS)}) VALUES (?, ?, ?, ?, ?)"
)
_CONTACT = sa.text(
    f"SELECT {COLUMNS} FROM contacts c JOIN sources s ON s.id = c.source_id WHERE c.id = :id"
)


def put_contact(sql: sa.Connection, change: PutContact) -> Written:
    """Add or change an own contact; one of another source is corrected by an own one."""
    contact = change.contact
    if contact.source_id not in (None, OWN):
        key = f"{CORRECTION}{contact.ref}"
    else:
        key = contact.key or uuid4().hex
    former_id = _own(sql, key)
    if contact.id is not None and contact.source_id == OWN and former_id is None:
        return Written()
    former = None if former_id is None else stored_contact(sql, former_id)
    id = _put(sql, OWN, contact, key, former_id)
    _count(sql, OWN)
    audit_lines.site_line(
        *(sql, change.by, change.at, "contact"),
        old=former.name if former else "",
        new=contact.name,
    )
    return Written(count=1, id=id, contact=former)


def put_contacts(sql: sa.Connection, change: PutContacts) -> Written:
    """Add or change contacts of an imported source, which is made if it is not there."""
    if not change.contacts:
        return Written()
    source, generation = _imported(sql, change.source)
    c = contacts.c
    wanted = {_key(contact): contact for contact in change.contacts}
    alive = sa.and_(
        c.source_id == source,
        c.born <= generation,
        sa.or_(c.died.is_(None), c.died > generation),
    )
    for key, contact in wanted.items():
        there = sql.execute(sa.select(c.id).where(alive, c.key == key)).scalar_one_or_none()
        _put(sql, source, contact, key, there, generation)
    _count(sql, source)
    return audit_lines.counted(sql, change.by, change.at, "contacts", len(wanted))


def drop_contact(sql: sa.Connection, change: DropContact) -> Written:
    """Delete an own contact."""
    former = stored_contact(sql, change.id)
    if former is None:
        return Written()
    if former.source_id != OWN:
        return Written(
            refused=f"{former.name} comes from the source {former.source}, which would bring it "
            "back. Delete it there."
        )
    delete_contacts(sql, [change.id])
    _count(sql, OWN)
    audit_lines.site_line(sql, change.by, change.at, "contact removed", old=former.name)
    return Written(count=1, id=change.id, contact=former)


def set_choice(sql: sa.Connection, change: SetChoice) -> Written:
    """Remember or forget who a number is."""
    c, company = choices.c, change.company_id or 0
    place = sa.and_(c.number == change.number, c.company_id == company)
    former = sql.execute(sa.select(c.ref).where(place)).scalar_one_or_none() or ""
    if not change.number or former == change.ref:
        return Written(ref=former)
    sql.execute(sa.delete(choices).where(place))
    if change.ref:
        sql.execute(
            sa.insert(choices),
            {
                "number": change.number,
                "company_id": company,
                "ref": change.ref,
                "by": change.by,
                "at": change.at,
            },
        )
    # The line is no second place to keep a number that somebody may want forgotten.
    audit_lines.site_line(sql, change.by, change.at, "choice", old=former, new=change.ref)
    return Written(count=1, ref=former)


def stored_contact(sql: sa.Connection, id: int) -> Contact | None:
    """A contact whether it is seen or not."""
    row = sql.execute(_CONTACT, {"id": id}).one_or_none()
    if row is None:
        return None
    numbers = sql.exec_driver_sql(NUMBERS.format("?"), (id,)).all()
    return read_contact(row, [(number, kind) for _, number, kind in numbers])


def delete_contacts(sql: sa.Connection, ids: Sequence[int]) -> None:
    """Delete rows with their numbers."""
    sql.execute(sa.delete(contact_numbers).where(contact_numbers.c.contact_id.in_(ids)))
    sql.execute(sa.delete(contacts).where(contacts.c.id.in_(ids)))


def _own(sql: sa.Connection, key: str) -> int | None:
    c = contacts.c
    found = sql.execute(
        sa.select(c.id).where(c.source_id == OWN, c.key == key)
    ).scalar_one_or_none()
    return None if found is None else int(found)


def _key(contact: Contact) -> str:
    """What stays the same in an imported source; a namesake with another uid is somebody else."""
    return contact.key or contact.uid or f"{contact.name}\n{contact.company}"


def _put(
    sql: sa.Connection,
    source: int,
    contact: Contact,
    key: str,
    id: int | None,
    generation: int = 0,
) -> int:
    values: dict[str, Any] = dict(zip(CONTACT_COLUMNS, contact_row(contact), strict=True))
    values |= {"key": key, "source_id": source, "corrects": ""}
    if source == OWN and key.startswith(CORRECTION):
        values["corrects"] = key.removeprefix(CORRECTION)
    names = list(values)
    if id is None:
        values["born"] = generation
        names.append("born")
        marks = ", ".join(f":{name}" for name in names)
        done = sql.execute(
            sa.text(f"INSERT INTO contacts ({', '.join(names)}) VALUES ({marks}) RETURNING id"),
            values,
        )
        id = int(done.scalar_one())
    else:
        changes = ", ".join(f"{name} = :{name}" for name in names)
        sql.execute(
            sa.text(f"UPDATE contacts SET {changes} WHERE id = :_id"), {**values, "_id": id}
        )
        sql.execute(sa.delete(contact_numbers).where(contact_numbers.c.contact_id == id))
    rows = [(id, *row) for row in number_rows(contact)]
    if rows:
        sql.exec_driver_sql(_INSERT_NUMBER, rows)
    return id


def _imported(sql: sa.Connection, name: str) -> tuple[int, int]:
    """The id and generation of an imported source."""
    c = sources.c
    there = sql.execute(
        sa.select(c.id, c.generation).where(c.name_folded == name.casefold())
    ).one_or_none()
    if there is not None:
        return there.id, there.generation
    source = ContactSource(name=name, options=Imported())
    id = sql.execute(
        sa.insert(sources).returning(c.id), {**source_values(source), **NEW_SOURCE}
    ).scalar_one()
    return int(id), 0


def _count(sql: sa.Connection, source: int) -> None:
    """Small sources only: it counts."""
    c = contacts.c
    count = (
        sa.select(sa.func.count())
        .where(
            c.source_id == source,
            c.born <= sources.c.generation,
            sa.or_(c.died.is_(None), c.died > sources.c.generation),
        )
        .scalar_subquery()
    )
    sql.execute(sa.update(sources).where(sources.c.id == source).values(contacts=count))
