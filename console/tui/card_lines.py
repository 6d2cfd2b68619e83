"""A contact's card as rows: what is known of it, then its calls with us."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from textwrap import wrap
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.cells import cell_len

from console.calls.words import Direction
from console.desk.contacts import Certainty, NumberPlace
from console.desk.records import CallRecord
from console.people.values import Address, Contact
from console.tui import legible, links
from console.tui.acquaintance import reason
from console.tui.card import Card
from console.tui.cells import fit, plain

if TYPE_CHECKING:
    from console.calls.numbers import NumberPlan

LABEL = 11  # cells of the names of fields
LONGEST = 4000  # characters of one value that are drawn
MOST = 100  # rows of one value
MOST_LINKS = 3
CALLS_TITLE = "CALLS WITH US"
# What sources call numbers that says what kind of line it is; "work" or "home" doesn't.
KINDS = frozenset(
    {
        *("landline", "landline or mobile", "mobile", "cell", "handy", "festnetz", "pager"),
        *("voip", "internet", "voicemail", "service", "free of charge", "premium rate"),
    }
)


@dataclass(frozen=True, slots=True)
class CardRow:
    """One row: (text, part) pairs; `call` is the id of the call it tells of, `link` its address."""

    cells: tuple[tuple[str, str], ...] = ()
    call: str = ""
    link: str = ""
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom the card is written: now, the site's zone and its numbers."""

    now: datetime
    zone: ZoneInfo
    plan: "NumberPlan"


def card_rows(card: Card, reader: Reader, width: int, *, dense: bool = False) -> list[CardRow]:
    """All rows of a card that is `width` cells wide; `dense` where there is little height.

    What one should know before speaking comes first: who it is, how sure that is, the note.
    """
    contact = card.contact
    rows = [*_title(contact, reader.plan, width)]
    if card.certainty is not Certainty.EXACT:
        rows += _wrapped(reason(card.certainty), width, "certainty")
    rows += _wrapped(contact.note, width, "note")
    for note in card.notes:
        at = legible.when(note.at, reader.now, reader.zone)
        rows += _wrapped(f"✎ {at} {note.by}: {note.text}", width, "text", 2)
    for action, url in card.links[:MOST_LINKS]:
        cells = (("l", "key"), (f" {action}: ", "quiet"), (url, "link"))
        rows.append(CardRow(cells, link=url))
    space = [] if dense else [CardRow()]
    rows += space
    if card.this and card.this not in dict(contact.numbers):
        rows += _number(card.this, "this call", card, reader, width)
    for number, written in contact.numbers:
        rows += _number(number, written, card, reader, width)
    rows += _field("e-mail", ", ".join(contact.emails), width)
    for address in contact.addresses:
        rows += _field("address", _address(address), width)
    if contact.web:
        page = links.page_of(contact.web)
        part = "link" if page else "text"
        web = _field("web", contact.web, width, part)
        rows += [CardRow(row.cells, link=page) for row in web]
    rows += _origin(card, width)
    rows += [*space, CardRow(((CALLS_TITLE, "title"),), rule=True)]
    return rows + _calls(card, reader, width)


def _title(contact: Contact, plan: "NumberPlan", width: int) -> Iterator[CardRow]:
    name = legible.contact_name(contact, plan)
    firm = contact.company if contact.company != name else ""
    if firm and cell_len(plain(name)) + cell_len(plain(firm)) + 3 <= width:
        yield CardRow(((name, "name"), (f"   {firm}", "text")))
    else:
        yield from _wrapped(name, width, "name", 2)
        yield from _wrapped(firm, width, "text", 2)
    yield from _wrapped(", ".join(filter(None, (contact.title, contact.department))), width, "text")


def _number(number: str, written: str, card: Card, reader: Reader, width: int) -> Iterator[CardRow]:
    plan = reader.plan
    kind, this = legible.number_kind(number, written, plan), number == card.this
    # Where its source says what kind of line it is, nothing else is said beside that.
    itself = plan.kind(number)
    if itself == kind or kind.casefold() in KINDS:
        itself = ""
    found = next((one for one in card.places if one.number == number), NumberPlace(number))
    where = ", ".join(filter(None, (itself, found.place, plan.country(number))))
    there = legible.there(found.there, reader.now)
    mark = "← this call" if this and written != "this call" else ""
    cells = [(_label(kind), "quiet"), (legible.number(number, plan), "number")]
    for words, part in ((where, "quiet"), (there, "text"), (mark, "text")):
        if not words:
            continue
        if sum(cell_len(text) for text, _ in cells) + 2 + cell_len(words) <= width:
            cells.append((f"  {words}", part))
        else:
            # Below the number, rather than cut.
            yield CardRow(tuple(cells))
            cells = [(_label(""), "quiet"), (words, part)]
    yield CardRow(tuple(cells))


def _origin(card: Card, width: int) -> list[CardRow]:
    contact = card.contact
    told = [contact.source or ("yours" if card.yours else "")]
    if card.yours:
        told.append("yours: nobody else sees it")
    if card.corrects:
        told.append(f"corrects the one of {card.corrects}")
    if contact.photo:
        told.append("has a photo")
    return _field("source", " · ".join(filter(None, told)), width, "quiet")


def _calls(card: Card, reader: Reader, width: int) -> list[CardRow]:
    if card.calls is None:
        return [CardRow((("…", "quiet"),))]
    if not card.contact.numbers:
        return _wrapped("Without a number no call can be known.", width, "quiet")
    if not card.calls:
        return _wrapped("No calls yet.", width, "quiet")
    rows = [_call(record, reader, width) for record in card.calls]
    return [*rows, CardRow((("earlier ones: 3 Journal", "quiet"),))] if card.more else rows


def _call(record: CallRecord, reader: Reader, width: int) -> CardRow:
    when = fit(legible.when(record.call.started_at, reader.now, reader.zone), 16)
    ours = record.call.direction is Direction.OUTBOUND
    company = "" if ours else legible.company(record, reader.plan)
    outcome = ("we called, " if ours else "") + legible.ending(record, reader.plan)
    note = " ".join(record.notes[-1].text.split()) if record.notes else ""
    return CardRow(
        (
            ("▲ " if record.open else "  ", "open"),
            (when, "quiet"),
            (fit(company, min(28, width // 3)) + "  ", "quiet"),
            (outcome, "text"),
            (f"  “{note}”" if note else "", "quiet"),
        ),
        call=record.call.id,
    )


def _address(address: Address) -> str:
    place = " ".join(filter(None, (address.code, address.place)))
    parts = (address.street, address.extra, address.box, place, address.region, address.country)
    told = ", ".join(filter(None, parts))
    return f"{told} ({address.kind})" if address.kind and told else told


def _field(name: str, value: str, width: int, part: str = "text") -> list[CardRow]:
    rows = _lines(value, max(12, width - LABEL))
    return [
        CardRow(((_label(name if not place else ""), "quiet"), (line, part)))
        for place, line in enumerate(rows)
    ]


def _label(name: str) -> str:
    return fit(name, LABEL - 1) + " "


def _wrapped(words: str, width: int, part: str, most: int = MOST) -> list[CardRow]:
    return [CardRow(((line, part),)) for line in _lines(words, width)[:most]]


def _lines(value: str, width: int) -> list[str]:
    """The value in rows, broken where it is broken and between words."""
    parts: Iterable[str] = value[:LONGEST].splitlines()
    rows = [row for part in parts for row in wrap(plain(part), max(8, width)) or [""]]
    while rows and not rows[-1]:
        rows.pop()
    return rows[:MOST]
