"""Asterisk's Manager Interface on the wire: bytes to blocks, actions to bytes.

A block is lines `Key: value` that end in CR LF, and ends in an empty line; the server greets with
one line that no empty line follows. Bare LF, VT, NEL and the like occur inside values, so nothing
but CR LF splits. A stranger can write CR LF into a number (percent-encoded in a SIP address), so a
block may be forged: readers demand every field they need. What such a line break leaves behind
comes out as a fragment.
"""

from collections.abc import Iterable, Mapping

# The largest block a healthy server sends is far below 100 kB.
LONGEST_BLOCK = 1 << 20
LONGEST_LINE = 1000
# Every event says at once who may read it, or, in a list, which question it answers, or the queue.
_SECOND_LINES = (b"Privilege: ", b"ActionID: ", b"Queue: ")


class ProtocolError(Exception):
    """What came is not the Manager Interface, or it refused us; the sentence says which."""


class Block:
    """One block: its kind ("Event", "Response", "Fragment"), its name, its fields, read when asked.

    A fragment is what a forged line break leaves behind: the end of a block, without its beginning.

    Of a repeated key the last value counts: Asterisk writes Uniqueid and Linkedid after the fields
    that a stranger can fill. Variables (`ChanVariable: NAME=value`) are kept apart.
    """

    __slots__ = ("_text", "_variables", "kind", "name")

    def __init__(self, kind: str, name: str, text: str) -> None:
        self.kind = kind
        self.name = name
        # A block has some 35 fields, of which a reader wants 10: looking for those is faster than
        # taking all apart.
        self._text = text
        self._variables: dict[str, str] | None = None

    def joined(self, rest: "Block") -> "Block":
        """This block's beginning with a fragment as its end."""
        return Block(self.kind, self.name, f"{self._text}\r\n{rest._text}")

    def get(self, key: str) -> str:
        """A field, empty if it is not there."""
        text = self._text
        at = text.rfind(f"\r\n{key}: ")
        if at < 0:
            return ""
        start = at + len(key) + 4
        end = text.find("\r\n", start)
        return text[start:] if end < 0 else text[start:end]

    @property
    def fields(self) -> dict[str, str]:
        """All fields by key, taken apart each time it is asked for."""
        return {key: value for key, _, value in (x.partition(": ") for x in self._lines())}

    def lacks(self, needles: Iterable[str]) -> str | None:
        """The first field that is not there; `needles` are made by `needle`."""
        text = self._text
        for one in needles:
            if one not in text:
                return one[2:-2]
        return None

    def mentions(self, text: str) -> bool:
        """Whether these characters occur anywhere in the block."""
        return text in self._text

    @property
    def variables(self) -> Mapping[str, str]:
        """The channel variables that the server was told to send along."""
        if self._variables is None:
            self._variables = {}
            for line in self._lines():
                if line.startswith("ChanVariable: "):
                    name, _, value = line[14:].partition("=")
                    self._variables[name] = value
        return self._variables

    def _lines(self) -> list[str]:
        return self._text.split("\r\n")


def needle(key: str) -> str:
    """What stands in a block that has this field."""
    return f"\r\n{key}: "


class Wire:
    """Complete blocks come out; an incomplete one waits."""

    def __init__(self, wanted: frozenset[str]) -> None:
        """`wanted` names the events to be given out; others are counted and dropped unread."""
        self._wanted = {name.encode(): name for name in wanted}
        self._pending = b""
        self._greeted = False
        self.skipped = 0

    def receive(self, data: bytes) -> list[Block]:
        """The blocks that are complete now; raises ProtocolError for what is no AMI."""
        complete = b"\n" in data
        data = self._pending + data
        if not complete and len(data) < LONGEST_LINE:
            self._pending = data
            return []
        if not self._greeted:
            line, end, rest = data.partition(b"\r\n")
            if not end:
                if len(data) >= LONGEST_LINE:
                    raise ProtocolError("what answers there is not an Asterisk manager port")
                self._pending = data
                return []
            if not line.startswith(b"Asterisk Call Manager"):
                raise ProtocolError("what answers there is not an Asterisk manager port")
            self._greeted = True
            data = rest
        *blocks, self._pending = data.split(b"\r\n\r\n")
        if len(self._pending) > LONGEST_BLOCK:
            raise ProtocolError("the Manager Interface sent a block without end")
        return [block for raw in blocks if (block := self._read(raw)) is not None]

    def _read(self, raw: bytes) -> Block | None:
        if raw.startswith(b"Event: "):
            end = raw.find(b"\r\n")
            if end > 0 and raw.startswith(_SECOND_LINES, end + 2):
                name = self._wanted.get(raw[7:end])
                if name is not None:
                    return Block("Event", name, raw.decode("utf-8", "replace"))
                self.skipped += 1
                return None
        elif raw.startswith(b"Response: "):
            text = raw.decode("utf-8", "replace")
            return Block("Response", text[10:].partition("\r\n")[0], text)
        return Block("Fragment", "", raw.decode("utf-8", "replace")) if raw else None


def action(name: str, action_id: str, **fields: str) -> bytes:
    """An action as bytes; raises ValueError if a value would break out of its line."""
    lines = [f"Action: {name}", f"ActionID: {action_id}"]
    for key, value in fields.items():
        if "\r" in value or "\n" in value:
            raise ValueError(f"{key} of {name} must not contain a line break")
        lines.append(f"{key}: {value}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def actions_in(data: bytes) -> list[tuple[str, str]]:
    """The (action, ActionID) pairs in bytes that were sent to a server."""
    found = []
    for raw in data.split(b"\r\n\r\n"):
        fields = dict(
            line.partition(": ")[::2] for line in raw.decode("utf-8", "replace").split("\r\n")
        )
        if "Action" in fields:
            found.append((fields["Action"], fields.get("ActionID", "")))
    return found
