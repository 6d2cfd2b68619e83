"""vCards of every kind (2.1, 3.0, 4.0; RFC 2426, 6350) become contacts, however badly written.

The reader is our own and takes linear time: vobject loses a whole file for one odd line, and its
line pattern takes exponential time on a hostile one ("TEL;TYPE=a,a,a,..."). What is not understood
is kept in Contact.extra (vcard_extra.py), what is lost is told.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.charset import unwrapped
from console.people.keys import Keys
from console.people.notes import clean_note, fits
from console.people.number_reading import numbers_in
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.people.vcard_extra import MOST_EXTRA, NOT_KEPT, content_line, extra_line
from console.people.vcard_kinds import (
    address_kind,
    email_says_more,
    is_own,
    number_kind,
    with_extension,
)
from console.people.vcard_lines import LONGEST_VALUE, Card, Head, Property, cards
from console.people.vcard_text import escaped, parts, plain

__all__ = ["LONGEST_VALUE", "MOST_NUMBERS", "read_cards"]

MOST_NUMBERS = 50
MOST_EMAILS = 50
MOST_ADDRESSES = 20
LONGEST_WEB = 1000
_LONGEST_TEL = 400
_AGENTS_DEEP = 3  # cards written into an AGENT's value, which may have agents themselves

_UNDERSTOOD = frozenset(
    {
        *("FN", "N", "ORG", "TITLE", "ROLE", "TEL", "X-MS-TEL", "EMAIL", "ADR", "LABEL", "URL"),
        *("NOTE", "UID", "X-ABLABEL", "X-ABADR", "AGENT"),
    }
)
_PICTURES = frozenset({"PHOTO", "LOGO"})
_RELATED = Head("", "RELATED", ";TYPE=agent;VALUE=text")

_Ranked = TypeVar("_Ranked", bound=tuple[Any, ...])
_Text = tuple[Property, str]


def read_cards(
    data: bytes, name: str, plan: NumberPlan | None = None, keys: Keys | None = None
) -> Iterator[Contact | Skipped]:
    """Yield a contact for each card of a file called `name`, and what had to be skipped.

    With a plan the numbers are made keys (E.164); without one they stay as written. `keys` is one
    for all files of a source. A bad card or line never costs another one; nothing is raised.
    """
    keys = keys or Keys()
    plan = plan.written if plan else None
    found = False
    for one in cards(unwrapped(data), name):
        if isinstance(one, Skipped):
            yield one
            continue
        found = True
        yield from _Reading(one, name, plan, keys).contacts()
    if not found:
        yield Skipped(name, 1, "There is no vCard in this file.")


class _Reading:
    """One card on its way to a contact."""

    def __init__(
        self, card: Card, file: str, plan: NumberPlan | None, keys: Keys, depth: int = 0
    ) -> None:
        self._card = card
        self._file = file
        self._plan = plan
        self._keys = keys
        self._depth = depth
        self._texts: dict[str, list[_Text]] = {}
        self._labels: dict[str, str] = {}
        self._extra: list[str] = []  # of what was understood in part, in the order of the export
        self._rest: list[tuple[int, str]] = []
        self._kept_groups: set[str] = set()
        self._photo = False
        self._skipped: list[Skipped] = []

    def contacts(self) -> Iterator[Contact | Skipped]:
        """The contact, cards inside it, and what was skipped."""
        self._sort()
        yield from self._agents()
        contact = self._contact()
        yield from self._skipped
        yield contact or Skipped(
            self._file, self._card.line, "This card has neither a name nor a number."
        )

    def _skip(self, one: Property, why: str) -> None:
        self._skipped.append(Skipped(self._file, one.line, f"{one.head.name} {why}."))

    def _sort(self) -> None:
        """Decode what is understood; keep the rest as lines."""
        texts = self._texts
        for one in self._card.properties:
            name = one.head.name
            if name in NOT_KEPT:
                continue
            if one.head.binary:
                self._photo |= name in _PICTURES and not one.raw.isspace() and one.size > 0
            elif one.size > LONGEST_VALUE:
                self._skip(one, "is too long")
                continue
            if name not in _UNDERSTOOD:
                self._keep(one)
                continue
            try:
                value = one.text()
            except ValueError:
                self._skip(one, "is encoded in a way that can't be read")
                continue
            if value and not value.isspace():
                if name in texts:
                    texts[name].append((one, value))
                else:
                    texts[name] = [(one, value)]
        for one, value in texts.get("X-ABLABEL", ()):
            self._labels.setdefault(one.head.group.casefold(), plain(value))

    def _keep(self, one: Property, text: str | None = None) -> None:
        """Keep a property that is not understood, or is one too many, as a line."""
        try:
            line = extra_line(one) if text is None else content_line(one.head, text)
        except ValueError as failed:
            why = (
                str(failed) if "longer" in str(failed) else "is encoded in a way that can't be read"
            )
            self._skip(one, why)
            return
        if line:
            self._rest.append((one.line, line))
            if one.head.group:
                self._kept_groups.add(one.head.group.casefold())

    def _label(self, one: Property) -> str:
        group = one.head.group
        return self._labels.get(group.casefold(), "") if group else ""

    def _contact(self) -> Contact | None:
        family, given, name = self._name()
        company, department = self._organization()
        title = self._first("TITLE")
        for one, value in self._texts.get("ROLE", ()):
            if title:
                self._keep(one, value)
            else:
                title = clean(plain(value))
        numbers = self._numbers()
        emails = self._emails()
        name = name or company or next(iter(emails), "")
        if not name and not numbers:
            return None
        addresses = self._addresses()
        web = self._web()
        note = self._note()
        uid = self._first("UID")
        name = name or numbers[0][0]
        return Contact(
            name=name,
            numbers=numbers,
            company=company,
            emails=emails,
            note=note,
            uid=uid,
            source=self._file,
            family=family,
            given=given,
            department=department,
            title=title,
            addresses=addresses,
            web=web,
            photo=self._photo,
            extra=self._all_extra(),
            key=self._keys.key(uid, name, company),
        )

    def _first(self, name: str, limit: int = 200) -> str:
        """The first text of a property; others are kept as lines."""
        first = ""
        for one, value in self._texts.get(name, ()):
            text = clean(plain(value), limit)
            if not first:
                first = text
            elif text != first:
                self._keep(one, value)
        return first

    def _name(self) -> tuple[str, str, str]:
        """(family, given, whole name)"""
        formatted = self._first("FN")
        family = given = name = ""
        for one, value in self._texts.get("N", ()):
            if name:
                self._keep(one, value)
                continue
            # Family, given, additional, prefix, suffix; each may be missing.
            pieces = [clean(piece) if piece else "" for piece in parts(value)[:5]]
            pieces += [""] * (5 - len(pieces))
            family, given, middle, before, after = pieces
            name = clean(" ".join(filter(None, (before, given, middle, family, after))))
            if middle or before or after:
                self._extra.append("N:" + ";".join(map(escaped, pieces)))
        name = formatted or name
        if not name:
            for _, line in self._rest:
                if line.startswith("NICKNAME"):
                    name = clean(plain(line.partition(":")[2]))
                    break
        return family, given, name

    def _organization(self) -> tuple[str, str]:
        """(company, its further units)"""
        found: tuple[str, str] | None = None
        for one, value in self._texts.get("ORG", ()):
            if found is None:
                units = [clean(part) for part in parts(value)]
                found = units[0], clean(", ".join(unit for unit in units[1:] if unit))
                if not any(found):
                    found = None
            elif value != self._texts["ORG"][0][1]:
                self._keep(one, value)
        return found or ("", "")

    def _numbers(self) -> tuple[tuple[str, str], ...]:
        found: dict[tuple[str, str], str] = {}
        texts = self._texts.get("TEL", [])
        if "X-MS-TEL" in self._texts:
            texts = texts + self._texts["X-MS-TEL"]
        for one, value in _preferred_first(texts):
            text = clean(plain(value).replace("\n", " | "), _LONGEST_TEL)
            kind = number_kind(one.head.types, self._label(one))
            for number in numbers_in(text, self._plan):
                if not found.get(number):
                    if len(found) >= MOST_NUMBERS and number not in found:
                        self._skip(one, f"is left out: {MOST_NUMBERS} numbers are kept of a card")
                        break
                    found[number] = kind
        return tuple((number, with_extension(kind, rest)) for (number, rest), kind in found.items())

    def _emails(self) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for one, value in _preferred_first(self._texts.get("EMAIL", [])):
            email = clean(plain(value))
            if email[:7].casefold() == "mailto:":
                email = email[7:].lstrip()
            if not email or email in found:
                continue
            if len(found) >= MOST_EMAILS:
                self._skip(one, f"is left out: {MOST_EMAILS} addresses are kept of a card")
                break
            found[email] = None
            self._keep_whole(one, email, email_says_more(one.head.types))
        return tuple(found)

    def _web(self) -> str:
        first = ""
        for one, value in self._texts.get("URL", ()):
            text = clean(plain(value), LONGEST_WEB)
            if not first:
                first = text
                if text:
                    self._keep_whole(one, text, False)
            elif text != first:
                self._keep(one, value)
        return first

    def _keep_whole(self, one: Property, value: str, says_more: bool) -> None:
        """Keep the line of something understood if it says more than a contact holds."""
        own_label = is_own(label) if (label := self._label(one)) else False
        if not own_label and not says_more:
            return
        line = content_line(one.head, escaped(value), without=("PREF",), group=own_label)
        if line:
            self._extra.append(line)
            if own_label:
                self._kept_groups.add(one.head.group.casefold())

    def _addresses(self) -> tuple[Address, ...]:
        found: dict[Address, None] = {}
        kinds: set[str] = set()
        for one, value in _preferred_first(self._texts.get("ADR", [])):
            kind = address_kind(one.head.types, self._label(one))
            pieces = [_one_line(piece) if piece else "" for piece in parts(value)[:7]]
            pieces += [""] * (7 - len(pieces))
            box, extra, street, place, region, code, country = pieces
            if not any(pieces):
                street = _one_line(plain(one.head.parameter("LABEL")))
                if not street:
                    continue
            kinds.add(kind)
            found[Address(street, place, code, region, country, box, extra, kind)] = None
        for one, value in _preferred_first(self._texts.get("LABEL", [])):
            # The same as ADR, as it stands on an envelope; usually both are there.
            kind = address_kind(one.head.types, self._label(one))
            if kind not in kinds and (street := _one_line(plain(value))):
                found[Address(street, kind=kind)] = None
        if len(found) > MOST_ADDRESSES:
            why = f"of which there are {len(found)}: {MOST_ADDRESSES} are kept of a card"
            self._skip(self._texts["ADR" if "ADR" in self._texts else "LABEL"][0][0], why)
        return tuple(found)[:MOST_ADDRESSES]

    def _note(self) -> str:
        note = ""
        for one, value in self._texts.get("NOTE", ()):
            text = plain(value)
            if note:
                if clean_note(text) != note:
                    self._keep(one, value)
                continue
            note = clean_note(text)
            if not fits(text):
                self._skip(one, f"is cut: it is longer than {len(note)} characters")
        return note

    def _agents(self) -> Iterator[Contact | Skipped]:
        """Contacts of the cards that are written into the value of an AGENT."""
        for one, value in self._texts.get("AGENT", ()):
            text = plain(value)
            if "BEGIN:VCARD" not in text[:200].upper():
                if text.strip() != "-":
                    self._keep(one, value)
                continue
            if self._depth >= _AGENTS_DEEP:
                self._skip(one, "holds cards too deep inside others")
                continue
            for card in cards(text.encode("utf-8", "replace"), self._file):
                if isinstance(card, Skipped):
                    continue
                card.line = one.line
                inner = _Reading(card, self._file, self._plan, self._keys, self._depth + 1)
                for contact in inner.contacts():
                    yield contact
                    if isinstance(contact, Contact):
                        line = content_line(_RELATED, escaped(contact.name))
                        self._rest.append((one.line, line or ""))

    def _all_extra(self) -> tuple[str, ...]:
        for name in ("X-ABLABEL", "X-ABADR"):
            for one, value in self._texts.get(name, ()):
                # Of a number or address the label is its kind; of nothing it says nothing.
                if one.head.group.casefold() in self._kept_groups:
                    self._keep(one, value)
        self._rest.sort(key=lambda kept: kept[0])
        lines = self._extra + [line for _, line in self._rest]
        if len(lines) > MOST_EXTRA:
            why = f"This card has {len(lines)} more lines; {MOST_EXTRA} are kept."
            self._skipped.append(Skipped(self._file, self._card.line, why))
        return tuple(lines[:MOST_EXTRA])


def _preferred_first(ranked: list[_Text]) -> list[_Text]:
    return sorted(ranked, key=lambda text: text[0].head.rank) if len(ranked) > 1 else ranked


def _one_line(text: str) -> str:
    """A part of an address, whose lines are told apart by commas."""
    if "\n" not in text:
        return clean(text)
    return clean(", ".join(line.strip().rstrip(",") for line in text.split("\n") if line.strip()))
