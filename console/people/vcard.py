"""vCards of every kind (2.1, 3.0, 4.0; RFC 2426, 6350) become contacts, however badly written.

The reader is our own and takes linear time: vobject loses a whole file for one odd line, and its
line pattern takes exponential time on a hostile one ("TEL;TYPE=a,a,a,...").
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.charset import decoded, unwrapped
from console.people.skipped import Skipped
from console.people.values import Contact

# Bounds for hostile files; real cards are far below.
LONGEST_VALUE = 64 * 1024
MOST_NUMBERS = 50
LONGEST_NOTE = 1000

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_HEAD = re.compile(
    rb"[ \t]*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)[ \t]*"
    rb'((?:;(?:"[^"]*"|[^":])*)?):'
)
_LOOSE_HEAD = re.compile(rb"[ \t]*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z0-9_-]+)[ \t]*((?:;[^:]*)?):")
_MARK = re.compile(rb"[ \t]*(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*\Z", re.IGNORECASE)
_BASE64 = re.compile(rb"[ \t]*[A-Za-z0-9+/=]+[ \t]*\Z")
_PARAMETER = re.compile(r'((?:"[^"]*"|[^";])+)')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPED_SEMICOLON = re.compile(r"(?<!\\);")
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_\Z")

# Pictures, sounds and keys are not kept, so a photo folded badly is not even decoded.
_DROPPED = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT", "X-MS-CARDPICTURE"})

_Ranked = TypeVar("_Ranked", bound=tuple[Any, ...])

_KINDS = {
    "CELL": "mobile",
    "MOBILE": "mobile",
    "IPHONE": "mobile",
    "FAX": "fax",
    "PAGER": "pager",
    "WORK": "work",
    "HOME": "home",
    "MAIN": "main",
    "CAR": "car",
}


@dataclass(slots=True)
class _Property:
    """One logical line: its head, and its value as bytes, put together from several lines."""

    line: int
    name: str
    group: str
    parameters: dict[str, list[str]]
    pieces: list[bytes]
    size: int = 0
    open_base64: bool = False

    @property
    def quoted_printable(self) -> bool:
        return "QUOTED-PRINTABLE" in self.parameters.get("ENCODING", ())

    @property
    def base64(self) -> bool:
        return any(one in ("BASE64", "B") for one in self.parameters.get("ENCODING", ()))

    def add(self, piece: bytes) -> None:
        """Take one more piece of the value, as long as it is not too long."""
        if self.size <= LONGEST_VALUE:
            self.pieces.append(piece)
            self.size += len(piece)

    def text(self) -> str:
        """The value as text; raises ValueError if it can't be decoded."""
        raw = b"".join(self.pieces)
        if self.quoted_printable:
            raw = binascii.a2b_qp(raw)
        elif self.base64:
            raw = binascii.a2b_base64(raw)
        charset = next(iter(self.parameters.get("CHARSET", ())), "")
        return decoded(raw, charset)

    def kinds(self) -> list[str]:
        """The TYPEs in capitals, in all three dialects."""
        return self.parameters.get("TYPE", [])


@dataclass(slots=True)
class _Card:
    """One card on the way: where it began, and its properties."""

    line: int
    properties: list[_Property] = field(default_factory=list)
    ended: bool = False


def read_cards(
    data: bytes, name: str, plan: NumberPlan | None = None
) -> Iterator[Contact | Skipped]:
    """Yield a contact for each card of a file called `name`, and what had to be skipped.

    With a plan the numbers are made keys (E.164); without one they stay as written. A bad card or
    line never costs another one; nothing is raised.
    """
    found = False
    for one in _cards(unwrapped(data), name):
        if isinstance(one, Skipped):
            yield one
            continue
        found = True
        yield from _contact(one, name, plan.written if plan else None)
    if not found:
        yield Skipped(name, 1, "There is no vCard in this file.")


# -- cards and lines ---------------------------------------------------------------------------


def _cards(data: bytes, file: str) -> Iterator[_Card | Skipped]:
    card: _Card | None = None
    depth = 0  # of cards inside AGENT
    stray = False
    for number, line in enumerate(_lines(data), 1):
        mark = _MARK.match(line)
        if mark is None:
            if card is not None and not depth:
                if (skipped := _take_line(card, number, line, file)) is not None:
                    yield skipped
                elif _is_inline_agent(card):
                    depth = 1
            elif card is None and line.strip() and not stray:
                stray = True
                yield Skipped(file, number, "This line is outside of any card.")
            continue
        if mark[1].upper() == b"BEGIN":
            if card is None:
                card, stray = _Card(number), False
            elif depth or _awaits_agent(card):
                depth += 1
            elif any(one.name not in ("VERSION", "PROFILE") for one in card.properties):
                yield card  # its END is missing
                card = _Card(number)
        elif depth:
            depth -= 1
        elif card is not None:
            yield card
            card = None
    if card is not None:
        yield card


def _lines(data: bytes) -> Iterator[bytes]:
    """Lines without their ends, whatever ends them."""
    at = 0
    while at < len(data):
        found = _LINE.match(data, at)
        assert found is not None  # the pattern matches anything
        yield found[0].rstrip(b"\r\n")
        at = found.end()


def _awaits_agent(card: _Card) -> bool:
    last = card.properties[-1] if card.properties else None
    return last is not None and last.name == "AGENT" and not b"".join(last.pieces).strip()


def _is_inline_agent(card: _Card) -> bool:
    last = card.properties[-1] if card.properties else None
    if last is None or last.name != "AGENT" or not _MARK.match(b"".join(last.pieces)):
        return False
    last.pieces = [b"-"]
    return True


