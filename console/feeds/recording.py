"""Recordings: what a PBX and we said to each other, one JSON object a line.

`{"t": 1795378379.05, "dir": "in", "b64": "..."}` are bytes from the PBX, `"dir": "out"` bytes to it
(never with the secret), `"dir": "note", "text": "lost"` a remark. `t` is seconds since 1970.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, Protocol

from console.calls.events import CallEvent, FeedLost

LOST, BACK = "lost", "back"
# What authenticates in a login, whatever the login's kind.
SECRET = re.compile(rb"(?im)^(secret|key)(\s*:[ \t]*)[^\r\n]*")


class RecordingError(Exception):
    """A line is not of a recording; the sentence names the line."""


class Listener(Protocol):
    """What playing a recording needs of a PBX dialect."""

    def receive(self, data: bytes) -> list[CallEvent]:
        """Events of the bytes; raises for bytes that no PBX sends."""
        ...

    def sent(self, data: bytes) -> None:
        """What was said to the PBX when it was recorded."""
        ...


@dataclass(frozen=True, slots=True)
class Frame:
    """One line of a recording; a note has `text`, the others have `data`."""

    at: datetime
    dir: Literal["in", "out", "note"]
    data: bytes = b""
    text: str = ""

    def line(self) -> str:
        """The line with its end."""
        said: dict[str, object] = {"t": round(self.at.timestamp(), 6), "dir": self.dir}
        if self.dir == "note":
            said["text"] = self.text
        else:
            said["b64"] = base64.b64encode(self.data).decode()
        return json.dumps(said, ensure_ascii=False) + "\n"


def sent(at: datetime, data: bytes) -> Frame:
    """Bytes that were sent to the PBX, with the secret taken out."""
    return Frame(at, "out", SECRET.sub(rb"\1\2********", data))


def read(lines: Iterable[str], name: str = "the recording") -> Iterator[Frame]:
    """The frames of a recording; raises RecordingError. A cut last line is left out."""
    waiting: RecordingError | None = None
    for number, line in enumerate(lines, 1):
        if waiting is not None:
            raise waiting
        if not line.strip():
            continue
        try:
            yield _frame(line)
        except (ValueError, KeyError, TypeError, OverflowError, binascii.Error):
            waiting = RecordingError(f"{name}, line {number}: that is not a line of a recording.")
            if line.endswith("\n") or number == 1:
                raise waiting from None


def _frame(line: str) -> Frame:
    said = json.loads(line)
    at = datetime.fromtimestamp(float(said["t"]), UTC)
    match said["dir"]:
        case "note":
            return Frame(at, "note", text=str(said["text"]))
        case "in" | "out" as dir:
            return Frame(at, dir, base64.b64decode(said["b64"], validate=True))
    raise ValueError(said["dir"])


def events(
    frames: Iterable[Frame], dialect: Callable[[], Listener], feed: str
) -> Iterator[tuple[datetime, list[CallEvent]]]:
    """Each frame's time with the events it makes; times never go back.

    After "lost" a new dialect begins, as on a new connection.
    """
    now, talking = None, dialect()
    for frame in frames:
        now = frame.at if now is None else max(now, frame.at)
        if frame.dir == "in":
            try:
                heard = talking.receive(frame.data)
            except Exception as broken:
                talking = dialect()
                heard = [FeedLost(feed, str(broken))]
            yield now, heard
        elif frame.dir == "note" and frame.text.split(":")[0] == LOST:
            talking = dialect()
            yield now, [FeedLost(feed, "the connection was lost while it was recorded")]
        else:
            if frame.dir == "out":
                talking.sent(frame.data)
            yield now, []
