"""vCards of every kind (2.1, 3.0, 4.0; RFC 2426, 6350) become contacts, however badly written.

The reader is our own and takes linear time: vobject loses a whole file for one odd line, and its
line pattern takes exponential time on a hostile one ("TEL;TYPE=a,a,a,..."). What is not understood
is kept in Contact.extra (vcard_extra.py), what is lost is told.
"""

from collections.abc import Iterator
from itertools import chain, islice

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.charset import unwrapped
from console.people.keys import Keys
from console.people.notes import clean_note, fits
from console.people.number_reading import numbers_in, plain_key
from console.people.skipped import Skipped
from console.people.values import Address, Contact
from console.people.vcard_kinds import (
    address_kind,
    email_says_more,
    number_kind,
    with_extension,
    with_remark,
)
from console.people.vcard_lines import cards
from console.people.vcard_properties import LONGEST_VALUE
from console.people.vcard_sorting import SortedCard
from console.people.vcard_text import parts, plain

__all__ = ["LONGEST_VALUE", "MOST_NUMBERS", "NO_CARD", "read_cards"]

NO_CARD = "There is no vCard in this file."

MOST_NUMBERS = 50
MOST_EMAILS = 50
MOST_ADDRESSES = 20
LONGEST_WEB = 1000
_LONGEST_TEL = 400
_AT_ONCE = 64
_AGENTS_DEEP = 3  # cards written into an AGENT's value, which may have agents themselves


def read_cards(
    data: bytes, name: str, plan: NumberPlan | None = None, keys: Keys | None = None
) -> Iterator[Contact | Skipped]:
    """Yield a contact for each card of a file called `name`, and what had to be skipped.

    With a plan the numbers are made keys (E.164); without one they stay as written. `keys` is one
    for all files of a source. A bad card or line never costs another one; nothing is raised.
    """
    reading = _Reading(name, plan.written if plan else None, keys or Keys())
    found = False
    stream = cards(unwrapped(data), name)
    # Step by step for many cards: a processor forgets a step's code while it does the others.
    while some := list(islice(stream, _AT_ONCE)):
        ready = [one if isinstance(one, Skipped) else SortedCard(one, name) for one in some]
        made = [[one] if isinstance(one, Skipped) else reading.contacts(one) for one in ready]
        found = found or any(isinstance(one, SortedCard) for one in ready)
        yield from chain.from_iterable(made)
    if not found:
        yield Skipped(name, 1, NO_CARD)


class _Reading:
    """Makes contacts of the cards of one file."""

    def __init__(self, file: str, plan: NumberPlan | None, keys: Keys) -> None:
        self._file = file
        self._plan = plan
        self._keys = keys

    def contacts(self, card: SortedCard, depth: int = 0) -> list[Contact | Skipped]:
        """The contact of a card, after those of cards inside it, and what was skipped."""
        made = list(self._agents(card, depth)) if card.all("AGENT") else []
        contact = self._contact(card)
        made += card.skipped
        if contact is None:
            why = "This card has neither a name nor a number."
            made.append(Skipped(self._file, card.line, why))
        else:
            made.append(contact)
        return made

    def _contact(self, card: SortedCard) -> Contact | None:
        family, given, name = _name(card)
        company, department = _organization(card)
        numbers = self._numbers(card)
        emails = _emails(card)
        name = name or company or next(iter(emails), "")
        if not name and not numbers:
            return None
        name = name or numbers[0][0]
        uid = _first(card, "UID")
        return Contact(
            name=name,
            numbers=numbers,
            company=company,
            emails=emails,
            note=_note(card),
            uid=uid,
            source=self._file,
            family=family,
            given=given,
            department=department,
            title=_title(card),
            addresses=_addresses(card),
            web=_web(card),
            photo=card.photo,
            extra=card.extra(),
            key=self._keys.key(uid, name, company),
        )

    def _numbers(self, card: SortedCard) -> tuple[tuple[str, str], ...]:
        found: dict[tuple[str, str], str] = {}
        for one, value in card.by_rank("TEL", "X-MS-TEL"):
            text = plain(value)
            kind = number_kind(one.head, card.label(one))
            if key := plain_key(text, self._plan):
                found[key, ""] = found.get((key, "")) or kind
            else:
                text = clean(text.replace("\n", " | "), _LONGEST_TEL)
                for number, extension, remark in numbers_in(text, self._plan):
                    said = with_remark(kind, remark) if remark else kind
                    found[number, extension] = found.get((number, extension)) or said
            if len(found) > MOST_NUMBERS:
                card.skip(one, f"is left out: {MOST_NUMBERS} numbers are kept of a card")
                break
        numbers = ((number, with_extension(kind, more)) for (number, more), kind in found.items())
        return tuple(numbers)[:MOST_NUMBERS]

    def _agents(self, card: SortedCard, depth: int) -> Iterator[Contact | Skipped]:
        """Contacts of the cards that are written into the value of an AGENT."""
        for one, value in card.all("AGENT"):
            text = plain(value)
            if "BEGIN:VCARD" not in text[:200].upper():
                if text.strip() != "-":
                    card.keep(one, value)
                continue
            if depth >= _AGENTS_DEEP:
                card.skip(one, "holds cards too deep inside others")
                continue
            for inner in cards(text.encode("utf-8", "replace"), self._file):
                if isinstance(inner, Skipped):
                    continue
                of_it = SortedCard(inner, self._file, card.line_of(one))
                for contact in self.contacts(of_it, depth + 1):
                    yield contact
                    if isinstance(contact, Contact):
                        card.keep_agent(one, contact.name)


