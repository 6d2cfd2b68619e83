"""`hotline companies`: the companies the front desk answers for; list, import, export."""

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path

from console.calls.numbers import NumberPlan
from console.calls.text import clean
from console.cli.changing import tell
from console.cli.directory_json import company_json
from console.cli.failure import Failure
from console.cli.imported import say
from console.cli.private_file import STDOUT, private_output
from console.cli.start import configured, guest, reading
from console.config import Config
from console.desk.commands import ImportCompanies
from console.desk.contacts import Companies, SyncReport
from console.people.called_numbers import shown_number
from console.people.charset import unwrapped
from console.people.skipped import Skipped
from console.people.values import Company

# Characters of one command, so that no message to the desk is too long for it. What is in one
# command is looked at together: a number may move from one company of the table to another.
AT_ONCE = 4_000_000
LARGEST_FILE = 16_000_000


def companies(given: Namespace) -> int:
    """Do what was said after `companies`."""
    config = configured(given)
    match given.action:
        case "import":
            return _import(given, config)
        case "export":
            return asyncio.run(_export(given, config))
        case _:
            return asyncio.run(_list(given, config))


# -- list --------------------------------------------------------------------------------------


async def _list(given: Namespace, config: Config) -> int:
    """Print the companies by name."""
    async with reading(config) as store:
        known = await store.ask(Companies(archived=given.archived))
    for company in known:
        if given.json:
            print(json.dumps(company_json(company), ensure_ascii=False))
        else:
            print(_line(company, config.site.plan))
    return 0


def _line(company: Company, plan: NumberPlan) -> str:
    """A company on one line, for people."""
    numbers = ", ".join(shown_number(number, plan) for number in company.numbers[:3]) or "-"
    more = f" +{len(company.numbers) - 3}" if len(company.numbers) > 3 else ""
    archived = "  (archived)" if company.archived else ""
    return f"{company.name:<36.60}  {numbers}{more}{archived}"


# -- import ------------------------------------------------------------------------------------


def _import(given: Namespace, config: Config) -> int:
    """Add or change companies by a table or vCards; 1 if not one came in."""
    left_out: list[Skipped] = []
    found = tuple(_kept(_rows(given.file, config.site.plan), left_out))
    done = tell(config, guest(given), (ImportCompanies(some) for some in _parts(found)))
    told = done.report or SyncReport()
    # Those that the desk left out have no line: a company is not told from which one it is.
    left_out += [Skipped(str(given.file), 0, one.reason) for one in told.skipped]
    report = SyncReport(
        read=len(found),
        added=told.added,
        changed=told.changed,
        left_out=len(left_out),
        skipped=tuple(left_out),
    )
    summary = f"{done.count:,} {'company' if done.count == 1 else 'companies'} imported"
    summary += f"; {report.left_out:,} left out" if left_out else ""
    say(report, summary, as_json=given.json, imported=done.count)
    return 0 if done.count or not left_out else 1


def _rows(file: Path, plan: NumberPlan) -> Iterator[Company | Skipped]:
    data, name = _bytes(file), clean(str(file), 300)
    # By what it holds: standard input has no name that would tell.
    if unwrapped(data).lstrip()[:11].upper() == b"BEGIN:VCARD":
        from console.people.company_cards import read_company_cards

        return read_company_cards(data, name, plan)
    from console.people.table import read_companies

    return read_companies(data, name, plan)


def _kept(rows: Iterable[Company | Skipped], left_out: list[Skipped]) -> Iterator[Company]:
    for row in rows:
        if isinstance(row, Skipped):
            left_out.append(row)
        else:
            yield row


def _bytes(file: Path) -> bytes:
    try:
        if file == STDOUT:
            return sys.stdin.buffer.read(LARGEST_FILE + 1)
        if file.stat().st_size > LARGEST_FILE:
            raise Failure(f"{clean(str(file))} is larger than 16 MB: that is no list of companies")
        return file.read_bytes()
    except OSError as failed:
        raise Failure(f"{clean(str(file))} can't be read: {failed.strerror}") from None


def _parts(found: Iterable[Company]) -> Iterator[tuple[Company, ...]]:
    part: list[Company] = []
    size = 0
    for company in found:
        size += len(repr(company))
        if part and size > AT_ONCE:
            yield tuple(part)
            part, size = [], len(repr(company))
        part.append(company)
    if part:
        yield tuple(part)


# -- export ------------------------------------------------------------------------------------


async def _export(given: Namespace, config: Config) -> int:
    """Write all companies as a table that can be imported again, or as vCards or JSON."""
    async with reading(config) as store:
        known = await store.ask(Companies(archived=given.archived))
    with private_output(given.file) as out:
        for text in _written(known, given, config.site.plan):
            out.write(text.encode("utf-8", "replace"))
    if given.file != STDOUT:
        print(f"{given.file}: {len(known):,} compan{'y' if len(known) == 1 else 'ies'}")
    return 0


def _written(known: tuple[Company, ...], given: Namespace, plan: NumberPlan) -> Iterator[str]:
    if given.json:
        for company in known:
            yield json.dumps(company_json(company), ensure_ascii=False) + "\n"
    elif given.vcard:
        from console.people.company_cards import company_card

        for company in known:
            yield company_card(company)
    else:
        from console.people.table import write_companies

        # By the mark spreadsheets know that a file is UTF-8; a pipe needs none.
        mark = "" if given.file == STDOUT else "\ufeff"
        yield mark + write_companies(known, plan)
