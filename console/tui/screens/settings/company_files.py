"""Companies out of a file and into one: a table (CSV) or vCards, told apart by the name's end."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console.calls.numbers import NumberPlan
from console.people.skipped import Skipped
from console.people.values import Company
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
        from console.people.company_cards import read_company_cards

        found = read_company_cards(data, path.name, plan)
    else:
        from console.people.table import read_companies

        found = read_companies(data, path.name, plan)
    for one in found:
        if isinstance(one, Skipped):
            skipped.append(one)
        else:
            companies.append(one)
    return Read(tuple(companies), tuple(skipped))


async def write_file(
    path: Path, companies: Sequence[Company], plan: NumberPlan, *, replace: bool
) -> None:
    """Write companies, by the name's end as vCards or as a table.

    Raises FileExistsError if it is there and not to be replaced, OSError if it can't be written.
    """
    await asyncio.to_thread(_write, path, companies, plan, replace)


def _write(path: Path, companies: Sequence[Company], plan: NumberPlan, replace: bool) -> None:
    if path.suffix.lower() in CARDS:
        from console.people.company_cards import company_card

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
