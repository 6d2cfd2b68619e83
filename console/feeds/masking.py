"""Recordings for others: numbers and names of people replaced, each always by the same.

In a number of six digits or more the last six are replaced, digit by digit from the right, so that
"+49 30 2220 01", "030 222001" and "222001" still belong together afterwards. Shorter ones are
extensions and stay. Names are replaced wherever they were once told as a name.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import replace

from console.feeds.recording import LOST, Frame

MASKED_DIGITS = 6
LONGEST_WAIT = 65536  # bytes of a line without an end
MOST_NAMES = 5000
LEAST_NAME = 3  # characters; a shorter name is only replaced where it is told as one

# Not numbers of people: ids of channels and bridges, hexadecimal action ids, times.
_NO_NUMBER = (
    r"\d{9,}\.\d+"
    r"|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}"
    r"|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\S*"
)
_DIGITS = re.compile(rf"({_NO_NUMBER})|(\d{{{MASKED_DIGITS},}})")
_KEEP = re.compile(
    r"(?i)(actionid|.*uniqueid|.*linkedid|timestamp|.*time|lastreload|lastcall|lastpause|sequenceno"
    r"|privilege|event|response|.*channelstate.*)\Z"
)
_NAMES = re.compile(r"(?i)(.*calleridname|.*connectedlinename|membername|.*callername|name)\Z")
_QUOTED = re.compile(r'"([^"]+)"')
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_NO_NAME = {"", "<unknown>", "unknown", "anonymous", "Anonymous"}


class Mask:
    """Replaces numbers and names, consistently for one key."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(16)
        self._names: dict[str, str] = {}
        self._rest: dict[str, bytes] = {}

    def number(self, digits: str) -> str:
        """A number's digits with the last six replaced."""
        shown = list(digits)
        for place in range(1, MASKED_DIGITS + 1):
            shift = self._hash("digit", digits[len(digits) - place + 1 :])[0]
            shown[-place] = str((int(digits[-place]) + shift) % 10)
        return "".join(shown)

    def name(self, name: str) -> str:
        """What stands for a name, always the same."""
        if name in _NO_NAME:
            return name
        if not any(letter.isalpha() for letter in name):
            # Phones without a name tell their number instead.
            return self._numbers(name)
        # No digits: six of them would be masked again as a number.
        made = f"Person {self._hash('name', name).hex()[:6].translate(_LETTERS)}"
        if len(self._names) < MOST_NAMES and len(name) >= LEAST_NAME:
            self._names[name] = made
        return made

    def line(self, line: str) -> str:
        """A header line of a manager block, without what tells who it was."""
        key, colon, value = line.partition(":")
        if not colon:
            return self._numbers(line)
        space = value[: len(value) - len(value.lstrip(" "))]
        value = value[len(space) :]
        if _NAMES.match(key):
            value = self.name(value)
        elif not _KEEP.match(key):
            if key.lower() in ("callerid", "clid"):
                value = _QUOTED.sub(lambda found: f'"{self.name(found[1])}"', value)
            value = self._numbers(self._replaced(value))
        return f"{key}:{space}{value}"

    def frames(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The same recording, masked; a line cut between two frames moves to the second."""
        for frame in frames:
            if frame.dir == "note":
                if frame.text.split(":")[0] == LOST:
                    self._rest.clear()
                # Names are known by their bytes.
                text = self._replaced(frame.text.encode("utf-8", "replace").decode("latin-1"))
                text = text.encode("latin-1").decode("utf-8", "replace")
                yield replace(frame, text=self._numbers(text))
            else:
                yield replace(frame, data=self.feed(frame.dir, frame.data))

    def feed(self, dir: str, data: bytes) -> bytes:
        """The masked bytes of one direction; keeps an incomplete line until its end comes."""
        whole = self._rest.get(dir, b"") + data
        done, end, rest = whole.rpartition(b"\r\n")
        if len(rest) > LONGEST_WAIT:
            done, end, rest = whole, b"", b""
        self._rest[dir] = rest
        lines = done.decode("latin-1").split("\r\n") if done or end else []
        return "\r\n".join(self.line(line) for line in lines).encode("latin-1") + end

    def _numbers(self, text: str) -> str:
        return _DIGITS.sub(lambda found: found[1] or self.number(found[2]), text)

    def _replaced(self, text: str) -> str:
        for name, made in self._names.items():
            if name in text:
                text = text.replace(name, made)
        return text

    def _hash(self, what: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{what} {text}".encode(), hashlib.sha256)
