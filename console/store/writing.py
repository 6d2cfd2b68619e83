"""What each change does to the tables; all of it inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, TypeVar, assert_never

import sqlalchemy as sa

from console.calls.words import Role
from console.desk.changes import (
    AddActionFailure,
    AddNote,
    Change,
    CloseGap,
    DropContact,
    DropOldCalls,
    DropSource,
    ForgetNumber,
    MergeCall,
    OpenGap,
    PutBackProcessed,
    PutCompanies,
    PutCompany,
    PutContact,
    PutContacts,
    PutOperator,
    PutSettings,
    PutSource,
    RemoveCompany,
    RemoveNote,
    SaveCall,
    SetCallerProcessed,
    SetChoice,
    SetProcessed,
    SetTaken,
    Written,
)
from console.desk.records import CallRecord, Processed, Taken
from console.store import writing_companies, writing_contacts, writing_sources
from console.store.rows import (
    PROCESSED,
    SAVED,
    processed_values,
    read_processed,
    read_taken,
    save_values,
)
from console.store.schema import (
    EPOCH,
    OPEN,
    UNANSWERED,
    audit,
    calls,
    gaps,
    heard,
    notes,
    operators,
)

_SAVE = (
    f"INSERT INTO calls ({', '.join(SAVED)}) VALUES ({', '.join('?' * len(SAVED))}) "
    f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in SAVED[1:])}"
)
_HEARD = sa.text(
    "INSERT INTO heard (id, at) VALUES (1, :at) "
    "ON CONFLICT (id) DO UPDATE SET at = excluded.at WHERE excluded.at > heard.at"
).bindparams(sa.bindparam("at", type_=heard.c.at.type))
_FORMER_START = sa.select(sa.func.min(calls.c.started_at)).where(
    calls.c.id.in_(sa.bindparam("ids", expanding=True))
)
_PROCESSED_COLUMNS = tuple(calls.c[name] for name in PROCESSED)
_MOST_AT_ONCE = 500
_T = TypeVar("_T")


class Writing:
    """One transaction's changes, and from which start on they touched calls.

    `since`: older rows are in every list where they were. `processed_since`: from here on, some
    rows may have come to or gone from the list of open calls.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.since: datetime | None = None
        self.processed_since: datetime | None = None
        self._sql = connection

    def apply(self, changes: Sequence[Change]) -> list[Written]:
        """Make the changes in order."""
        written: list[Written] = []
        for saves, run in groupby(changes, key=lambda change: isinstance(change, SaveCall)):
            if saves:
                records = [change.record for change in run if isinstance(change, SaveCall)]
                self._save(records)
                written += [Written(count=1)] * len(records)
            else:
                written += [self._make(change) for change in run]
        latest = max((_latest(change) for change in changes), default=EPOCH)
        if latest > EPOCH:
            self._sql.execute(_HEARD, {"at": latest})
        return written

    def _make(self, change: Change) -> Written:
        match change:
            case SaveCall(record):
                self._save([record])
                return Written(count=1)
            case MergeCall():
                return self._merge(change)
            case SetProcessed():
                return self._set_processed(change.calls, change.processed, change.by, change.at)
            case SetCallerProcessed():
                return self._set_caller_processed(change)
            case PutBackProcessed():
                return self._put_back(change)
            case SetTaken():
                return self._take(change)
            case AddNote():
                return self._add_note(change)
            case RemoveNote():
                return self._remove_note(change)
            case OpenGap():
                return self._open_gap(change)
            case CloseGap():
                return self._close_gap(change)
            case PutCompanies():
                return writing_companies.put_companies(self._sql, change)
            case PutCompany():
                return writing_companies.put_company(self._sql, change)
            case RemoveCompany():
                return writing_companies.remove_company(self._sql, change)
            case PutContact():
                return writing_contacts.put_contact(self._sql, change)
            case PutContacts():
                return writing_contacts.put_contacts(self._sql, change)
            case DropContact():
                return writing_contacts.drop_contact(self._sql, change)
            case SetChoice():
                return writing_contacts.set_choice(self._sql, change)
            case PutSource():
                return writing_sources.put_source(self._sql, change)
            case DropSource():
                return writing_sources.drop_source(self._sql, change)
            case PutSettings():
                return writing_sources.put_settings(self._sql, change)
            case AddActionFailure():
                return writing_sources.add_action_failure(self._sql, change)
            case PutOperator():
                return self._put_operator(change)
            case ForgetNumber():
                return self._forget(change)
            case DropOldCalls():
                return self._drop(change)
            case _:
                assert_never(change)

    def _touch(self, started_at: datetime) -> None:
        self.since = _earlier(self.since, started_at)

    def _audit(self, lines: Iterable[dict[str, Any]]) -> None:
        if rows := list(lines):
            self._sql.execute(sa.insert(audit), rows)

    def _site_line(self, by: str, at: datetime, what: str, count: int) -> Written:
        if count:
            self._audit([_line(None, by, at, what, new=str(count))])
        return Written(count=count)

    # Calls as the PBX tells them.

    def _save(self, records: list[CallRecord]) -> None:
        # A later record of a call says all that an earlier one said.
        latest = {record.call.id: record for record in records}
        for chunk in _chunks(list(latest)):
            # A call that starts at another time than before leaves its place in the list.
            former = self._sql.execute(_FORMER_START, {"ids": chunk}).scalar_one()
            if former is not None:
                self._touch(former)
        # The driver's own executemany: Core's takes five times as long for the same rows.
        self._sql.exec_driver_sql(_SAVE, [save_values(record) for record in latest.values()])
        self._touch(min(record.call.started_at for record in latest.values()))

    def _merge(self, change: MergeCall) -> Written:
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
        self._sql.execute(sa.delete(calls).where(c.id == change.call))
        return Written(count=1)

    # What people did.

    def _set_processed(
        self, ids: Sequence[str], processed: Processed | None, by: str, at: datetime
    ) -> Written:
        """Only unanswered calls change, and only those that are not already in that state."""
        c = calls.c
        changes_it = c.processed_at.is_(None) if processed else c.processed_at.is_not(None)
        rows = [
            row
            for chunk in _chunks(tuple(dict.fromkeys(ids)))
            for row in self._states(sa.text(UNANSWERED), c.id.in_(chunk), changes_it)
        ]
        return self._change_states(rows, processed, by, at)

    def _set_caller_processed(self, change: SetCallerProcessed) -> Written:
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

    def _put_back(self, change: PutBackProcessed) -> Written:
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
                for chunk in _chunks(ids)
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
        for chunk in _chunks(rows):
            self._sql.execute(
                sa.update(calls)
                .where(calls.c.id.in_([row.id for row in chunk]))
                .values(processed_values(processed))
            )
            oldest = min(row.started_at for row in chunk)
            self.processed_since = _earlier(self.processed_since, oldest)
        former = tuple((row.id, read_processed(row)) for row in rows)
        what = "processed" if processed else "reopened"
        self._audit(_line(call, by, at, what, _who(was), _who(processed)) for call, was in former)
        return Written(count=len(former), processed=former)

    def _take(self, change: SetTaken) -> Written:
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
        self._audit([_line(change.call, change.by, change.at, what, _who(former), _who(taken))])
        return Written(count=1, taken=former)

    def _add_note(self, change: AddNote) -> Written:
        note = change.note
        if not self._exists(change.call):
            return Written()
        self._sql.execute(
            sa.insert(notes),
            {"call_id": change.call, "by": note.by, "at": note.at, "text": note.text},
        )
        self._audit([_line(change.call, note.by, note.at, "note", new=note.text)])
        return Written(count=1)

    def _remove_note(self, change: RemoveNote) -> Written:
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
            self._audit([_line(change.call, change.by, change.at, "note removed", old=note.text)])
        return Written(count=count)

    def _exists(self, call: str) -> bool:
        found = self._sql.execute(sa.select(calls.c.row).where(calls.c.id == call))
        return found.one_or_none() is not None

    # The feeds.

    def _open_gap(self, change: OpenGap) -> Written:
        c = gaps.c
        lasting = sa.select(c.id).where(c.feed == change.feed, c.until.is_(None))
        if self._sql.execute(lasting).first() is not None:
            return Written()
        self._sql.execute(
            sa.insert(gaps),
            {"feed": change.feed, "since": change.since, "until": None, "why": change.why},
        )
        return Written(count=1)

    def _close_gap(self, change: CloseGap) -> Written:
        c = gaps.c
        closed = self._sql.execute(
            sa.update(gaps)
            .where(c.feed == change.feed, c.until.is_(None))
            .values(until=change.until)
        )
        return Written(count=closed.rowcount)

    # Who sits at the console.

    def _put_operator(self, change: PutOperator) -> Written:
        c, operator = operators.c, change.operator
        former = self._sql.execute(
            sa.select(c.role).where(c.login == operator.login)
        ).scalar_one_or_none()
        values = {
            "name": operator.name,
            "role": operator.role.value,
            "extensions": list(operator.extensions),
        }
        if former is None:
            self._sql.execute(sa.insert(operators), {"login": operator.login, **values})
        else:
            self._sql.execute(sa.update(operators).where(c.login == operator.login).values(values))
        new = f"{operator.login} {operator.role.value}"
        self._audit([_line(None, change.by, change.at, "operator", old=former or "", new=new)])
        return Written(count=1, role=Role(former) if former else None)

    # What goes for good.

    def _forget(self, change: ForgetNumber) -> Written:
        c = calls.c
        # A site's own number is called by everybody; only a number that was dialled is a person's.
        theirs = sa.or_(
            c.caller_number == change.number,
            sa.and_(sa.text("direction = 'outbound'"), c.called == change.number),
        )
        count = self._delete(sa.select(c.row, c.started_at).where(theirs, c.outcome.is_not(None)))
        # The line must not keep what was to be forgotten.
        return self._site_line(change.by, change.at, "forgot", count)

    def _drop(self, change: DropOldCalls) -> Written:
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
        for chunk in _chunks(found):
            self._sql.execute(sa.delete(calls).where(calls.c.row.in_([row.row for row in chunk])))
            self._touch(min(row.started_at for row in chunk))
        return len(found)


