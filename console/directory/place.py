"""Where a number is: "Berlin" for a landline, nothing for a mobile. Known only once warm."""

import asyncio
import gc
from collections.abc import Callable
from functools import lru_cache

import phonenumbers

_CACHED = 4096


class Places:
    """Places by number. They weigh 95 MB and half a second, so they are loaded only by `warm`."""

    def __init__(self) -> None:
        self._describe: Callable[[str], str] | None = None

    @property
    def known(self) -> bool:
        """Whether `place` answers; until then it says nothing."""
        return self._describe is not None

    async def warm(self) -> None:
        """Load the places in a thread; once is enough."""
        if self._describe is None:
            self._describe = await asyncio.to_thread(_load)

    def place(self, number: str) -> str:
        """Return the town or area of an E.164 number in English; "" if unknown or not warm yet."""
        if self._describe is None or not number.startswith("+"):
            return ""
        return self._describe(number)


def _load() -> Callable[[str], str]:
    from phonenumbers import geocoder

    # A third of a million small dicts that never go: the collector need not walk them again.
    gc.freeze()

    @lru_cache(maxsize=_CACHED)
    def describe(number: str) -> str:
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_number_geographical(parsed):
            return ""
        found = str(geocoder.description_for_number(parsed, "en"))
        # The geocoder falls back on the country, which is no place in it.
        return "" if found == geocoder.country_name_for_number(parsed, "en") else found

    return describe
