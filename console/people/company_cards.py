"""Companies as vCards and back: what others understand as usual properties, the rest as ours.

A firm's card that another program wrote becomes a company, too: its telephones are then the called
numbers, and whose name stands on it is somebody to ask.
"""

from collections.abc import Iterable, Iterator

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.people.charset import unwrapped
from console.people.hours_rules import read_rule
from console.people.notes import clean_block, clean_note
from console.people.number_forms import MOST_NUMBERS, read_meant
from console.people.skipped import Skipped
from console.people.table import (
    LONGEST_ADDRESS,
    LONGEST_FILE,
    LONGEST_TEMPLATE,
    LONGEST_TEXT,
    MOST_ITEMS,
    colour_in,
    greeting_in,
    is_zone,
)
from console.people.values import Company, Person
from console.people.vcard_format import folded, text_line
from console.people.vcard_lines import cards
from console.people.vcard_ordinary import OrdinaryCard
from console.people.vcard_properties import Card
from console.people.vcard_text import parts, plain

_OURS = "X-HOTLINE-"


def companies_as_cards(companies: Iterable[Company]) -> bytes:
    """Return one file (UTF-8) with a card for each company."""
    return b"".join(company_card(company).encode() for company in companies)


def company_card(company: Company) -> str:
    """Return one card (vCard 3.0), BEGIN to END, with its last line end."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", *_lines(company), "END:VCARD"]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def read_company_cards(data: bytes, name: str, plan: NumberPlan) -> Iterator[Company | Skipped]:
    """Yield a company for each card of a file called `name` that has one (ORG), and what hasn't."""
    if len(data) > LONGEST_FILE:
        yield Skipped(name, 1, "The file is larger than 16 MB: that is no list of companies.")
        return
    seen: dict[str, int] = {}
    found = False
    for card in cards(unwrapped(data), name):
        if isinstance(card, Skipped):
            yield card
            continue
        found = True
        try:
            told: list[str] = []
            company = _company(card, plan, told)
        except ValueError as unusable:
            yield Skipped(name, card.line, str(unusable))
            continue
        yield from (Skipped(name, card.line, why) for why in told)
        if (first := seen.setdefault(company.name.casefold(), card.line)) != card.line:
            yield Skipped(name, card.line, f"{company.name} is there already, in line {first}.")
        else:
            yield company
    if not found:
        yield Skipped(name, 1, "There is no vCard in this file.")


# -- writing -----------------------------------------------------------------------------------


def _lines(company: Company) -> Iterator[str]:
    name = clean(company.name) or "Unknown"
    yield text_line("N", name, "", "", "", "")
    yield text_line("FN", name)
    yield text_line("ORG", name)
    yield "X-ABShowAs:COMPANY"
    for number in company.numbers:
        if number.lstrip("+").isdecimal():
            yield text_line("TEL", clean(number, 60), type_="WORK")
        else:
            yield text_line(f"{_OURS}NUMBER", clean(number, 60))
    if address := clean_note(company.address, LONGEST_ADDRESS):
        yield text_line("ADR", "", "", address, "", "", "", "", type_="WORK")
    for property_name, text in (
        ("URL", clean(company.web, LONGEST_TEXT)),
        ("NOTE", clean_note(company.notes)),
        ("TZ", clean(company.time_zone)),
        (f"{_OURS}COLOUR", clean(company.colour)),
        (f"{_OURS}GREETING", clean(company.greeting, LONGEST_TEXT)),
        (f"{_OURS}PRONUNCIATION", clean(company.pronunciation)),
        (f"{_OURS}TEMPLATE", clean_block(company.template, LONGEST_TEMPLATE)),
        (f"{_OURS}ARCHIVED", "yes" if company.archived else ""),
    ):
        if text:
            yield text_line(property_name, text)
    for fact in company.facts:
        yield text_line(f"{_OURS}FACT", clean(fact))
    for rule in company.hours:
        yield text_line(f"{_OURS}HOURS", clean(rule))
    for variant in company.greetings:
        yield text_line(f"{_OURS}VARIANT", clean(variant.when), clean(variant.text, LONGEST_TEXT))
    for person in company.people:
        fields = (person.name, person.role, person.number, person.email)
        yield text_line(f"{_OURS}PERSON", *map(clean, fields))


