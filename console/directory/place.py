"""Where a number is: "Berlin" for a landline, nothing for a mobile. Known only once warm."""

import asyncio
import logging
import sys
import tempfile
from functools import lru_cache

import phonenumbers

from console.directory import place_table
from console.directory.place_table import PlaceTable, read_table

log = logging.getLogger(__name__)

_CACHED = 4096
# Seconds for the process that makes the table; it needs one.
_PATIENCE = 60.0


class Places:
    """Places by number; until `warm` is through it knows none."""

    def __init__(self) -> None:
        self._table: PlaceTable | None = None
        self._cached_place = lru_cache(maxsize=_CACHED)(self._place)

    @property
    def known(self) -> bool:
        """Whether places are known."""
        return self._table is not None

    async def warm(self) -> None:
        """Load the places, which takes a second of another processor; once is enough.

        If that fails there are no places, and the log says why: nothing else depends on them.
        """
        if self._table is not None:
            return
        try:
            data = await _made_elsewhere()
            self._table = await asyncio.to_thread(read_table, data)
        except (OSError, ValueError, TimeoutError) as failed:
            log.warning("the places of numbers stay unknown: %s", failed)

    def place(self, number: str) -> str:
        """Return the town or area of an E.164 number in English; "" if unknown or not warm yet."""
        if self._table is None or not number.startswith("+"):
            return ""
        return self._cached_place(number)

    def _place(self, number: str) -> str:
        assert self._table is not None
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_number_geographical(parsed):
            return ""
        return self._table.place(number[1:])


async def _made_elsewhere() -> bytes:
    """The table's bytes; raises OSError or ValueError if the process fails, TimeoutError."""
    # Into a file: a full pipe that nobody reads any more would make a cancelled wait endless.
    with tempfile.TemporaryFile() as table:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", place_table.__file__),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=table,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(_PATIENCE):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode:
            raise ValueError(f"the process that makes their table ended with {process.returncode}")
        table.seek(0)
        return table.read()
