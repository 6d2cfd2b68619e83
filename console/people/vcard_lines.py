"""The lines of a vCard file, whoever wrote it: folded in all ways, cut into properties and cards.

Bytes are handled as Latin-1 text until a value is whole, so that a letter that a fold cut in two
is whole again, and each line may have a character set of its own. Time is linear in the size of the
file whatever stands in it; heads ("TEL;TYPE=WORK,VOICE"), which repeat in every card, are
understood once.
"""

import binascii
import re
from collections.abc import Iterator

from console.calls.text import clean
from console.people.charset import decoded
from console.people.skipped import Skipped
from console.people.vcard_heads import LONGEST_PARAMETERS, Head

# Bounds for hostile files; real cards are far below.
LONGEST_VALUE = 64 * 1024
DEEPEST = 10  # cards in AGENT of cards in AGENT ...
_SLAB = 256 * 1024
_KNOWN_HEADS = 4096

_LINE_END = re.compile(rb"\r\n|\r|\n")
_HEAD = re.compile(
    r'[ \t]*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)[ \t]*((?:;(?:"[^"]*"|[^":])*)?):'
)
_LOOSE_HEAD = re.compile(r"[ \t]*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)[ \t]*((?:;[^:]*)?):")
_BASE64 = re.compile(r"[ \t]*[A-Za-z0-9+/=]+[ \t]*\Z")
_LONGEST_BINARY = 2000  # a link is kept, and is shorter


class _More:
    """Further pieces of a value, and how long the whole is."""

    __slots__ = ("pieces", "size")

    def __init__(self, size: int) -> None:
        self.pieces: list[str] = []
        self.size = size


class Property:
    """One logical line: its head, and its value, put together from several lines."""

    __slots__ = ("_more", "_value", "head", "line", "open_base64")

    def __init__(self, line: int, head: Head, value: str) -> None:
        self.line = line
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

    @property
    def size(self) -> int:
        """How long the value is, with what is missing of it."""
        return self._more.size if self._more else len(self._value)

    @property
    def too_long(self) -> bool:
        """Whether a part of the value is missing."""
        return self.size > LONGEST_VALUE

    @property
    def raw(self) -> str:
        """The value as it stands in the file, each byte a character."""
        return self._value + "".join(self._more.pieces) if self._more else self._value

    def goes_on(self) -> bool:
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


class Card:
    """One card: where it begins, and its properties."""

    __slots__ = ("indent", "line", "properties")

    def __init__(self, line: int, indent: str = "") -> None:
        self.line = line
        self.indent = indent
        self.properties: list[Property] = []

    @property
    def awaits_agent(self) -> bool:
        """Whether a card inside this one begins next."""
        last = self.properties[-1] if self.properties else None
        return last is not None and last.head.name == "AGENT" and not last.raw.strip()

    @property
    def is_empty(self) -> bool:
        """Whether nothing but its frame was read."""
        return all(one.head.name in ("VERSION", "PROFILE") for one in self.properties)


def cards(data: bytes, file: str) -> Iterator[Card | Skipped]:
    """Yield each card of a file, and the lines that belong to none.

    A card inside AGENT comes as a card of its own, before the one it stands in, which gets a
    RELATED property (RFC 6350, 6.6.6) with its name.
    """
    return _Cards(file).read(data)


# Of all files: a folder may have one for each card.
_HEADS: dict[str, Head | None] = {}


