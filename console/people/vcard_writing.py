"""Contacts as vCards of version 3.0 (RFC 2426), which every program reads.

Lines are folded at 75 octets between letters and end in CR LF. No field can add a property: all is
cleaned and escaped, and of the kept lines only those are written that are one line and no frame.
"""

from collections.abc import Iterable, Iterator

from console.calls.text import clean
from console.people.company_cards import company_card
from console.people.notes import clean_note
from console.people.values import Address, Contact
from console.people.vcard import LONGEST_WEB
from console.people.vcard_extra import LONGEST_EXTRA, MOST_EXTRA, NOT_KEPT, ExtraLine, split_line
from console.people.vcard_format import LONGEST_LINE, folded, text_line
from console.people.vcard_kinds import LONGEST_KIND, TYPES, without_extension
from console.people.vcard_text import parts, plain

__all__ = ["LONGEST_LINE", "company_card", "folded", "write_card", "write_cards"]

# Of these the contact itself says what there is.
_CONTACTS_OWN = frozenset({"TEL", "X-MS-TEL", "ADR", "LABEL"})
_NEVER = ("ENCODING=", "CHARSET=")


def write_cards(contacts: Iterable[Contact]) -> bytes:
    """Return one file (UTF-8) with a card for each contact."""
    return b"".join(write_card(contact).encode() for contact in contacts)


def write_card(contact: Contact) -> str:
    """Return one card, BEGIN to END, with its last line end."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", *_Writing(contact).lines(), "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


class _Writing:
    """One contact on its way to lines."""

    def __init__(self, contact: Contact) -> None:
        self._contact = contact
        self._extra = list(_usable(contact.extra))
        self._groups = {line.group.casefold() for line in self._extra if line.group}
        self._next_group = 1

    def lines(self) -> Iterator[str]:
        contact = self._contact
        yield self._name()
        yield text_line("FN", clean(contact.name) or clean(contact.company) or "Unknown")
        if contact.company or contact.department:
            units = [clean(contact.company), clean(contact.department)]
            yield text_line("ORG", *(units if units[1] else units[:1]))
        yield from _text("TITLE", clean(contact.title))
        for number, kind in contact.numbers:
            yield from self._number(clean(number, 64), clean(kind, 2 * LONGEST_KIND))
        for email in map(clean, contact.emails):
            if email:
                yield self._take("EMAIL", email) or text_line("EMAIL", email, type_="INTERNET")
        for address in contact.addresses:
            yield from self._address(address)
        if web := clean(contact.web, LONGEST_WEB):
            yield self._take("URL", web) or text_line("URL", web)
        yield from _text("NOTE", clean_note(contact.note))
        yield from _text("UID", clean(contact.uid))
        for line in self._extra:
            if line.name not in ("N", "EMAIL"):
                yield _written(line)

    def _name(self) -> str:
        """N, with the further parts of a kept one, whose first two an operator may have changed."""
        kept = next((line for line in self._extra if line.name == "N"), None)
        further = [clean(part) for part in parts(kept.value)[2:5]] if kept else []
        pieces = [clean(self._contact.family), clean(self._contact.given), *further, "", "", ""]
        return text_line("N", *pieces[:5])

    def _number(self, number: str, kind: str) -> Iterator[str]:
        if number:
            kind, rest = without_extension(kind) if number.startswith("+") else (kind, "")
            # A pause, then the digits: what a telephone dials, and read_cards understands.
            value = f"{number},,{rest}" if rest else number
            yield from self._with_kind("TEL", [value], kind, TYPES.get(kind, ""))

    def _address(self, address: Address) -> Iterator[str]:
        kind = clean(address.kind, LONGEST_KIND)
        pieces = [address.box, address.extra, address.street, address.place]
        pieces += [address.region, address.code, address.country]
        known = kind.upper() if kind in ("work", "home") else ""
        yield from self._with_kind("ADR", list(map(clean, pieces)), kind, known)

    def _with_kind(self, name: str, values: list[str], kind: str, known: str) -> Iterator[str]:
        """A line with its type, or with Apple's label beside it, which may be any word."""
        if known or not kind:
            yield text_line(name, *values, type_=known)
            return
        while f"item{self._next_group}" in self._groups:
            self._next_group += 1
        group = f"item{self._next_group}"
        self._next_group += 1
        yield text_line(name, *values, group=group)
        yield text_line("X-ABLabel", kind, group=group)

    def _take(self, name: str, value: str) -> str | None:
        """The kept line that says the same and more, which is then written here."""
        for line in self._extra:
            if line.name == name and clean(plain(line.value), LONGEST_WEB) == value:
                self._extra.remove(line)
                return _written(line)
        return None


def _text(name: str, value: str) -> Iterator[str]:
    if value:
        yield text_line(name, value)


def _usable(lines: Iterable[str]) -> Iterator[ExtraLine]:
    """The kept lines that are one line each, and change nothing else in the card."""
    for line in list(lines)[:MOST_EXTRA]:
        found = split_line(clean(line, LONGEST_EXTRA))
        if found is None or found.name in NOT_KEPT or found.name in _CONTACTS_OWN:
            continue
        if any(word in found.parameters.upper() for word in _NEVER):
            continue  # it could swallow the line after it
        if found.name == "AGENT" and "BEGIN" in found.value.upper():
            continue
        yield found


def _written(line: ExtraLine) -> str:
    group = f"{line.group}." if line.group else ""
    return f"{group}{line.name}{line.parameters}:{line.value}"
