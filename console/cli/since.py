"""A point in time as people type it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_AGO = re.compile(r"(\d{1,6})\s*(m|min|h|d|w)\Z")
_UNITS = {"m": "minutes", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def since(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The time (UTC) of "2h", "today", "yesterday", "2026-11-22" or an RFC 3339 time.

    Raises ValueError with what is allowed.
    """
    text = text.strip()
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    try:
        if text.lower() in ("today", "yesterday"):
            days = int(text.lower() == "yesterday")
            # A day back by the wall clock: it may have had 23 or 25 hours.
            return (midnight - timedelta(days=days)).astimezone(UTC)
        if ago := _AGO.match(text.lower()):
            return now - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        when = datetime.fromisoformat(text)
        return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f'"{text}" is no time; give one such as 2h, 3d, today, yesterday, 2026-11-22, '
            "2026-11-22T14:30 or 2026-11-22T14:30:00Z"
        ) from None
