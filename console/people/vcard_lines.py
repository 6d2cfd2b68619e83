"""The lines of a vCard file, whoever wrote it: folded in all ways, cut into properties and cards.

Bytes are handled as Latin-1 text until a value is whole, so that a letter that a fold cut in two
is whole again, and each line may have a character set of its own. Time is linear in the size of the
file whatever stands in it; heads ("TEL;TYPE=WORK,VOICE"), which repeat in every card, are
understood once.
"""

import re
from collections.abc import Iterator

from console.calls.text import clean
from console.people.charset import decoded
from console.people.line_numbers import LineNumbers
from console.people.skipped import Skipped
from console.people.vcard_heads import HEAD, LONGEST_PARAMETERS, LOOSE_HEAD, Head
from console.people.vcard_ordinary import OrdinaryCard, ordinary_card
from console.people.vcard_properties import Card, Property

# Bounds for hostile files; real cards are far below.
DEEPEST = 10  # cards in AGENT of cards in AGENT ...
_SLAB = 256 * 1024
_KNOWN_HEADS = 4096

_LINE_END = re.compile(rb"\r\n|\r|\n")


def cards(data: bytes, file: str) -> Iterator[Card | OrdinaryCard | Skipped]:
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
        self._in_picture = False

    def read(self, data: bytes) -> Iterator[Card | OrdinaryCard | Skipped]:
        numbers = LineNumbers(data)
        for begin, end in _pieces(data):
            card = None if self._open else ordinary_card(data, begin, end, numbers)
            if card is not None:
                self._stray = False
                yield card
                continue
            number = numbers.before(begin)
            lines = _lines(data[begin:end])
            yield from self._read(lines, number)
            if end < len(data):  # what has no end is no line to who counts the ends
                numbers.known(end, number + len(lines))
        yield from reversed(self._open)

    def _read(self, lines: list[str], number: int) -> Iterator[Card | Skipped]:
        """Read the next lines; before them are so many."""
        heads = _HEADS
        opened = self._open
        in_picture = self._in_picture
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
                and card.properties[-1].takes(line)
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
        self._in_picture = in_picture

    def _head(self, line: str, name: str, value: str) -> tuple[Head | None, str]:
        """The head of a line and the value after it; None if it has none."""
        if '"' not in name:
            found = LOOSE_HEAD.match(name + ":")
        elif found := HEAD.match(line):
            value = line[found.end() :]
        else:
            found = LOOSE_HEAD.match(name + ":")
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
        last.go_on(line)
        return last.enough and not card.indent

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


def _pieces(data: bytes) -> Iterator[tuple[int, int]]:
    """Where a card begins and ends, or, if it is long, some thousand lines."""
    at = 0
    while at < len(data):
        found = data.find(b"\nEND:VCARD", at, at + _SLAB)
        line_end = _LINE_END.search(data, at + _SLAB if found < 0 else found + 1)
        end = line_end.end() if line_end else len(data)
        yield at, end
        at = end


def _lines(data: bytes) -> list[str]:
    """The lines without their ends, whatever ends them."""
    text = data.decode("latin-1")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


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
