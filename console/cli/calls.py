"""`hotline calls`: stored calls for scripts, spreadsheets and people; the database is only read."""

import asyncio
import json
import sys
from argparse import Namespace
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING

from console.calls.text import clean
from console.calls.words import TEXTS
from console.cli.failure import Failure
from console.cli.since import since
from console.cli.start import configured, reading, site_of
from console.clock import utc_now
from console.config import Config
from console.desk.export import CSV_COLUMNS, as_csv_row, as_json, csv_line
from console.desk.queries import CompanyNames, CountCalls, Filter
from console.desk.records import CallRecord
from console.settings.site import Site

if TYPE_CHECKING:
    from console.store.database import SqlStore


def calls(given: Namespace) -> int:
    """Print the calls that the arguments choose."""
    config = configured(given)
    now = utc_now()
    site = asyncio.run(site_of(config))
    try:
        begin = since(given.since, now, site.zone) if given.since else None
    except ValueError as wrong:
        raise Failure(f"--since {wrong}.", code=2) from None
    chosen = Filter(
        given.unanswered, given.open, given.company, begin, undelivered=given.failed_notices
    )
    asyncio.run(_print(config, site, chosen, given, now))
    return 0


async def _print(
    config: Config, site: Site, chosen: Filter, given: Namespace, now: datetime
) -> None:
    out = sys.stdout
    async with reading(config) as store:
        if chosen.company is not None:
            await _known(chosen.company, store)
        if given.csv:
            # The line ends are CSV's own (RFC 4180).
            out.reconfigure(newline="")  # type: ignore[union-attr]
            out.write(csv_line(CSV_COLUMNS))
        async for record in store.calls_for_export(chosen):
            if given.json:
                out.write(json.dumps(as_json(record, now), ensure_ascii=False) + "\n")
            elif given.csv:
                out.write(csv_line(as_csv_row(record, site.zone, now)))
            else:
                out.write(line(record, site) + "\n")


async def _known(company: str, store: "SqlStore") -> None:
    """A misspelt name would find nothing, which a script takes for good news."""
    names = await store.ask(CompanyNames())
    if company in names or (await store.ask(CountCalls(Filter(company=company)))).count:
        return
    close = get_close_matches(company, names, n=1, cutoff=0.5)
    hint = f'; did you mean "{close[0]}"?' if close else ""
    raise Failure(f'no company is called "{clean(company)}"{hint}', code=2)


def line(record: CallRecord, site: Site) -> str:
    """A call on one line, for people."""
    call, caller = record.call, record.call.caller
    when = call.started_at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M:%S")
    number = "hidden" if caller.hidden else site.plan.shown(caller.number or "unknown")
    name = "" if caller.hidden else record.caller_name or caller.display or ""
    outcome = TEXTS[call.outcome] if call.outcome else TEXTS[call.phase]
    seconds = call.answered_at or call.ended_at
    rang = f"{call.ring_seconds(seconds):.0f} s" if seconds else "-"
    done = "open" if record.open else f"by {record.processed.by}" if record.processed else ""
    return (
        f"{when}  {outcome:<16}  {rang:>6}  {record.company_name or call.called or '-':<28.28}  "
        f"{number:<20}  {name:<24.24}  {done}"
    ).rstrip()
