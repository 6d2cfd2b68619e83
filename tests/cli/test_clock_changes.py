"""The two days of a year that have not 24 hours, in the lists of people and scripts."""

import asyncio
import csv
import io
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.words import Direction, Outcome, Phase
from console.desk.changes import SaveCall
from console.desk.queries import CallPage
from console.desk.records import CallRecord
from console.store.database import open_store
from console.tui import legible
from console.tui.list_filter import ListFilter

BERLIN = ZoneInfo("Europe/Berlin")
# The day, its length, and what its clocks show each hour and a half after midnight.
DAYS = [
    (datetime(2026, 10, 25, tzinfo=BERLIN), 25, ["00:00", "01:30", "02:00", "03:30"]),
    (datetime(2027, 3, 28, tzinfo=BERLIN), 23, ["00:00", "01:30", "04:00", "05:30"]),
]
EVERY = timedelta(minutes=90)


@pytest.fixture(params=DAYS, ids=["autumn", "spring"])
def day(request, home, monkeypatch):
    """A database with a call every hour and a half, from the evening before to the day after."""
    midnight, hours, shown = request.param
    monkeypatch.setenv("HOTLINE_SITE_TIME_ZONE", "Europe/Berlin")
    start = midnight.astimezone(UTC)
    calls = [call(n, start + n * EVERY) for n in range(-2, int(hours / 1.5) + 3)]

    async def fill():
        store = await open_store(str(home / "hotline.db"))
        await store.write([SaveCall(one) for one in calls])
        await store.close()

    asyncio.run(fill())
    return start, start + timedelta(hours=hours), shown


def call(number, at):
    """A call that nobody answered."""
    return CallRecord(
        Call(
            id=str(number),
            feed="pbx",
            direction=Direction.INBOUND,
            caller=Caller("+491701234567"),
            called="+49301110",
            started_at=at,
            ended_at=at + timedelta(seconds=20),
            phase=Phase.ENDED,
            outcome=Outcome.NO_ANSWER,
        )
    )


def test_scripts_get_the_whole_day_in_order(day, hotline):
    start, _, shown = day
    date = start.astimezone(BERLIN).date().isoformat()
    lines = hotline("calls", "--since", date, "--json").out.split("\n")[:-1]
    times = [datetime.fromisoformat(json.loads(line)["started_at"]) for line in lines]
    assert times[0] == start
    assert {after - before for before, after in pairwise(times)} == {EVERY}
    table = list(csv.DictReader(io.StringIO(hotline("calls", "--since", date, "--csv").out)))
    assert [row["started_at"][11:16] for row in table[:4]] == shown
    assert [datetime.fromisoformat(row["started_at"]) for row in table] == times


def test_people_get_the_days_of_the_zone(day, home):
    start, end, shown = day
    for now in (start, start + timedelta(hours=2), start + timedelta(hours=4), end - EVERY / 9):
        since = ListFilter(today=True).query(now, BERLIN).since
        assert since.astimezone(UTC) == start

    async def rows():
        store = await open_store(str(home / "hotline.db"), read_only=True)
        wanted = ListFilter(today=True).query(end - EVERY / 9, BERLIN)
        page = await store.ask(CallPage(wanted))
        await store.close()
        return [row.call.started_at for row in page.rows][::-1]

    times = asyncio.run(rows())
    assert times[0] == start
    assert [legible.when(at, start + timedelta(hours=8), BERLIN) for at in times[:4]] == shown
    assert legible.when(times[3], end, BERLIN) == f"yesterday {shown[3]}"
