"""The names of time zones, whatever case people write them in."""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

# Written so it is the zone's name, also where the system's files are found in any case.
_USUAL = re.compile(r"[A-Z][a-z]+(?:/[A-Z][a-z]+(?:_[A-Z][a-z]+)*)+\Z")


def zone_name(written: str) -> str:
    """The IANA name of a time zone that this system knows; empty if it knows none like that."""
    if not (_USUAL.match(written) and _is_zone(written)):
        named = _names().get(written.casefold(), written)
        return named if _is_zone(named) else ""
    return written


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    # Looks at several hundred files; most names are written as usual.
    return {name.casefold(): name for name in available_timezones()}


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return False
    return True
