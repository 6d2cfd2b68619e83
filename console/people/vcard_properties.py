"""A card of a file and its properties, before anybody asks what they mean."""

import binascii
import re

from console.people.charset import decoded
from console.people.vcard_heads import Head

# Bounds for hostile files; real cards are far below.
LONGEST_VALUE = 64 * 1024
_LONGEST_BINARY = 2000  # a link is kept, and is shorter

_BASE64 = re.compile(r"[ \t]*[A-Za-z0-9+/=]+[ \t]*\Z")


class _More:
    """Further pieces of a value, and how long the whole is."""

    __slots__ = ("pieces", "size")

    def __init__(self, size: int) -> None:
        self.pieces: list[str] = []
        self.size = size


class Property:
    """One logical line: its head, and its value, put together from several lines.

    Until `text` decodes the value, each byte of it is a character. `place` tells its card in which
    line of the file it stands.
    """

    __slots__ = ("_more", "_value", "head", "open_base64", "place")

    def __init__(self, place: int, head: Head, value: str) -> None:
        self.place = place
        self.head = head
        self._value = value
        self._more: _More | None = None
        self.open_base64 = head.opens_base64

    def add(self, piece: str) -> None:
        """Take one more piece of the value, as long as it is not too long."""
        more = self._more
        if more is None:
            more = self._more = _More(len(self._value))
        more.size += len(piece)
        if more.size <= (_LONGEST_BINARY if self.head.binary else LONGEST_VALUE):
            more.pieces.append(piece)

    def go_on(self, line: str) -> None:
        """Take a line that is empty or begins with a space: a fold, or the end of a picture."""
        if not line or line.isspace():
            self.open_base64 = False
        elif not self.takes(line):
            self.add(line[1:])

    def takes(self, line: str) -> bool:
        """Take a line that looks like one of its own, if it goes on with the value."""
        if self.head.quoted_printable and self._goes_on():
            self.add(line)
            return True
        if self.open_base64 and _BASE64.match(line):
            self.add(line.strip())
            return True
        return False

    @property
    def size(self) -> int:
        """How long the value is, with what is missing of it."""
        return self._more.size if self._more else len(self._value)

    @property
    def too_long(self) -> bool:
        """Whether a part of the value is missing."""
        return self.size > LONGEST_VALUE

    @property
    def enough(self) -> bool:
        """Whether it is a picture or the like, of which nobody wants the rest."""
        return self.head.binary and self.size > _LONGEST_BINARY

    @property
    def raw(self) -> str:
        """The value as it stands in the file."""
        return self._value + "".join(self._more.pieces) if self._more else self._value

    def text(self) -> str:
        """The value as text; raises ValueError if it can't be decoded."""
        value = self._value if self._more is None else self.raw
        head = self.head
        if head.as_it_is and value.isascii():
            return value
        if head.quoted_printable or head.base64:
            data = value.encode("latin-1")
            data = binascii.a2b_qp(data) if head.quoted_printable else binascii.a2b_base64(data)
            return decoded(data, head.charset)
        return decoded(value.encode("latin-1"), head.charset)

    def _goes_on(self) -> bool:
        """Whether a quoted-printable value ends with a soft line break, which is taken away."""
        pieces = self._more.pieces if self._more else []
        last = pieces[-1] if pieces else self._value
        if not last.endswith(("=", " ", "\t")):
            return False
        last = last.rstrip()
        if not last.endswith("="):
            return False
        if pieces:
            pieces[-1] = last[:-1]
        else:
            self._value = last[:-1]
        return True


class Decoded(Property):
    """A property whose value was text from the start, of a card with nothing too long."""

    __slots__ = ()
    too_long = False

    def text(self) -> str:
        """The value."""
        return self._value if self._more is None else self.raw


class Card:
    """One card: where it begins, and its properties."""

    __slots__ = ("indent", "line", "properties")

    def __init__(self, line: int, indent: str = "") -> None:
        self.line = line
        self.indent = indent
        self.properties: list[Property] = []

    def line_of(self, one: Property) -> int:
        """The number of the line in which a property begins."""
        return one.place

    @property
    def awaits_agent(self) -> bool:
        """Whether a card inside this one begins next."""
        last = self.properties[-1] if self.properties else None
        return last is not None and last.head.name == "AGENT" and not last.raw.strip()

    @property
    def is_empty(self) -> bool:
        """Whether nothing but its frame was read."""
        return all(one.head.name in ("VERSION", "PROFILE") for one in self.properties)
