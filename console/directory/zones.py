"""The time where a number is, if it is another one than here."""

import asyncio
import importlib
import logging
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers

log = logging.getLogger(__name__)

_CACHED = 4096
_UNKNOWN = "Etc/Unknown"


class Zones:
    """Time zones by number; until `warm` is through it knows none."""

    def __init__(self) -> None:
        self._timezone: Any = None
        self._zones = lru_cache(maxsize=_CACHED)(self._zones_of)

    async def warm(self) -> None:
        """Load the zones: 3 ms and half a megabyte, but not before the first frame."""
        self._timezone = await asyncio.to_thread(importlib.import_module, "phonenumbers.timezone")

    def there(self, number: str, now: datetime, here: ZoneInfo) -> str:
        """The zone (IANA) of an E.164 number whose clocks now show another time than here, or "".

        Also "" where a number may be in zones that differ: a mobile phone of a wide country.
        """
        if self._timezone is None or not number.startswith("+"):
            return ""
        names = self._zones(number)
        ours = now.astimezone(here).utcoffset()
        theirs = None
        for name in names:
            if (zone := zone_of(name)) is None:
                return ""
            offset = now.astimezone(zone).utcoffset()
            if offset == ours or (theirs is not None and offset != theirs):
                return ""
            theirs = offset
        return names[0] if names else ""

    def _zones_of(self, number: str) -> tuple[str, ...]:
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            return ()
        names = tuple(self._timezone.time_zones_for_number(parsed))
        return () if _UNKNOWN in names else names


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of this name, None if there is none."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return None