def _earlier(known: datetime | None, at: datetime) -> datetime:
    return at if known is None else min(known, at)


def _line(
    call: str | None, by: str, at: datetime, what: str, old: str = "", new: str = ""
) -> dict[str, Any]:
    return {"call_id": call, "by": by, "at": at, "what": what, "old": old, "new": new}


def _who(state: Processed | Taken | None) -> str:
    return state.by if state else ""


def _is(column: sa.Column[Any], value: object) -> sa.ColumnElement[bool]:
    return column.is_(None) if value is None else column == value


def _chunks(rows: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (rows[i : i + _MOST_AT_ONCE] for i in range(0, len(rows), _MOST_AT_ONCE))


def _latest(change: Change) -> datetime:
    """The latest time that a change speaks of, EPOCH if it speaks of none."""
    match change:
        case SaveCall(record):
            call = record.call
            known = (call.started_at, call.phase_since, call.ended_at)
            return max(
                (call.moments[-1].at if call.moments else EPOCH),
                max(at for at in known if at is not None),
            )
        case AddNote(note=note):
            return note.at
        case OpenGap(since=at) | CloseGap(until=at):
            return at
        case AddActionFailure(failure=failure):
            return failure.at
        case MergeCall() | DropOldCalls():
            return EPOCH
        case _:
            return change.at
