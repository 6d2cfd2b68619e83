"""The towns behind area codes in 3 MB instead of 95, made by a process of its own.

phonenumbers' geocoder is a third of a million dicts; importing it stops the loop for up to 60 ms
at a time even in a thread, and they never leave the memory. So this module, run as a script,
imports it elsewhere, keeps the English names, and writes them to its standard output as a table.
"""

import struct
import sys
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from typing import BinaryIO

# How many prefixes and how many bytes of names follow; bytes of the machine's own order, because
# the table never leaves it.
_HEAD = struct.Struct("=4sIIB")
_MAGIC = b"HCP1"


@dataclass(frozen=True, slots=True)
class PlaceTable:
    """Sorted number prefixes (without +), and for each where its name begins in `names`.

    `names` are UTF-8 lines, never taken apart: 40,000 strings would be most of the memory.
    """

    prefixes: "array[int]"
    starts: "array[int]"
    names: bytes
    longest: int

    def place(self, digits: str) -> str:
        """The place of the longest prefix that a number (digits with country code) begins with."""
        for size in range(min(self.longest, len(digits)), 0, -1):
            prefix = int(digits[:size])
            at = bisect_left(self.prefixes, prefix)
            if at < len(self.prefixes) and self.prefixes[at] == prefix:
                start = self.starts[at]
                return self.names[start : self.names.index(b"\n", start)].decode("utf-8")
        return ""


def read_table(data: bytes) -> PlaceTable:
    """The table in the bytes that `write_table` wrote; raises ValueError if they are others."""
    if len(data) < _HEAD.size:
        raise ValueError("the table of places is cut off")
    magic, count, names_size, longest = _HEAD.unpack_from(data)
    at = _HEAD.size
    if magic != _MAGIC or len(data) != at + 12 * count + names_size:
        raise ValueError("the table of places is broken")
    prefixes, starts = array("Q"), array("I")
    prefixes.frombytes(data[at : at + 8 * count])
    starts.frombytes(data[at + 8 * count : at + 12 * count])
    return PlaceTable(prefixes, starts, data[at + 12 * count :], longest)


def write_table(out: BinaryIO) -> None:
    """Write all English places that phonenumbers knows; heavy, so only in a process of its own."""
    from phonenumbers.geodata import GEOCODE_DATA

    english = {int(prefix): names["en"] for prefix, names in GEOCODE_DATA.items() if "en" in names}
    starts: dict[str, int] = {}
    lines = bytearray()
    for name in sorted(set(english.values())):
        starts[name] = len(lines)
        lines += name.replace("\n", " ").encode() + b"\n"
    prefixes = array("Q", sorted(english))
    where = array("I", (starts[english[prefix]] for prefix in prefixes))
    longest = max(len(str(prefix)) for prefix in prefixes)
    out.write(_HEAD.pack(_MAGIC, len(prefixes), len(lines), longest))
    out.write(prefixes.tobytes())
    out.write(where.tobytes())
    out.write(lines)


if __name__ == "__main__":
    write_table(sys.stdout.buffer)
