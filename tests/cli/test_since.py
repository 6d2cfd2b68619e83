"""Points in time as people type them, at both changes of the clock too."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from console.cli.since import since

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2h", "2026-11-22T11:30:00+00:00"),
        ("90 min", "2026-11-22T12:00:00+00:00"),
        ("3d", "2026-11-19T13:30:00+00:00"),
        ("today", "2026-11-21T23:00:00+00:00"),
        ("Yesterday", "2026-11-20T23:00:00+00:00"),
        ("2026-11-01", "2026-10-31T23:00:00+00:00"),
        ("2026-07-01", "2026-06-30T22:00:00+00:00"),
        ("2026-11-22T14:00", "2026-11-22T13:00:00+00:00"),
        ("2026-11-22T14:00:00Z", "2026-11-22T14:00:00+00:00"),
        ("2026-11-22T14:00:00.250+05:30", "2026-11-22T08:30:00.250000+00:00"),
    ],
)
def test_a_time_is_understood(text, when):
    assert since(text, NOW, BERLIN).isoformat() == when


@pytest.mark.parametrize(
    "text", ["", "tomorrow", "2026-13-01", "-2h", "9999999h", "2h ago", "0x2h"]
)
def test_what_is_no_time_is_said_with_what_is(text):
    with pytest.raises(ValueError, match="is no time; give one such as 2h"):
        since(text, NOW, BERLIN)


@pytest.mark.parametrize(
    ("noon", "hours"),
    [(datetime(2026, 10, 26, 11, tzinfo=UTC), 25), (datetime(2026, 3, 30, 10, tzinfo=UTC), 23)],
)
def test_yesterday_may_have_had_23_or_25_hours(noon, hours):
    day = since("today", noon, BERLIN) - since("yesterday", noon, BERLIN)
    assert day.total_seconds() == hours * 3600
