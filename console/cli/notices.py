"""`hotline notices`: who was told of unanswered calls and why not; try again what failed."""

import asyncio
import json
from argparse import Namespace
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from console.calls.text import clean
from console.cli.changing import tell
from console.cli.failure import Failure
from console.cli.start import configured, guest, reading, site_of
from console.config import Config
from console.desk.commands import RetryNotices
from console.desk.due import in_words, waits
from console.desk.export import rfc3339
from console.desk.notice import Notice, told_in
from console.desk.notices import ListDue, ListNotices, Owed
from console.settings.live import Live
from console.settings.site import Site

PAGE = 500
# The state of what is not decided yet; once it is, it has one of NoticeState.
WAITS = "waits"
# In one command to the desk, whose line has an end.
AT_ONCE = 100_000


def notices(given: Namespace) -> int:
    """Print notices, or queue some again."""
    config = configured(given)
    if given.action == "retry":
        return _retry(given, config)
    asyncio.run(_print(given, config))
    return 0


async def _print(given: Namespace, config: Config) -> None:
    left: int = given.limit
    site = await site_of(config)
    if not given.failed:
        async for due, live in _due(config, given.call):
            if not left:
                return
            left -= 1
            if given.json:
                print(json.dumps(due_json(due, live, site), ensure_ascii=False))
            else:
                print(_due_line(due, live, site))
    async for notice in _listed(config, ListNotices(given.failed, given.call)):
        if not left:
            return
        left -= 1
        if given.json:
            print(json.dumps(notice_json(notice), ensure_ascii=False))
        else:
            print(_line(notice, site))


async def _due(config: Config, call: str | None) -> AsyncIterator[tuple[Owed, Live]]:
    """The calls of which somebody may be told yet, the last due first, and the settings."""
    last: Owed | None = None
    async with reading(config) as store:
        live = await store.settings()
        while page := await store.ask(ListDue(call, last, PAGE)):
            for owed in page:
                if waits(owed.record, live):
                    yield owed, live
            last = page[-1]


async def _listed(config: Config, query: ListNotices) -> AsyncIterator[Notice]:
    """The notices, newest first, a few hundred in memory at a time."""
    before: int | None = None
    async with reading(config) as store:
        while page := await store.ask(ListNotices(query.undelivered, query.call, before, PAGE)):
            for notice in page:
                yield notice
            before = page[-1].id


def notice_json(notice: Notice) -> dict[str, Any]:
    """A notice for scripts: every key is there, what is unknown is None."""
    return {
        "id": notice.id,
        "call": notice.call,
        "channel": notice.channel.value,
        "recipient": notice.recipient or None,
        "state": notice.state.value,
        "why": notice.why or None,
        "at": rfc3339(notice.at),
        "next_at": rfc3339(notice.next_at),
        "tries": notice.tries,
        "told_by": notice.told_by,
    }


def due_json(owed: Owed, live: Live, site: Site) -> dict[str, Any]:
    """A notice that is not decided yet, with the keys of one that is: `next_at` is when it is.

    `at` is when it began to wait: when the call ended.
    """
    unknown = dict.fromkeys(("id", "call", "channel", "recipient"))
    return unknown | {
        "call": owed.record.call.id,
        "state": WAITS,
        "why": in_words(owed.record, live, site.plan),
        "at": rfc3339(owed.record.call.ended_at),
        "next_at": rfc3339(owed.due_at),
        "tries": 0,
        "told_by": None,
    }


def _due_line(owed: Owed, live: Live, site: Site) -> str:
    """The same on one line, with the time when it is decided."""
    why = clean(in_words(owed.record, live, site.plan), 500)
    return (
        f"{'-':>7}  {_when(owed.due_at, site)}  {WAITS:<9}  {'-':<4}  {'-':<30}  {why}  "
        f"({owed.record.call.id})"
    )


def _when(at: datetime, site: Site) -> str:
    return at.astimezone(site.zone).strftime("%Y-%m-%d %H:%M:%S")


def _line(notice: Notice, site: Site) -> str:
    """A notice on one line, for people."""
    when = _when(notice.at, site)
    at = notice.at.astimezone(site.zone)
    to = clean(notice.recipient) or "-"
    why = clean(notice.why, 500)
    if notice.teller is not None:
        then = notice.teller.at.astimezone(site.zone)
        today = then.date() == at.date()
        told = told_in(notice, to, then.strftime("%H:%M" if today else "%Y-%m-%d %H:%M"))
        why = f"{told} (notice {notice.told_by})"
    return (
        f"{notice.id:>7}  {when}  {notice.state:<9}  {notice.channel:<4}  {to:<30}  "
        f"{why}  ({notice.call})"
    )


def _retry(given: Namespace, config: Config) -> int:
    if bool(given.ids) == given.all:
        raise Failure("say which notices, by their numbers, or --all", code=2)
    ids = tuple(given.ids) or asyncio.run(_undelivered(config))
    if not ids:
        print("nothing failed")
        return 0
    parts = (ids[i : i + AT_ONCE] for i in range(0, len(ids), AT_ONCE))
    done = tell(config, guest(given), (RetryNotices(part) for part in parts))
    print(f"{done.count:,} {'notice' if done.count == 1 else 'notices'} queued again")
    return 0


async def _undelivered(config: Config) -> tuple[int, ...]:
    listed = _listed(config, ListNotices(undelivered=True))
    return tuple([notice.id async for notice in listed if notice.id is not None])