def _take_line(card: _Card, number: int, line: bytes, file: str) -> Skipped | None:
    """Add a line to the card: a property of its own, or more of the one before."""
    last = card.properties[-1] if card.properties else None
    if not line.strip():
        if last is not None:
            last.open_base64 = False
        return None
    if last is not None and last.quoted_printable and last.pieces[-1].rstrip().endswith(b"="):
        # A soft line break: what follows belongs to the value even if it looks like a property.
        last.pieces[-1] = last.pieces[-1].rstrip()[:-1]
        last.add(line)
        return None
    if last is not None and last.open_base64 and _BASE64.match(line):
        last.add(line.strip())
        return None
    if line[:1] in b" \t" and last is not None:
        last.add(line[1:])
        return None
    head = _HEAD.match(line) or _LOOSE_HEAD.match(line)
    if head is None:
        if last is None:
            return Skipped(file, number, "This line has no colon, so it says nothing.")
        last.add(b" " + line)  # a label or address that runs on
        return None
    group, name, parameters = (decoded(part or b"") for part in head.groups())
    one = _Property(number, name.upper().replace("_", "-"), group, _parameters(parameters), [])
    one.open_base64 = one.base64 or one.name in _DROPPED
    one.add(line[head.end() :])
    card.properties.append(one)
    return None


def _parameters(text: str) -> dict[str, list[str]]:
    """Parameters by name in capitals; values without a name (2.1) are types or encodings."""
    found: dict[str, list[str]] = {}
    for parameter in _PARAMETER.findall(text[:2000]):
        name, equals, value = parameter.strip().partition("=")
        if not equals:
            name, value = "TYPE", name
            if value.upper() in ("QUOTED-PRINTABLE", "BASE64"):
                name = "ENCODING"
        values = [one.strip().upper() for one in value.replace('"', "").split(",")]
        found.setdefault(name.strip().upper(), []).extend(one for one in values if one)
    return found


# -- a card as a contact -----------------------------------------------------------------------


def _contact(card: _Card, file: str, plan: NumberPlan | None) -> Iterator[Contact | Skipped]:
    texts: dict[str, list[str]] = {}
    labels: dict[str, str] = {}
    telephones: list[tuple[int, str, str, str]] = []  # rank, value, kind, group
    emails: list[tuple[int, str]] = []
    for one in card.properties:
        if one.name in _DROPPED:
            continue
        if one.size > LONGEST_VALUE:
            yield Skipped(file, one.line, f"{one.name} is too long.")
            continue
        try:
            value = one.text()
        except ValueError:
            yield Skipped(file, one.line, f"{one.name} is encoded in a way that can't be read.")
            continue
        if not value.strip():
            continue
        if one.name == "TEL":
            telephones.append((_rank(one), value, _kind(one), one.group))
        elif one.name == "EMAIL":
            emails.append((_rank(one), clean(_plain(value).removeprefix("mailto:"))))
        elif one.name == "X-ABLABEL":
            labels[one.group] = _plain(value)
        else:
            texts.setdefault(one.name, []).append(value)
    company = _part(texts.get("ORG", [""])[0], 0)
    numbers: dict[str, str] = {}
    for _, value, kind, group in _preferred_first(telephones):
        number = _number(value, plan)
        if number and len(numbers) < MOST_NUMBERS:
            numbers.setdefault(number, kind or _labelled(labels.get(group, "")))
    name = _name(texts) or company or next((email for _, email in emails), "")
    if not name and not numbers:
        yield Skipped(file, card.line, "This card has neither a name nor a number.")
        return
    yield Contact(
        name=name or next(iter(numbers)),
        numbers=tuple(numbers.items()),
        company=company,
        emails=tuple(dict.fromkeys(email for _, email in _preferred_first(emails) if email)),
        note=clean(" ".join(_plain(note) for note in texts.get("NOTE", ())), LONGEST_NOTE),
        uid=clean(_plain(texts.get("UID", [""])[0])),
        source=file,
    )


def _preferred_first(ranked: list[_Ranked]) -> list[_Ranked]:
    return sorted(ranked, key=lambda entry: entry[0])


def _name(texts: dict[str, list[str]]) -> str:
    for formatted in texts.get("FN", ()):
        if name := clean(_plain(formatted)):
            return name
    for parts in texts.get("N", ()):
        # Family, given, additional, prefix, suffix; each may be missing.
        ordered = [_part(parts, index) for index in (3, 1, 2, 0, 4)]
        if name := clean(" ".join(part for part in ordered if part)):
            return name
    return clean(_plain(texts.get("NICKNAME", [""])[0]))


def _number(value: str, plan: NumberPlan | None) -> str | None:
    written = clean(_plain(value), 64)
    if plan is not None:
        return plan.normal(written)
    return written or None


def _rank(one: _Property) -> int:
    """1 for the most preferred: PREF=n (4.0), TYPE=pref (3.0), PREF (2.1); 101 without."""
    told = next(iter(one.parameters.get("PREF", ())), "")
    if told.isascii() and told.isdecimal():
        return min(100, int(told[:3]))
    return 1 if "PREF" in one.kinds() or "PREF" in one.parameters else 101


def _kind(one: _Property) -> str:
    kinds = one.kinds()
    return next((kind for word, kind in _KINDS.items() if word in kinds), "")


def _labelled(label: str) -> str:
    """The kind by Apple's label beside a number, which may be any word."""
    apple = _APPLE_LABEL.match(label)
    word = clean(apple[1] if apple else label, 30)
    return _KINDS.get(word.upper(), word)


def _plain(value: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def _part(value: str, index: int) -> str:
    parts = _UNESCAPED_SEMICOLON.split(value)
    return clean(_plain(parts[index])) if index < len(parts) else ""