class _Cards:
    def __init__(self, file: str) -> None:
        self._file = file
        self._open: list[Card] = []  # the outermost first
        self._ignored = 0  # cards too deep inside others
        self._ignored_agent = False  # one more begins in the next line
        self._stray = False

    def read(self, data: bytes) -> Iterator[Card | Skipped]:
        number = 0
        heads = _HEADS
        opened = self._open
        in_picture = False
        for lines in _slabs(data):
            for line in lines:
                number += 1
                if in_picture and line[:1] == " " and line[1:2] > " ":
                    continue  # most lines of a file are those of pictures, which nobody wants
                in_picture = False
                card = opened[-1] if opened else None
                if card is not None and not self._ignored:
                    if card.indent:
                        line = line.removeprefix(card.indent)
                    if line[:1] in (" ", "\t", ""):
                        in_picture = self._continue(card, line)
                        continue
                name, colon, value = line.partition(":")
                head = heads.get(name) if colon else None
                if head is None and colon:
                    head, value = self._head(line, name, value)
                if head is not None and head.mark and value.strip().upper() == "VCARD":
                    yield from self._mark(head.mark, number, line)
                elif card is None:
                    if not self._stray and line.strip():
                        self._stray = True
                        yield Skipped(self._file, number, "This line is outside of any card.")
                elif self._ignored:
                    if line.strip():
                        self._ignored_agent = head is not None and head.name == "AGENT"
                    if self._ignored_agent and _is_begin(value):
                        yield from self._begin(number, "")
                elif (
                    card.properties
                    and card.properties[-1].head.sticky
                    and self._belongs_to(card.properties[-1], line)
                ):
                    continue
                elif head is not None:
                    card.properties.append(Property(number, head, value))
                    if head.name == "AGENT" and _is_begin(value):
                        yield from self._begin(number, "", inline=True)
                elif card.properties:
                    card.properties[-1].add(" " + line)  # a label or address that runs on
                else:
                    why = "This line has no colon, so it says nothing."
                    yield Skipped(self._file, number, why)
        yield from reversed(self._open)

    def _head(self, line: str, name: str, value: str) -> tuple[Head | None, str]:
        """The head of a line and the value after it; None if it has none."""
        if '"' not in name:
            found = _LOOSE_HEAD.match(name + ":")
        elif found := _HEAD.match(line):
            value = line[found.end() :]
        else:
            found = _LOOSE_HEAD.match(name + ":")
        if found is None:
            return None, value
        parts = (clean(_text(part or ""), LONGEST_PARAMETERS) for part in found.groups())
        head = Head(*parts)
        if '"' not in name and len(name) <= 200:
            if len(_HEADS) >= _KNOWN_HEADS:
                _HEADS.clear()
            _HEADS[name] = head
        return head, value

    def _continue(self, card: Card, line: str) -> bool:
        """Take a line that begins with a space or is empty; whether it was enough of a picture."""
        last = card.properties[-1] if card.properties else None
        if last is None:
            return False
        if not line or line.isspace():
            last.open_base64 = False
        elif not self._belongs_to(last, line):
            last.add(line[1:])
        return last.head.binary and last.size > _LONGEST_BINARY and not card.indent

    def _belongs_to(self, last: Property, line: str) -> bool:
        """Whether a line that looks like one of its own goes on with the value before."""
        if last.head.quoted_printable and last.goes_on():
            last.add(line)
            return True
        if last.open_base64 and _BASE64.match(line):
            last.add(line.strip())
            return True
        return False

    def _mark(self, mark: str, number: int, line: str) -> Iterator[Card | Skipped]:
        if mark == "BEGIN":
            yield from self._begin(number, line[: len(line) - len(line.lstrip(" \t"))])
        elif self._ignored:
            self._ignored -= 1
            self._ignored_agent = False
        elif self._open:
            card = self._open.pop()
            yield card
            if self._open:
                _relate(self._open[-1], card)

    def _begin(self, number: int, indent: str, inline: bool = False) -> Iterator[Card | Skipped]:
        inner = self._open[-1] if self._open else None
        if inner is None:
            self._stray = False
        elif self._ignored_agent:
            self._ignored += 1
            self._ignored_agent = False
            return
        elif not self._ignored and (inline or inner.awaits_agent):
            inner.properties[-1] = Property(number, inner.properties[-1].head, "-")
            if len(self._open) >= DEEPEST:
                self._ignored = 1
                why = f"A card {DEEPEST} cards deep inside others is left out."
                yield Skipped(self._file, number, why)
                return
        elif inner.is_empty and not self._ignored:
            return  # BEGIN is there twice
        else:
            yield from reversed(self._open)  # their END is missing
            self._open.clear()
            self._ignored = 0
        self._open.append(Card(number, indent))


def _slabs(data: bytes) -> Iterator[list[str]]:
    """The lines without their ends, whatever ends them, some thousands at a time."""
    at = 0
    while at < len(data):
        found = _LINE_END.search(data, at + _SLAB)
        end = found.end() if found else len(data)
        text = data[at:end].decode("latin-1")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        yield lines
        at = end


def _text(value: str) -> str:
    return value if value.isascii() else decoded(value.encode("latin-1"))


def _is_begin(value: str) -> bool:
    name, _, what = value.partition(":")
    return name.strip().upper() == "BEGIN" and what.strip().upper() == "VCARD"


_RELATED = Head("", "RELATED", ";TYPE=agent;VALUE=text")


def _relate(card: Card, agent: Card) -> None:
    """Keep in a card whose card stood inside it."""
    named = next((one for one in agent.properties if one.head.name == "FN"), None)
    if named is not None and not named.too_long:
        try:
            name = named.text()
        except ValueError:
            return
        card.properties.append(
            Property(agent.line, _RELATED, name.encode("utf-8", "replace").decode("latin-1"))
        )