def _first(card: SortedCard, name: str, limit: int = 200) -> str:
    """The first text of a property; others are kept as lines."""
    first = ""
    for one, value in card.all(name):
        text = clean(plain(value), limit)
        if not first:
            first = text
        elif text != first:
            card.keep(one, value)
    return first


def _name(card: SortedCard) -> tuple[str, str, str]:
    """(family, given, whole name)"""
    formatted = _first(card, "FN")
    pieces = [""] * 5
    for one, value in card.all("N"):
        if _whole_name(pieces):
            card.skip(one, "is left out: a card has one")
            continue
        pieces = [clean(piece) if piece else "" for piece in parts(value)[:5]]
        pieces += [""] * (5 - len(pieces))
        if pieces[2] or pieces[3] or pieces[4]:
            card.keep_name(pieces)
    name = formatted or _whole_name(pieces) or clean(plain(card.nickname()))
    return pieces[0], pieces[1], name


def _whole_name(pieces: list[str]) -> str:
    family, given, middle, before, after = pieces
    return clean(" ".join(filter(None, (before, given, middle, family, after))))


def _organization(card: SortedCard) -> tuple[str, str]:
    """(company, its further units)"""
    found = ("", "")
    first = ""
    for one, value in card.all("ORG"):
        if not any(found):
            units = [clean(unit) if unit else "" for unit in parts(value)]
            found, first = (units[0], clean(", ".join(filter(None, units[1:])))), value
        elif value != first:
            card.keep(one, value)
    return found


def _title(card: SortedCard) -> str:
    title = _first(card, "TITLE")
    for one, value in card.all("ROLE"):
        if title:
            card.keep(one, value)
        else:
            title = clean(plain(value))
    return title


def _emails(card: SortedCard) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one, value in card.by_rank("EMAIL"):
        email = clean(plain(value))
        if email[:7].casefold() == "mailto:":
            email = email[7:].lstrip()
        if not email or email in found:
            continue
        if len(found) == MOST_EMAILS:
            card.skip(one, f"is left out: {MOST_EMAILS} addresses are kept of a card")
            break
        found[email] = None
        card.keep_whole(one, email, email_says_more(one.head))
    return tuple(found)


def _web(card: SortedCard) -> str:
    first = ""
    for one, value in card.all("URL"):
        text = clean(plain(value), LONGEST_WEB)
        if not first:
            first = text
            card.keep_whole(one, text, False)
        elif text != first:
            card.keep(one, value)
    return first


def _addresses(card: SortedCard) -> tuple[Address, ...]:
    found: list[Address] = []
    kinds: set[str] = set()
    for one, value in card.by_rank("ADR"):
        kind = address_kind(one.head.types, card.label(one))
        pieces = [_one_line(piece) if piece else "" for piece in parts(value)[:7]]
        pieces += [""] * (7 - len(pieces))
        box, extra, street, place, region, code, country = pieces
        if not any(pieces):
            street = _one_line(plain(" ".join(one.head.values("LABEL"))))
            if not street:
                continue
        kinds.add(kind)
        found.append(Address(street, place, code, region, country, box, extra, kind))
    for one, value in card.by_rank("LABEL"):
        # The same as ADR, as it stands on an envelope; usually both are there.
        kind = address_kind(one.head.types, card.label(one))
        if kind not in kinds and (street := _one_line(plain(value))):
            found.append(Address(street, kind=kind))
    if len(found) > 1:
        found = list(dict.fromkeys(found))
    if len(found) > MOST_ADDRESSES:
        one = (card.all("ADR") or card.all("LABEL"))[-1][0]
        card.skip(one, f"is left out: {MOST_ADDRESSES} addresses are kept of a card")
    return tuple(found)[:MOST_ADDRESSES]


def _note(card: SortedCard) -> str:
    note = ""
    for one, value in card.all("NOTE"):
        text = plain(value)
        if note:
            if clean_note(text) != note:
                card.keep(one, value)
            continue
        note = clean_note(text)
        if not fits(text):
            card.skip(one, f"is cut after {len(note)} characters")
    return note


def _one_line(text: str) -> str:
    """A part of an address, whose lines are told apart by commas."""
    if "\n" not in text:
        return clean(text)
    return clean(", ".join(line.strip().rstrip(",") for line in text.split("\n") if line.strip()))
