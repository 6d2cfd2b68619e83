"""A call record as a row, and back."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.calls.call import Call, Leg, Moment
from console.calls.events import Caller
from console.calls.words import Direction, MomentKind, Outcome, Phase, RangResult
from console.desk.records import CallRecord, How, Note, Processed, Taken
from console.store.schema import calls, instant, micros
from console.store.search import words

# What SaveCall owns, in the order of `save_values`.
SAVED = (
    "id",
    "feed",
    "direction",
    "caller_number",
    "caller_display",
    "caller_hidden",
    "called",
    "started_at",
    "phase",
    "phase_since",
    "answered_at",
    "answered_by",
    "ended_at",
    "outcome",
    "queue",
    "queued",
    "queue_abandoned",
    "slot",
    "voicemail",
    "talking_to",
    "reconstructed",
    "legs",
    "moments",
    "company_id",
    "company_name",
    "company_colour",
    "caller_name",
    "words",
)
PROCESSED = ("processed_by", "processed_at", "processed_how", "processed_by_call")

record_columns: tuple[sa.Column[Any], ...] = tuple(
    column for column in calls.columns if column.name not in ("row", "words")
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


def _instant(stored: int | None) -> datetime | None:
    return None if stored is None else instant(stored)


def save_values(record: CallRecord) -> tuple[str | int | bool | None, ...]:
    """The columns SAVED of a record as the driver takes them."""
    call = record.call
    caller = call.caller
    dialled = call.called if call.direction is not Direction.INBOUND else None
    return (
        call.id,
        call.feed,
        call.direction.value,
        caller.number,
        caller.display,
        caller.hidden,
        call.called,
        micros(call.started_at),
        call.phase.value,
        _micros(call.phase_since),
        _micros(call.answered_at),
        call.answered_by,
        _micros(call.ended_at),
        call.outcome.value if call.outcome else None,
        call.queue,
        call.queued,
        call.queue_abandoned,
        call.slot,
        call.voicemail,
        call.talking_to,
        call.reconstructed,
        _encode(
            [
                (
                    leg.id,
                    leg.device,
                    micros(leg.offered_at),
                    _micros(leg.rang_at),
                    _micros(leg.ended_at),
                    leg.result,
                )
                for leg in call.legs
            ]
        ),
        _encode([(micros(each.at), each.kind, each.who, each.result) for each in call.moments]),
        record.company_id,
        record.company_name,
        record.company_colour,
        record.caller_name,
        words((record.caller_name, record.company_name, caller.display), (caller.number, dialled)),
    )


def read_record(row: Any, notes: Iterable[Note] = ()) -> CallRecord:
    """A row of `record_columns` with its notes as a record."""
    call = Call(
        id=row.id,
        feed=row.feed,
        direction=Direction(row.direction),
        caller=Caller(row.caller_number, row.caller_display, row.caller_hidden),
        called=row.called,
        started_at=row.started_at,
        phase=Phase(row.phase),
        phase_since=row.phase_since,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        ended_at=row.ended_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        legs=tuple(_read_leg(*leg) for leg in row.legs),
        queue=row.queue,
        queued=row.queued,
        queue_abandoned=row.queue_abandoned,
        slot=row.slot,
        voicemail=row.voicemail,
        talking_to=row.talking_to,
        reconstructed=row.reconstructed,
        moments=tuple(_read_moment(*moment) for moment in row.moments),
    )
    return CallRecord(
        call=call,
        company_id=row.company_id,
        company_name=row.company_name,
        company_colour=row.company_colour,
        caller_name=row.caller_name,
        processed=read_processed(row),
        taken=read_taken(row),
        notes=tuple(notes),
    )


def read_processed(row: Any) -> Processed | None:
    """What the columns PROCESSED say."""
    if row.processed_at is None:
        return None
    return Processed(
        by=row.processed_by,
        at=row.processed_at,
        how=How(row.processed_how),
        by_call=row.processed_by_call,
    )


def processed_values(processed: Processed | None) -> dict[str, Any]:
    """The columns PROCESSED of a state, None for open."""
    if processed is None:
        return dict.fromkeys(PROCESSED)
    return {
        "processed_by": processed.by,
        "processed_at": processed.at,
        "processed_how": processed.how.value,
        "processed_by_call": processed.by_call,
    }


def read_taken(row: Any) -> Taken | None:
    """Who is on the call."""
    return None if row.taken_at is None else Taken(by=row.taken_by, at=row.taken_at)


def _read_leg(
    id: str, device: str, offered: int, rang: int | None, ended: int | None, result: str | None
) -> Leg:
    return Leg(
        id=id,
        device=device,
        offered_at=instant(offered),
        rang_at=_instant(rang),
        ended_at=_instant(ended),
        result=RangResult(result) if result else None,
    )


def _read_moment(at: int, kind: str, who: str, result: str | None) -> Moment:
    return Moment(instant(at), MomentKind(kind), who, RangResult(result) if result else None)
