"""What belongs to calls of a page: notes, who was told, and when it is decided who is.

All in one statement: each passes between threads, which takes longer than its answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from console.desk.notice import Notice
from console.desk.records import Note
from console.store.notice_rows import NOTICE_COLUMNS, read_notice
from console.store.notice_schema import notices, owed
from console.store.schema import instant, notes


class Belongings(NamedTuple):
    """What belongs to one call."""

    notes: Sequence[Note] = ()
    notices: Sequence[Notice] = ()
    due_at: datetime | None = None


NOTHING = Belongings()

# A note, and what is owed, in the places of a notice's columns; as the driver gives them.
_NOTE_COLUMNS: dict[str, Any] = {
    "call_id": sa.literal_column("notes.call_id"),
    "channel": sa.literal_column("''"),
    "recipient": sa.literal_column("notes.by"),
    "state": sa.literal_column("''"),
    "why": sa.literal_column("notes.text"),
    "at": sa.literal_column("notes.at"),
    "next_at": sa.null(),
    "tries": sa.literal_column("0"),
    "version": sa.literal_column("0"),
    "message_id": sa.literal_column("''"),
    "told_by": sa.null(),
    "id": sa.literal_column("notes.id"),
    "fault": sa.literal_column("''"),
    "teller's state": sa.null(),
    "teller's at": sa.null(),
}
_OWED_COLUMNS = _NOTE_COLUMNS | {
    "call_id": sa.literal_column("owed.call_id"),
    "recipient": sa.literal_column("''"),
    "why": sa.literal_column("''"),
    "at": sa.literal_column("0"),
    "next_at": sa.literal_column("owed.due_at"),
    "id": sa.literal_column("0"),
}
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_ALL = sa.union_all(
    sa.select(*_NOTE_COLUMNS.values()).select_from(notes).where(notes.c.call_id.in_(_IDS)),
    sa.select(*NOTICE_COLUMNS).select_from(notices).where(notices.c.call_id.in_(_IDS)),
    sa.select(*_OWED_COLUMNS.values()).select_from(owed).where(owed.c.call_id.in_(_IDS)),
)


def belongings(sql: sa.Connection, ids: Sequence[str]) -> dict[str, Belongings]:
    """The notes of calls, oldest first, their notices in the order of their deciding, and so on."""
    if not ids:
        return {}
    written = []
    told = []
    due: dict[str, datetime] = {}
    for row in sql.execute(_ALL, {"ids": ids}):
        call, channel, by, _, text, at, due_at, *_, id, _, _, _ = row
        if channel:
            told.append((id, row))
        elif due_at is not None:
            due[call] = instant(due_at)
        else:
            written.append((at, id, call, by, text))
    notes_of: dict[str, list[Note]] = {}
    # No two have the same id.
    for at, _, call, by, text in sorted(written):
        notes_of.setdefault(call, []).append(Note(by, instant(at), text))
    notices_of: dict[str, list[Notice]] = {}
    for _, row in sorted(told, key=lambda one: one[0]):
        notices_of.setdefault(row[0], []).append(read_notice(row))
    return {
        call: Belongings(notes_of.get(call, ()), notices_of.get(call, ()), due.get(call))
        for call in notes_of.keys() | notices_of.keys() | due.keys()
    }
