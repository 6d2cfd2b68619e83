"""`hotline template preview`: what a template makes of a call, or where it is broken.

    hotline template preview --template panel.txt --company 'Meyer & Söhne'

With --json one object: {"text", "broken", "line"}; `text` is None if it is broken.
"""

import asyncio
import json
import sys
from argparse import Namespace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from console.calls.text import clean
from console.cli.failure import Failure
from console.cli.private_file import STDOUT
from console.cli.start import configured, guest, reading
from console.clock import utc_now
from console.config import Config
from console.desk.contacts import Companies
from console.desk.queries import CallDetails
from console.desk.records import CallRecord
from console.people.values import Company

if TYPE_CHECKING:
    from console.store.database import SqlStore

LARGEST_FILE = 100_000


def template(given: Namespace) -> int:
    """Do what was said after `template`; 1 if the template is broken."""
    return asyncio.run(_preview(given, configured(given)))


async def _preview(given: Namespace, config: Config) -> int:
    from console.wording.marks import personal
    from console.wording.wording import Broken, Wording

    async with reading(config) as store:
        record = await _call(store, given.call) if given.call else None
        company = await _company(store, given.company, record)
        values = await _values(store, config, company, record)
        if given.template:
            text = _text(given.template)
        else:
            own = company.template if company else ""
            text = own or (await store.settings()).hotline.template
        who = await store.operator(guest(given).login) or guest(given)
    wording = Wording()
    try:
        made = await wording.render(text, values)
    finally:
        await wording.close()
    if isinstance(made, Broken):
        return _broken(made.reason, made.line, as_json=given.json)
    mine = personal(made.text, who.name, who.login, next(iter(who.extensions), ""))
    print(_json(mine, None, None) if given.json else mine)
    return 0


def _broken(reason: str, line: int | None, *, as_json: bool) -> int:
    if as_json:
        print(_json(None, reason, line))
    else:
        where = f"line {line}: " if line else ""
        print(f"hotline: the template is broken, {where}{reason}", file=sys.stderr)
    return 1


def _json(text: str | None, broken: str | None, line: int | None) -> str:
    return json.dumps({"text": text, "broken": broken, "line": line}, ensure_ascii=False)


def _text(file: Path) -> str:
    try:
        if file == STDOUT:
            data = sys.stdin.buffer.read(LARGEST_FILE)
        else:
            with file.open("rb") as opened:
                data = opened.read(LARGEST_FILE)
        return data.decode("utf-8-sig")
    except OSError as failed:
        raise Failure(f"{clean(str(file))} can't be read: {failed.strerror}") from None
    except UnicodeDecodeError:
        raise Failure(f"{clean(str(file))} is not UTF-8") from None


async def _call(store: "SqlStore", id: str) -> CallRecord:
    details = await store.ask(CallDetails(id))
    if details is None:
        raise Failure(f'no call has the id "{clean(id)}"; hotline calls --json tells them', code=2)
    return details.record


async def _company(
    store: "SqlStore", name: str | None, record: CallRecord | None
) -> Company | None:
    known = await store.ask(Companies(archived=True))
    if name is None:
        wanted = record.company_id if record else None
        return next((one for one in known if wanted is not None and one.id == wanted), None)
    named = {one.name.casefold(): one for one in known}
    if found := named.get(name.strip().casefold()):
        return found
    close = get_close_matches(name.casefold(), named, n=1, cutoff=0.5)
    hint = f'; did you mean "{named[close[0]].name}"?' if close else ""
    raise Failure(f'no company is called "{clean(name)}"{hint}', code=2)


async def _values(
    store: "SqlStore", config: Config, company: Company | None, record: CallRecord | None
) -> dict[str, Any]:
    from console.wording.sample import sample_values
    from console.wording.values import values_of

    plan = config.site.plan
    now = _there(company, config)
    if record is None:
        return sample_values(company, plan, now)
    number = record.call.caller.number
    hidden = record.call.caller.hidden or number is None
    matches = () if hidden else await store.who_is(number or "", record.company_id)
    caller = matches[0].contact if matches else None
    called = company or (await store.called_contact(record.call.called or ""))
    return values_of(record.call, called, caller, now, plan)


def _there(company: Company | None, config: Config) -> datetime:
    """Now, by the clock on the company's wall."""
    try:
        zone = ZoneInfo(company.time_zone) if company and company.time_zone else config.site.zone
    except (KeyError, ValueError, OSError):
        zone = config.site.zone
    return utc_now().astimezone(zone)
