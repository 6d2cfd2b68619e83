"""Companies out of a file and into one: a table (CSV) or vCards, told apart by the name's end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.calls.numbers import NumberPlan
from console.people.skipped import Skipped
from console.people.values import Company, Contact, Person
from console.tui.new_file import NewFile

LARGEST = 16_000_000  # bytes; more is no list of companies
CARDS = frozenset({".vcf", ".vcard"})


@dataclass(frozen=True, slots=True)
class Read:
    """What a file held."""

    companies: tuple[Company, ...]
    skipped: tuple[Skipped, ...]


async def read_file(path: Path, plan: NumberPlan) -> Read:
    """Read a file off the loop; raises OSError, RuntimeError (a `~` of nobody), and ValueError
    with a sentence."""
    return await asyncio.to_thread(_read, path, plan)


def _read(path: Path, plan: NumberPlan) -> Read:
    with path.expanduser().open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("It is larger than 16 MB: that is no list of companies.")
    companies: list[Company] = []
    skipped: list[Skipped] = []
    if path.suffix.lower() in CARDS:
        from console.people.vcard import read_cards

        for card in read_cards(data, path.name, plan):
            if isinstance(card, Skipped):
                skipped.append(card)
            else:
                companies.append(company_of(card))
    else:
        from console.people.table import read_companies

        for row in read_companies(data, path.name, plan):
            if isinstance(row, Skipped):
                skipped.append(row)
            else:
                companies.append(row)
    return Read(tuple(companies), tuple(skipped))


def company_of(card: Contact) -> Company:
    """The company of a card: its numbers are called, and who is named on it is asked for there."""
    firm = card.company or card.name
    person = card.name if card.company and card.name != card.company else ""
    address = card.addresses[0] if card.addresses else None
    place = f"{address.code} {address.place}".strip() if address else ""
    lines = (address.street, place, address.country) if address else ()
    return Company(
        firm,
        tuple(number for number, _ in card.numbers),
        address="\n".join(line for line in lines if line),
        web=card.web,
        notes=card.note,
        people=(Person(person, card.title, "", "".join(card.emails[:1])),) if person else (),
    )


async def write_file(
    path: Path, companies: Sequence[Company], plan: NumberPlan, *, replace: bool
) -> None:
    """Write companies, by the name's end as vCards or as a table.

    Raises FileExistsError if it is there and not to be replaced, OSError if it can't be written.
    """
    await asyncio.to_thread(_write, path, companies, plan, replace)


def _write(path: Path, companies: Sequence[Company], plan: NumberPlan, replace: bool) -> None:
    if path.suffix.lower() in CARDS:
        from console.people.vcard_writing import company_card

        text = "".join(company_card(company) for company in companies)
    else:
        from console.people.table import write_companies

        # Spreadsheets know UTF-8 by its mark.
        text = "\ufeff" + write_companies(companies, plan)
    file = NewFile(path, replace=replace)
    try:
        file.begin()
        file.append(text.encode("utf-8", "replace"))
        file.finish()
    finally:
        file.discard()
