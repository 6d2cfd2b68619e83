"""A call record as a row, and back."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from console.calls.call import Call, Leg, Moment
from console.calls.events import Caller
from console.calls.words import Direction, MomentKind, Outcome, Phase, RangResult
from console.desk.notice import Notice
from console.desk.records import CallRecord, How, Identity, Note, Processed, Taken
from console.store.schema import instant, micros
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

# As the driver gives them: typed columns would cost a page of 100 rows some milliseconds.
record_columns: tuple[sa.ColumnElement[Any], ...] = tuple(
    sa.literal_column(f"calls.{name}")
    for name in (
        *(name for name in SAVED if name != "words"),
        *PROCESSED,
        "taken_by",
        "taken_at",
    )
)

# A look-up in a dict takes a third of the time of calling the enum.
_DIRECTIONS = {each.value: each for each in Direction}
_PHASES = {each.value: each for each in Phase}
_OUTCOMES: dict[str | None, Outcome | None] = {None: None, **{each.value: each for each in Outcome}}
_RESULTS: dict[str | None, RangResult | None] = {
    None: None,
    **{each.value: each for each in RangResult},
}
_KINDS = {each.value: each for each in MomentKind}

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_decode = json.JSONDecoder().decode
NOBODY_KNOWN = Identity()


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at)


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


def read_record(
    row: Sequence[Any],
    notes: Iterable[Note] = (),
    notices: Iterable[Notice] = (),
    due_at: datetime | None = None,
) -> CallRecord:
    """A row of `record_columns` with what belongs to it as a record."""
    (
        id,
        feed,
        direction,
        caller_number,
        caller_display,
        caller_hidden,
        called,
        started_at,
        phase,
        phase_since,
        answered_at,
        answered_by,
        ended_at,
        outcome,
        queue,
        queued,
        queue_abandoned,
        slot,
        voicemail,
        talking_to,
        reconstructed,
        legs,
        moments,
        company_id,
        company_name,
        company_colour,
        caller_name,
        processed_by,
        processed_at,
        processed_how,
        processed_by_call,
        taken_by,
        taken_at,
    ) = row
    call = Call(
        id,
        feed,
        _DIRECTIONS[direction],
        Caller(caller_number, caller_display, bool(caller_hidden)),
        called,
        instant(started_at),
        _PHASES[phase],
        None if phase_since is None else instant(phase_since),
        None if answered_at is None else instant(answered_at),
        answered_by,
        None if ended_at is None else instant(ended_at),
        _OUTCOMES[outcome],
        tuple([_read_leg(leg) for leg in _decode(legs)]),
        queue,
        bool(queued),
        bool(queue_abandoned),
        slot,
        bool(voicemail),
        talking_to,
        bool(reconstructed),
        tuple([_read_moment(moment) for moment in _decode(moments)]),
    )
    return CallRecord(
        call,
        company_id,
        company_name,
        company_colour,
        caller_name,
        Processed(processed_by, instant(processed_at), How(processed_how), processed_by_call)
        if processed_at is not None
        else None,
        Taken(taken_by, instant(taken_at)) if taken_at is not None else None,
        tuple(notes),
        NOBODY_KNOWN,
        notices=tuple(notices),
        due_at=due_at,
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


def _read_leg(stored: Sequence[Any]) -> Leg:
    id, device, offered, rang, ended, result = stored
    return Leg(
        id,
        device,
        instant(offered),
        None if rang is None else instant(rang),
        None if ended is None else instant(ended),
        _RESULTS[result],
    )


def _read_moment(stored: Sequence[Any]) -> Moment:
    at, kind, who, result = stored
    return Moment(instant(at), _KINDS[kind], who, _RESULTS[result])
