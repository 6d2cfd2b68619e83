"""A call for scripts and spreadsheets: one JSON object, or one CSV row."""

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

from console.calls.call import Leg
from console.desk.records import CallRecord, Note, Processed, Taken

CSV_COLUMNS = (
    "id",
    "started_at",
    "ended_at",
    "direction",
    "phase",
    "caller_number",
    "caller_display",
    "caller_name",
    "caller_hidden",
    "called_number",
    "called_company",
    "rang",
    "ring_seconds",
    "queue",
    "answered_by",
    "disposition",
    "outcome",
    "processed",
    "processed_by",
    "processed_by_call",
    "processed_at",
    "processed_how",
    "taken_by",
    "taken_at",
    "notes",
    "reconstructed",
)

# What a spreadsheet takes for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_json(record: CallRecord, now: datetime | None = None) -> dict[str, Any]:
    """The call as `hotline calls --json` prints it: every key is there, what is unknown is None.

    Times are RFC 3339 in UTC with milliseconds, durations seconds. `processed.state` is None for
    a call that was answered or is still live. With `now`, a lapsed `taken` is as none.
    """
    call = record.call
    caller = call.caller
    over = call.answered_at or call.ended_at
    return {
        "id": call.id,
        "started_at": rfc3339(call.started_at),
        "ended_at": rfc3339(call.ended_at),
        "direction": call.direction.value,
        "phase": call.phase.value,
        "caller": {
            # A hidden caller's number is never given, even if the PBX knows it.
            "number": None if caller.hidden else caller.number,
            "display": None if caller.hidden else caller.display,
            "name": None if caller.hidden else record.caller_name or None,
            "hidden": caller.hidden,
        },
        "called": {"number": call.called, "company": record.company_name or None},
        "rang": [_leg(leg) for leg in call.legs],
        "ring_seconds": round(call.ring_seconds(over), 3) if over else None,
        "queue": call.queue,
        "answered_by": call.answered_by,
        "disposition": call.disposition.value if call.disposition else None,
        "outcome": call.outcome.value if call.outcome else None,
        "processed": _processed(record.processed, record.open),
        "taken": _taken(record.taken, now),
        "notes": [_note(note) for note in record.notes],
        "reconstructed": call.reconstructed,
    }


def as_csv_row(record: CallRecord, zone: ZoneInfo, now: datetime | None = None) -> tuple[str, ...]:
    """The call as texts in the order of CSV_COLUMNS; times with the offset of `zone`.

    What came from outside and looks like a formula gets an apostrophe, as spreadsheets expect.
    """
    call, told = record.call, as_json(record, now)
    caller, processed, taken = told["caller"], told["processed"], told["taken"]
    rang = (
        f"{leg['device']} {_number(leg['seconds'])} {leg['result'] or ''}" for leg in told["rang"]
    )
    return (
        call.id,
        _local(call.started_at, zone),
        _local(call.ended_at, zone),
        call.direction.value,
        call.phase.value,
        _dialled(caller["number"]),
        _harmless(caller["display"]),
        _harmless(caller["name"]),
        _yes(call.caller.hidden),
        _dialled(call.called),
        _harmless(record.company_name),
        _harmless("; ".join(one.strip() for one in rang)),
        _number(told["ring_seconds"]),
        _harmless(call.queue),
        _dialled(call.answered_by),
        told["disposition"] or "",
        told["outcome"] or "",
        processed["state"] or "",
        _harmless(processed["by"]),
        processed["by_call"] or "",
        _local(record.processed.at if record.processed else None, zone),
        processed["how"] or "",
        _harmless(taken["by"]),
        _local(record.taken.at if record.taken and taken["by"] else None, zone),
        _harmless(" | ".join(f"{note.by}: {note.text}" for note in record.notes)),
        _yes(call.reconstructed),
    )


def csv_line(values: Iterable[str]) -> str:
    """One line of CSV (RFC 4180), with its line end."""
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def rfc3339(at: datetime | None) -> str | None:
    """A time in UTC with milliseconds, as in RFC 3339."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _local(at: datetime | None, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat(timespec="seconds") if at else ""


def _leg(leg: Leg) -> dict[str, Any]:
    return {
        "device": leg.device,
        "seconds": None if leg.ended_at is None else round(leg.seconds, 3),
        "result": leg.result.value if leg.result else None,
    }


def _processed(processed: Processed | None, is_open: bool) -> dict[str, Any]:
    state = "processed" if processed else "open" if is_open else None
    return {
        "state": state,
        "by": processed.by if processed else None,
        "by_call": processed.by_call if processed else None,
        "at": rfc3339(processed.at) if processed else None,
        "how": processed.how.value if processed else None,
    }


def _taken(taken: Taken | None, now: datetime | None) -> dict[str, Any]:
    if taken is None or (now is not None and not taken.holds(now)):
        return {"by": None, "at": None}
    return {"by": taken.by, "at": rfc3339(taken.at)}


def _note(note: Note) -> dict[str, Any]:
    return {"by": note.by, "at": rfc3339(note.at), "text": note.text}


def _number(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"


def _yes(said: bool) -> str:
    return "yes" if said else "no"


def _harmless(text: str | None) -> str:
    text = text or ""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _dialled(number: str | None) -> str:
    """A number keeps its plus sign; anything else that looks like a formula does not get in."""
    number = number or ""
    return number if number.lstrip("+").isdigit() else _harmless(number)
