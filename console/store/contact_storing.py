"""Single contacts put in and taken out, with all tables that they are found by."""

from collections.abc import Sequence

import sqlalchemy as sa

from console.people.staging import CONTACT_COLUMNS, contact_row, number_rows, tail
from console.people.values import Contact
from console.store.contact_rows import COLUMNS, NUMBERS, read_contact
from console.store.directory_schema import (
    FOREVER,
    contact_keys,
    contact_numbers,
    contact_tails,
    contacts,
)

_COLUMNS = ("source_id", "key", "corrects", *CONTACT_COLUMNS[1:])
_INSERT = (
    f"INSERT INTO contacts (born, died, {', '.join(_COLUMNS)}) "
    f"VALUES ({', '.join('?' * (len(_COLUMNS) + 2))}) RETURNING id"
)
_UPDATE = f"UPDATE contacts SET {', '.join(f'{name} = ?' for name in _COLUMNS)} WHERE id = ?"
_NUMBER = "INSERT INTO contact_numbers (contact_id, position, number, kind) VALUES (?, ?, ?, ?)"
_TAIL = "INSERT INTO contact_tails (tail, number, contact_id) VALUES (?, ?, ?)"
_CONTACT = sa.text(
    f"SELECT {COLUMNS} FROM contacts c JOIN sources s ON s.id = c.source_id WHERE c.id = :id"
)


def store_contact(
    sql: sa.Connection,
    contact: Contact,
    *,
    source: int,
    key: str,
    generation: int,
    corrects: str = "",
    id: int | None = None,
) -> int:
    """Insert a contact, or replace the one with this id; its id."""
    values = (source, key, corrects, *contact_row(contact)[1:])
    if id is None:
        done = sql.exec_driver_sql(_INSERT, (generation, FOREVER, *values))
        id = int(done.scalar_one())
        sql.execute(sa.insert(contact_keys), {"source_id": source, "key": key, "contact_id": id})
    else:
        sql.exec_driver_sql(_UPDATE, (*values, id))
        _delete_numbers(sql, id)
    rows = [(id, position, number, kind) for position, number, kind, _ in number_rows(contact)]
    if rows:
        sql.exec_driver_sql(_NUMBER, rows)
    ends = {(tail(number) or number, number, id) for number, _ in contact.numbers if number}
    if ends:
        sql.exec_driver_sql(_TAIL, sorted(ends))
    return id


def delete_contact(sql: sa.Connection, id: int) -> None:
    """Delete one with all that it is found by."""
    _delete_numbers(sql, id)
    row = sql.execute(
        sa.select(contacts.c.source_id, contacts.c.key).where(contacts.c.id == id)
    ).one_or_none()
    if row is not None:
        k = contact_keys.c
        sql.execute(
            sa.delete(contact_keys).where(
                k.source_id == row.source_id, k.key == row.key, k.contact_id == id
            )
        )
        sql.execute(sa.delete(contacts).where(contacts.c.id == id))


def stored_contact(sql: sa.Connection, id: int) -> Contact | None:
    """A contact whether it is seen or not."""
    row = sql.execute(_CONTACT, {"id": id}).one_or_none()
    if row is None:
        return None
    numbers = sql.exec_driver_sql(NUMBERS.format("?"), (id,)).all()
    return read_contact(row, [(number, kind) for _, number, kind in numbers])


def contacts_of_key(sql: sa.Connection, source: int, key: str) -> Sequence[int]:
    """The ids that a key has had, of all generations that are still stored."""
    k = contact_keys.c
    select = sa.select(k.contact_id).where(k.source_id == source, k.key == key)
    return sql.execute(select).scalars().all()


def _delete_numbers(sql: sa.Connection, id: int) -> None:
    n, t = contact_numbers.c, contact_tails.c
    for number in sql.execute(sa.select(n.number).where(n.contact_id == id)).scalars().all():
        sql.execute(
            sa.delete(contact_tails).where(
                t.tail == (tail(number) or number), t.number == number, t.contact_id == id
            )
        )
    sql.execute(sa.delete(contact_numbers).where(n.contact_id == id))