# -- reading -----------------------------------------------------------------------------------


class _Texts:
    """The texts of a card by property."""

    def __init__(self, card: Card | OrdinaryCard) -> None:
        self._texts: dict[str, list[str]] = {}
        self.numbers: list[str] = []
        for one in card.properties:
            name = one.head.name
            if one.too_long or one.head.binary:
                continue
            try:
                value = one.text()
            except ValueError:
                continue
            if name in ("TEL", f"{_OURS}NUMBER"):
                self.numbers.append(plain(value))
            elif value.strip():
                self._texts.setdefault(name, []).append(value)

    def all(self, name: str) -> list[str]:
        """The values of a property, with their escapes."""
        return self._texts.get(name, [])

    def first(self, name: str, limit: int = 200) -> str:
        """The first text of a property, empty without one."""
        return clean(plain(next(iter(self.all(name)), "")), limit)

    def ours(self, name: str) -> list[list[str]]:
        """The parts of each of our own properties of a name."""
        return [
            [clean(part, LONGEST_TEXT) for part in parts(value)]
            for value in self.all(_OURS + name)[:MOST_ITEMS]
        ]


def _company(card: Card | OrdinaryCard, plan: NumberPlan, told: list[str]) -> Company:
    texts = _Texts(card)
    shown = texts.first("FN")
    firm = clean(parts(next(iter(texts.all("ORG")), ""))[0])
    if not firm:
        raise ValueError(f"{shown or 'This card'} names no company (ORG), so it is a person's.")
    hours = tuple(rule for rule, *_ in texts.ours("HOURS"))
    for rule in hours:
        if isinstance(wrong := read_rule(rule), str):
            raise ValueError(wrong)
    variants = [greeting_in(": ".join(variant)) for variant in texts.ours("VARIANT")]
    zone = texts.first("TZ")
    return Company(
        name=firm,
        numbers=_numbers(texts, plan, told),
        colour=colour_in(texts.first(f"{_OURS}COLOUR"), firm),
        greeting=texts.first(f"{_OURS}GREETING", LONGEST_TEXT),
        pronunciation=texts.first(f"{_OURS}PRONUNCIATION"),
        facts=tuple(fact for fact, *_ in texts.ours("FACT") if fact),
        # Other programs write an offset, which says nothing of summer.
        time_zone=zone if zone and is_zone(zone) else "",
        address=_address(texts),
        web=texts.first("URL", LONGEST_TEXT),
        people=tuple(_people(texts, "" if shown == firm else shown)),
        notes=clean_note(plain(next(iter(texts.all("NOTE")), ""))),
        hours=hours,
        greetings=tuple(variants),
        template=clean_block(
            plain(next(iter(texts.all(f"{_OURS}TEMPLATE")), "")), LONGEST_TEMPLATE
        ),
        archived=bool(texts.all(f"{_OURS}ARCHIVED")),
    )


def _numbers(texts: _Texts, plan: NumberPlan, told: list[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for written in texts.numbers:
        some, error = read_meant(written, plan)
        if error:
            told.append(error)
        found |= dict.fromkeys(some)
    return tuple(found)[:MOST_NUMBERS]


def _address(texts: _Texts) -> str:
    pieces = [*parts(next(iter(texts.all("ADR")), "")), *[""] * 7]
    _, extra, street, place, region, code, country = pieces[:7]
    lines = (extra, street, f"{code} {place}".strip(), region, country)
    return clean_note("\n".join(filter(None, lines)), LONGEST_ADDRESS)


def _people(texts: _Texts, whose_card: str) -> Iterator[Person]:
    if whose_card:
        yield Person(whose_card, texts.first("TITLE"), "", texts.first("EMAIL"))
    for fields in texts.ours("PERSON"):
        name, role, number, email = [*fields, "", "", ""][:4]
        if name:
            yield Person(name, role, number, email)
