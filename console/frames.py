"""How an attached terminal and the desk talk on their socket: frames of a kind, a length, bytes."""

from struct import Struct

INPUT = b"i"  # what the terminal sends
SIZE = b"s"  # it has another size: SIZES
OUTPUT = b"o"  # to be written to it
END = b"e"  # it is over: one byte, the exit code, and what else there is to say

SIZES = Struct(">HH")  # columns, rows
_HEAD = Struct(">cI")
LONGEST = 64 * 1024  # bytes in a frame; what is longer comes in several


def framed(kind: bytes, data: bytes) -> bytes:
    """These bytes in as many frames as they need."""
    parts = range(0, len(data) or 1, LONGEST)
    return b"".join(
        _HEAD.pack(kind, len(part)) + part for part in (data[at : at + LONGEST] for at in parts)
    )


class Frames:
    """Takes bytes as they come; gives whole frames."""

    def __init__(self) -> None:
        self._pending = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """The frames that are complete now, a kind and its bytes each; raises ValueError."""
        pending, at, whole = self._pending + data, 0, []
        while len(pending) - at >= _HEAD.size:
            kind, length = _HEAD.unpack_from(pending, at)
            if length > LONGEST:
                raise ValueError(f"a frame of {length} bytes is none of ours")
            end = at + _HEAD.size + length
            if end > len(pending):
                break
            whole.append((kind, pending[at + _HEAD.size : end]))
            at = end
        self._pending = pending[at:]
        return whole
