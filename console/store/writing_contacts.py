"""What changes of single contacts, and of who a number is, do to the tables."""

from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from console.desk.changes import (
    ANY,
    DropContact,
    Expecting,
    PutContact,
    PutContacts,
    SetChoice,
    Written,
)
from console.people.staging import contact_row
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
from console.store.source_rows import LONGEST_NAME, NEW_SOURCE, source_values
from console.store.who_has import CORRECTION

ONLY_YOU = (
    "This contact is in a source that only you see; a correction would show it to everybody. "
    "Change it in its source."
)


def put_contact(sql: sa.Connection, change: PutContact) -> Written:
    """Add or change an own contact; one of another source is corrected by an own one."""
    contact = change.contact
    own = contact.source_id in (None, OWN)
    key = contact.key or uuid4().hex if own else f"{CORRECTION}{contact.ref}"
    there = next(iter(contacts_of_key(sql, OWN, key)), None)
    if contact.id is not None and contact.source_id == OWN and there is None:
        return Written()
    # Whoever names a key of this form corrects by it, too; what is there is seen by all already.
    if change.viewer and key.startswith(CORRECTION) and not (own and there is not None):
        owner = _owner(sql, key.removeprefix(CORRECTION))
        if owner not in ("", change.viewer):
            return Written()
        if owner:
            return Written(refused=ONLY_YOU)
    former = None if there is None else stored_contact(sql, there)
    if not _as_expected(former, change.expects):
        return Written()
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
    if not 0 < len(change.source) <= LONGEST_NAME:
        return Written(refused=f"A source's name has 1 to {LONGEST_NAME} characters. Shorten it.")
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
        if change.viewer and _owner(sql, former.ref) not in ("", change.viewer):
            return Written()
        return Written(
            refused=f"{former.name} comes from the source {former.source}, which would bring it "
            "back. Delete it there."
        )
    if not _as_expected(former, change.expects):
        return Written()
    delete_contact(sql, change.id)
    _count(sql, OWN, -1)
    audit_lines.site_line(sql, change.by, change.at, "contact removed", old=former.name)
    return Written(count=1, id=change.id, contact=former)


def set_choice(sql: sa.Connection, change: SetChoice) -> Written:
    """Remember or forget who a number is."""
    c, company = choices.c, change.company_id or 0
    place = sa.and_(c.number == change.number, c.company_id == company)
    former = sql.execute(sa.select(c.ref).where(place)).scalar_one_or_none() or ""
    if change.expects is not ANY and former != (change.expects or ""):
        return Written(ref=former)
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


def _owner(sql: sa.Connection, ref: str) -> str | None:
    """Whose source a contact is in, empty: the site's; None if there is no such source."""
    source, _, _ = ref.partition(":")
    # Longer ones are no row's number.
    if not (source.isascii() and source.isdigit() and len(source) < 19):
        return None
    c = sources.c
    return sql.execute(sa.select(c.owner).where(c.id == int(source))).scalar_one_or_none()


def _as_expected(there: Contact | None, expected: Contact | Expecting | None) -> bool:
    """Whether the contact says what somebody expects; its source and key are not asked."""
    if isinstance(expected, Expecting):
        return True
    if there is None or expected is None:
        return there is expected
    # The hash is of all that a contact says.
    return contact_row(there)[1] == contact_row(expected)[1]


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
    """The site's source of this name."""
    c = sources.c
    select = sa.select(c.id, c.name, c.kind, c.generation).where(
        c.owner == "", c.name_folded == name.casefold()
    )
    row = sql.execute(select).one_or_none()
    if row is None:
        source = ContactSource(name=name, options=Imported())
        sql.execute(sa.insert(sources), {**source_values(source), **NEW_SOURCE})
        row = sql.execute(select).one()
    return row


def _count(sql: sa.Connection, source: int, more: int) -> None:
    c = sources.c
    sql.execute(sa.update(sources).where(c.id == source).values(contacts=c.contacts + more))
