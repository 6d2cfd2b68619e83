"""Calls for scripts and spreadsheets."""

import csv
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.calls.call import Call, Leg
from console.calls.events import Caller
from console.calls.words import Direction, Outcome, Phase, RangResult
from console.desk.export import CSV_COLUMNS, as_csv_row, as_json, csv_line
from console.desk.records import CallRecord, How, Note, Processed, Taken

AT = datetime(2026, 10, 25, 0, 30, 5, 250_000, tzinfo=UTC)  # 02:30 in Berlin, for the first time
BERLIN = ZoneInfo("Europe/Berlin")


def ended(**more: object) -> CallRecord:
    call = Call(
        id="asterisk-1",
        feed="asterisk",
        direction=Direction.INBOUND,
        caller=Caller("+493023456", "A. Muster"),
        called="+4930222000",
        started_at=AT,
        phase=Phase.ENDED,
        ended_at=AT + timedelta(seconds=21),
        outcome=Outcome.NO_ANSWER,
        legs=(
            Leg("l1", "101", AT, AT, AT + timedelta(seconds=12), RangResult.DECLINED),
            Leg("l2", "102", AT, None, AT, RangResult.BUSY),
        ),
        queue="sales",
    )
    return CallRecord(replace(call, **more), company_name="Lind", caller_name="Anna Muster")  # type: ignore[arg-type]


def test_an_unanswered_call_as_scripts_see_it() -> None:
    assert as_json(ended()) == {
        "id": "asterisk-1",
        "started_at": "2026-10-25T00:30:05.250Z",
        "ended_at": "2026-10-25T00:30:26.250Z",
        "direction": "inbound",
        "phase": "ended",
        "caller": {
            "number": "+493023456",
            "display": "A. Muster",
            "name": "Anna Muster",
            "hidden": False,
        },
        "called": {"number": "+4930222000", "company": "Lind"},
        "rang": [
            {"device": "101", "seconds": 12.0, "result": "declined"},
            {"device": "102", "seconds": 0.0, "result": "busy"},
        ],
        "ring_seconds": 12.0,
        "queue": "sales",
        "answered_by": None,
        "disposition": "unanswered",
        "outcome": "no_answer",
        "processed": {"state": "open", "by": None, "by_call": None, "at": None, "how": None},
        "taken": {"by": None, "at": None},
        "notes": [],
        "reconstructed": False,
    }


def test_what_people_did_is_told_with_names_and_times() -> None:
    done = replace(
        ended(),
        processed=Processed("Lena", AT, How.CALL, "asterisk-9"),
        taken=Taken("Eva", AT),
        notes=(Note("Eva", AT, "boiler"),),
    )
    told = as_json(done)
    at = "2026-10-25T00:30:05.250Z"
    assert told["processed"] == {
        "state": "processed",
        "by": "Lena",
        "by_call": "asterisk-9",
        "at": at,
        "how": "call",
    }
    assert told["taken"] == {"by": "Eva", "at": at}
    assert told["notes"] == [{"by": "Eva", "at": at, "text": "boiler"}]
    assert as_json(done, AT + timedelta(minutes=15))["taken"]["by"] is None


def test_a_live_call_has_every_key_and_nothing_invented() -> None:
    live = ended(phase=Phase.RINGING, ended_at=None, outcome=None, legs=(Leg("l", "101", AT, AT),))
    told = as_json(live)
    assert told.keys() == as_json(ended()).keys()
    assert told["ring_seconds"] is told["outcome"] is told["disposition"] is None
    assert told["rang"] == [{"device": "101", "seconds": None, "result": None}]
    assert told["processed"]["state"] is None


def test_a_hidden_caller_is_hidden_though_the_pbx_knew_the_number() -> None:
    hidden = ended(caller=Caller("+493023456", "+493023456", hidden=True))
    assert "3023456" not in json.dumps(as_json(hidden))
    assert "3023456" not in csv_line(as_csv_row(hidden, BERLIN))


def test_the_two_half_past_twos_of_the_clock_change_differ() -> None:
    first, second = ended(), ended(started_at=AT + timedelta(hours=1))
    column = CSV_COLUMNS.index("started_at")
    assert as_csv_row(first, BERLIN)[column] == "2026-10-25T02:30:05+02:00"
    assert as_csv_row(second, BERLIN)[column] == "2026-10-25T02:30:05+01:00"


def test_a_time_in_another_zone_is_written_in_utc() -> None:
    there = timezone(timedelta(hours=9))
    assert as_json(ended(started_at=AT.astimezone(there))) == as_json(ended())


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://x")', "+1+cmd|' /C calc'!A0", "@SUM(A1)", "-2"]
)
def test_a_name_that_a_spreadsheet_would_run_gets_an_apostrophe(name: str) -> None:
    row = as_csv_row(replace(ended(), caller_name=name), BERLIN)
    assert row[CSV_COLUMNS.index("caller_name")] == f"'{name}"


def test_a_number_keeps_its_plus_but_a_forged_one_does_not_run() -> None:
    column = CSV_COLUMNS.index("caller_number")
    assert as_csv_row(ended(), BERLIN)[column] == "+493023456"
    forged = ended(caller=Caller("+49=1+1"))
    assert as_csv_row(forged, BERLIN)[column] == "'+49=1+1"


@given(st.text(), st.text(alphabet='",\n\r;= \té'))
def test_any_text_comes_back_out_of_the_csv(name: str, note: str) -> None:
    done = replace(ended(), caller_name=name, notes=(Note("Eva", AT, note),))
    row = as_csv_row(done, BERLIN)
    assert len(row) == len(CSV_COLUMNS)
    if "\x00" not in name:
        assert next(csv.reader(StringIO(csv_line(row), newline=""))) == list(row)
