"""What belongs to calls of a page: notes, and who was told.

Both in one statement: each passes between threads, which takes longer than its answer.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from console.desk.notice import Notice
from console.desk.records import Note
from console.store.notice_rows import NOTICE_COLUMNS, read_notice
from console.store.notice_schema import notices
from console.store.schema import instant, notes

Belongings = tuple[list[Note], list[Notice]]
NOTHING: Belongings = ([], [])

# A note in the places of a notice's columns; as the driver gives them.
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
    "teller's state": sa.null(),
    "teller's at": sa.null(),
}
_IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
_ALL = sa.union_all(
    sa.select(*_NOTE_COLUMNS.values()).select_from(notes).where(notes.c.call_id.in_(_IDS)),
    sa.select(*NOTICE_COLUMNS).select_from(notices).where(notices.c.call_id.in_(_IDS)),
)


def belongings(sql: sa.Connection, ids: Sequence[str]) -> dict[str, Belongings]:
    """The notes of calls, oldest first, and their notices in the order of their deciding."""
    found: dict[str, Belongings] = {}
    if not ids:
        return found
    written = []
    told = []
    for row in sql.execute(_ALL, {"ids": ids}):
        call, channel, by, _, text, at, *_, id, _, _ = row
        if channel:
            told.append((id, row))
        else:
            written.append((at, id, call, by, text))
    # No two have the same id.
    for at, _, call, by, text in sorted(written):
        found.setdefault(call, ([], []))[0].append(Note(by, instant(at), text))
    for _, row in sorted(told, key=lambda one: one[0]):
        found.setdefault(row[0], ([], []))[1].append(read_notice(row))
    return found
