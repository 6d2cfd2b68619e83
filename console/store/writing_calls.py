"""What changes of calls do: what the PBX says, what people did, what goes for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.desk.changes import (
    AddNote,
    DropOldCalls,
    ForgetNumber,
    MergeCall,
    PutBackProcessed,
    RemoveNote,
    SetCallerProcessed,
    SetProcessed,
    SetTaken,
    Written,
)
from console.desk.records import CallRecord, Processed, Taken
from console.store import settings_history, writing_notices
from console.store.audit_lines import counted, line, write_lines
from console.store.directory_schema import choices
from console.store.portions import portions
from console.store.rows import (
    PROCESSED,
    SAVED,
    processed_values,
    read_processed,
    read_taken,
    save_values,
)
from console.store.schema import OPEN, UNANSWERED, audit, calls, notes

_SAVE = (
    f"INSERT INTO calls ({', '.join(SAVED)}) VALUES ({', '.join('?' * len(SAVED))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in SAVED[1:])}"
)
_FORMER_START = sa.select(sa.func.min(calls.c.started_at)).where(
    calls.c.id.in_(sa.bindparam("ids", expanding=True))
)
_PROCESSED_COLUMNS = tuple(calls.c[name] for name in PROCESSED)


class CallWriting:
    """One transaction's changes of calls, and from which start on they touched calls.

    `since`: older rows are in every list where they were. `processed_since`: from here on, some
    rows may have come to or gone from the list of open calls.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.since: datetime | None = None
        self.processed_since: datetime | None = None
        self._sql = connection

    # Calls as the PBX tells them.

    def save(self, records: list[CallRecord]) -> None:
        """Insert or replace calls; a later record of a call says all that an earlier one said."""
        # A later record of a call says all that an earlier one said.
        latest = {record.call.id: record for record in records}
        for chunk in portions(list(latest)):
            # A call that starts at another time than before leaves its place in the list.
            former = self._sql.execute(_FORMER_START, {"ids": chunk}).scalar_one()
            if former is not None:
                self._touch(former)
        # The driver's own executemany: Core's takes five times as long for the same rows.
        self._sql.exec_driver_sql(_SAVE, [save_values(record) for record in latest.values()])
        self._touch(min(record.call.started_at for record in latest.values()))

    def merge(self, change: MergeCall) -> Written:
        """One that was no call of its own: its row goes, or becomes the other."""
        c = calls.c
        gone = self._sql.execute(
            sa.select(c.started_at, c.taken_by, c.taken_at).where(c.id == change.call)
        ).one_or_none()
        if gone is None or change.call == change.into:
            return Written()
        self._touch(gone.started_at)
        there = self._sql.execute(sa.select(c.id).where(c.id == change.into)).one_or_none()
        if there is None:
            # The other call is saved later: this row becomes it, notes follow.
            self._sql.execute(sa.update(calls).where(c.id == change.call).values(id=change.into))
            return Written(count=1)
        for table in (notes, audit):
            self._sql.execute(
                sa.update(table).where(table.c.call_id == change.call).values(call_id=change.into)
            )
        if gone.taken_at is not None:
            self._sql.execute(
                sa.update(calls)
                .where(c.id == change.into, c.taken_at.is_(None))
                .values(taken_by=gone.taken_by, taken_at=gone.taken_at)
            )
        writing_notices.move(self._sql, change.call, change.into)
        self._sql.execute(sa.delete(calls).where(c.id == change.call))
        return Written(count=1)

    # What people did.

    def set_processed(self, change: SetProcessed) -> Written:
        """Only unanswered calls change, and only those that are not already in that state."""
        c = calls.c
        processed = change.processed
        changes_it = c.processed_at.is_(None) if processed else c.processed_at.is_not(None)
        rows = [
            row
            for chunk in portions(tuple(dict.fromkeys(change.calls)))
            for row in self._states(sa.text(UNANSWERED), c.id.in_(chunk), changes_it)
        ]
        return self._change_states(rows, processed, change.by, change.at)

    def set_caller_processed(self, change: SetCallerProcessed) -> Written:
        """Mark every open call of a call's caller; of a hidden caller only the call itself."""
        c = calls.c
        caller = self._sql.execute(
            sa.select(c.caller_number, c.caller_hidden).where(c.id == change.call)
        ).one_or_none()
        if caller is None:
            return Written()
        if caller.caller_hidden or not caller.caller_number:
            whose = c.id == change.call
        else:
            whose = c.caller_number == caller.caller_number
        rows = self._states(sa.text(OPEN), whose)
        return self._change_states(rows, change.processed, change.by, change.at)

    def put_back(self, change: PutBackProcessed) -> Written:
        """Give each its former state, if it is still as it was left."""
        c = calls.c
        now_is = processed_values(change.now_is)
        still = tuple(_is(c[name], value) for name, value in now_is.items())
        touched: list[tuple[str, Processed | None]] = []
        groups: dict[Processed | None, list[str]] = {}
        for call, former in change.former:
            groups.setdefault(former, []).append(call)
        for former, ids in groups.items():
            if former == change.now_is:
                continue
            rows = [
                row
                for chunk in portions(ids)
                for row in self._states(sa.text(UNANSWERED), c.id.in_(chunk), *still)
            ]
            touched += self._change_states(rows, former, change.by, change.at).processed
        return Written(count=len(touched), processed=tuple(touched))

    def _states(self, *where: Any) -> Sequence[Any]:
        c = calls.c
        return self._sql.execute(
            sa.select(c.id, c.started_at, *_PROCESSED_COLUMNS).where(*where)
        ).all()

    def _change_states(
        self, rows: Sequence[Any], processed: Processed | None, by: str, at: datetime
    ) -> Written:
        for chunk in portions(rows):
            self._sql.execute(
                sa.update(calls)
                .where(calls.c.id.in_([row.id for row in chunk]))
                .values(processed_values(processed))
            )
            oldest = min(row.started_at for row in chunk)
            self.processed_since = _earlier(self.processed_since, oldest)
        former = tuple((row.id, read_processed(row)) for row in rows)
        what = "processed" if processed else "reopened"
        lines = (line(id, by, at, what, _who(was), _who(processed)) for id, was in former)
        write_lines(self._sql, lines)
        return Written(count=len(former), processed=former)

    def take(self, change: SetTaken) -> Written:
        """Somebody is on it, or nobody."""
        c = calls.c
        row = self._sql.execute(
            sa.select(c.taken_by, c.taken_at).where(c.id == change.call)
        ).one_or_none()
        if row is None:
            return Written()
        former = read_taken(row)
        if former == change.taken:
            return Written(taken=former)
        taken = change.taken
        self._sql.execute(
            sa.update(calls)
            .where(c.id == change.call)
            .values(taken_by=taken.by if taken else None, taken_at=taken.at if taken else None)
        )
        what = "taken" if taken else "released"
        who = (_who(former), _who(taken))
        write_lines(self._sql, [line(change.call, change.by, change.at, what, *who)])
        return Written(count=1, taken=former)

    def add_note(self, change: AddNote) -> Written:
        """Write a note."""
        note = change.note
        if not self._exists(change.call):
            return Written()
        self._sql.execute(
            sa.insert(notes),
            {"call_id": change.call, "by": note.by, "at": note.at, "text": note.text},
        )
        write_lines(self._sql, [line(change.call, note.by, note.at, "note", new=note.text)])
        return Written(count=1)

    def remove_note(self, change: RemoveNote) -> Written:
        """Take exactly this note back."""
        c, note = notes.c, change.note
        same = (
            sa.select(sa.func.max(c.id))
            .where(
                c.call_id == change.call,
                c.by == note.by,
                c.at == note.at,
                c.text == note.text,
            )
            .scalar_subquery()
        )
        count = self._sql.execute(sa.delete(notes).where(c.id == same)).rowcount
        if count:
            removed = line(change.call, change.by, change.at, "note removed", old=note.text)
            write_lines(self._sql, [removed])
        return Written(count=count)

    def _exists(self, call: str) -> bool:
        found = self._sql.execute(sa.select(calls.c.row).where(calls.c.id == call))
        return found.one_or_none() is not None

    # What goes for good.

    def forget(self, change: ForgetNumber) -> Written:
        """Delete a number's ended calls with all that belongs to them, and its choices."""
        c = calls.c
        # A site's own number is called by everybody; only a number that was dialled is a person's.
        theirs = sa.or_(
            c.caller_number == change.number,
            sa.and_(sa.text("direction = 'outbound'"), c.called == change.number),
        )
        count = self._delete(sa.select(c.row, c.started_at).where(theirs, c.outcome.is_not(None)))
        self._sql.execute(sa.delete(choices).where(choices.c.number == change.number))
        writing_notices.forget(self._sql, change.number, change.at)
        settings_history.forget(self._sql, change.number)
        # The line must not keep what was to be forgotten.
        return counted(self._sql, change.by, change.at, "forgot", count)

    def drop(self, change: DropOldCalls) -> Written:
        """Delete the oldest ended calls, so many."""
        c = calls.c
        old = (
            sa.select(c.row, c.started_at)
            .where(c.started_at < change.before, c.outcome.is_not(None))
            .order_by(c.started_at, c.id)
            .limit(change.limit)
        )
        return Written(count=self._delete(old))

    def _delete(self, which: Any) -> int:
        found = self._sql.execute(which).all()
        for chunk in portions(found):
            self._sql.execute(sa.delete(calls).where(calls.c.row.in_([row.row for row in chunk])))
            self._touch(min(row.started_at for row in chunk))
        return len(found)

    def _touch(self, started_at: datetime) -> None:
        self.since = _earlier(self.since, started_at)


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)


def _who(state: Processed | Taken | None) -> str:
    return state.by if state else ""


def _is(column: sa.Column[Any], value: object) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else column == value
