"""What changes of single contacts, and of who a number is, do to the tables."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from console.desk.changes import DropContact, PutContact, PutContacts, SetChoice, Written
from console.people.values import Contact
from console.settings.sources import OWN, ContactSource, Imported
from console.store import audit_lines
from console.store.contact_storing import (
    contacts_of_key,
    delete_contact,
    store_contact,
    stored_contact,
)
from console.store.directory_schema import choices, contacts, sources, taking_in
from console.store.source_rows import NEW_SOURCE, source_values
from console.store.who_has import CORRECTION


def put_contact(sql: sa.Connection, change: PutContact) -> Written:
    """Add or change an own contact; one of another source is corrected by an own one."""
    contact = change.contact
    if contact.source_id not in (None, OWN):
        key = f"{CORRECTION}{contact.ref}"
    else:
        key = contact.key or uuid4().hex
    there = next(iter(contacts_of_key(sql, OWN, key)), None)
    if contact.id is not None and contact.source_id == OWN and there is None:
        return Written()
    former = None if there is None else stored_contact(sql, there)
    id = store_contact(
        sql,
        contact,
        source=OWN,
        key=key,
        generation=0,
        corrects=key.removeprefix(CORRECTION) if key.startswith(CORRECTION) else "",
        id=there,
    )
    if former is None:
        _count(sql, OWN, 1)
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
    row = _imported(sql, change.source)
    if row.kind != "imported":
        return Written(
            refused=f"{row.name} is a source of another kind, which is read from where it is. "
            "Give another name."
        )
    t = taking_in.c
    if sql.execute(sa.select(t.source_id).where(t.source_id == row.id)).first() is not None:
        return Written(refused=f"{row.name} is being read just now. Try again when that is done.")
    added = 0
    wanted = {_key(contact): contact for contact in change.contacts}
    for key, contact in wanted.items():
        there = _alive(sql, row.id, key, row.generation)
        store_contact(sql, contact, source=row.id, key=key, generation=row.generation, id=there)
        added += there is None
    _count(sql, row.id, added)
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
    delete_contact(sql, change.id)
    _count(sql, OWN, -1)
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


def _key(contact: Contact) -> str:
    """What stays the same in an imported source; a namesake with another uid is somebody else."""
    return contact.key or contact.uid or f"{contact.name}\n{contact.company}"


def _alive(sql: sa.Connection, source: int, key: str, generation: int) -> int | None:
    ids = contacts_of_key(sql, source, key)
    if not ids:
        return None
    c = contacts.c
    select = sa.select(c.id).where(c.id.in_(ids), c.born <= generation, c.died > generation)
    return sql.execute(select).scalar_one_or_none()


def _imported(sql: sa.Connection, name: str) -> Any:
    """The source of this name."""
    c = sources.c
    select = sa.select(c.id, c.name, c.kind, c.generation).where(c.name_folded == name.casefold())
    row = sql.execute(select).one_or_none()
    if row is None:
        source = ContactSource(name=name, options=Imported())
        sql.execute(sa.insert(sources), {**source_values(source), **NEW_SOURCE})
        row = sql.execute(select).one()
    return row


def _count(sql: sa.Connection, source: int, more: int) -> None:
    c = sources.c
    sql.execute(sa.update(sources).where(c.id == source).values(contacts=c.contacts + more))
