"""What notices cost: the rules for a call, a storm, and letters through the outbox; it prints.

python -m tests.benchmarks.notices
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from console.clock import SystemClock, utc_now
from console.desk.changes import OweNotice, SaveCall
from console.desk.notice import Channel, NoticeState
from console.desk.notices import DryRun, ListNotices
from console.desk.records import CallRecord
from console.notices.deciding import Case, decided
from console.notices.letter import Ending, Letter, Result
from console.notices.room import Notices
from console.settings.live import Live
from console.store.database import SqlStore, open_store
from console.wording.wording import Wording
from tests.desk.front import EVA
from tests.notices.samples import MAIL, PLAN, facts, settings, unanswered

BERLIN = ZoneInfo("Europe/Berlin")


class NoOp:
    """A channel that takes everything at once."""

    def __init__(self) -> None:
        self.sent = 0

    async def send(self, letter: Letter) -> Result:
        self.sent += 1
        return Result(Ending.SENT, "250 ok")

    async def close(self) -> None: ...


def rules() -> None:
    """Microseconds for a decision, with lists of never and always that are full."""
    for what, live in (
        ("as a site begins", MAIL),
        (
            "200 never, 200 always",
            settings(
                MAIL,
                exceptions={
                    "never": [f"+49 30 77{number:05}" for number in range(200)],
                    "always": [f"Firm {number}" for number in range(200)],
                },
            ),
        ),
    ):
        records = [unanswered(str(number)) for number in range(2_000)]
        known = facts()
        begun = time.perf_counter()
        for record in records:
            decided(Case(record, live, known, PLAN), ())
        took = (time.perf_counter() - begun) / len(records) * 1e6
        print(f"rules, {what:22} {took:6.0f} us a call")


def some(count: int, ago: timedelta, callers: int) -> list[CallRecord]:
    """So many unanswered calls that came a moment ago, of so many callers."""
    now = utc_now()
    return [
        unanswered(f"b{place}", now - ago, number=f"+49301{place % callers:06}", company=None)
        for place in range(count)
    ]


def room(store: SqlStore, wording: Wording, live: Live, way: Any) -> Notices:
    """The room of notices on a store, with one channel."""

    async def record_of(call: str) -> CallRecord | None:
        return None

    return Notices(
        store,
        wording,
        PLAN,
        BERLIN,
        SystemClock(),
        {Channel.MAIL: way},
        site="bench",
        live=lambda: live,
        version=lambda: 1,
        record_of=record_of,
    )


async def outbox(count: int, callers: int, live: Live, what: str, way: Any = None) -> None:
    """So many calls are owed at once; until all are decided and sent."""
    way = way or NoOp()
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(str(Path(folder) / "x.db"))
        wording = Wording()
        await wording.warm()
        now = utc_now()
        records = some(count, timedelta(minutes=2), callers)
        await store.write([SaveCall(record) for record in records])
        await store.write([OweNotice(record.call.id, now) for record in records])
        notices = room(store, wording, live, way)
        before, begun = memory(), time.perf_counter()
        running = asyncio.ensure_future(notices.run())
        decided_after = await until(lambda: nothing_owed(store), begun)
        took = await until(lambda: all_told(store), begun)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        states = [each.state for each in await store.ask(ListNotices(limit=100_000))]
        sent = states.count(NoticeState.SENT)
        print(
            f"{what}: {count} calls decided in {decided_after:.1f} s, {sent} letters in "
            f"{took:.1f} s ({sent / took:.0f}/s), {memory() - before:.0f} MB more",
            flush=True,
        )
        await wording.close()
        await store.close()


async def until(true: Callable[[], Awaitable[bool]], begun: float) -> float:
    """Seconds since then, when it has become true."""
    while not await true():  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return time.perf_counter() - begun


async def nothing_owed(store: SqlStore) -> bool:
    return not await store.owed(utc_now(), 1)


async def all_told(store: SqlStore) -> bool:
    return await store.next_at() is None and not [
        each
        for each in await store.ask(ListNotices(limit=100))
        if each.state is NoticeState.SENDING
    ]


def memory() -> float:
    """Megabytes at the highest so far."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale / 1e6


async def dry_run() -> None:
    """Milliseconds until a supervisor sees what settings would tell of the last 50 calls."""
    with tempfile.TemporaryDirectory() as folder:
        store = await open_store(str(Path(folder) / "x.db"))
        records = some(2_000, timedelta(hours=1), 40)
        await store.write([SaveCall(record) for record in records])
        notices = room(store, Wording(), MAIL, NoOp())
        query = DryRun("exceptions", {"seconds": 30})
        took = []
        for _ in range(11):
            begun = time.perf_counter()
            answer = await notices.dry_run(query, EVA)
            took.append((time.perf_counter() - begun) * 1e3)
        print(f"dry run of {len(answer.calls)} calls: {sorted(took)[5]:.0f} ms")
        await store.close()


async def main() -> None:
    """All figures."""
    rules()
    await dry_run()
    alone = replace_storm(10**9)
    await outbox(300, 300, alone(MAIL), "each its own")
    await by_smtp(alone(MAIL))
    alone(None)
    await outbox(2_000, 2_000, MAIL, "a storm")
    await outbox(2_000, 20, MAIL, "a storm of 20 callers")


async def by_smtp(live: Live) -> None:
    """The same to a mail server on loopback, with all that a mail is made of."""
    try:
        from tests.servers.smtp_server import smtp_server
    except ImportError as missing:
        print(f"no mail server: {missing}")
        return
    from console.notices.mail_channel import MailChannel

    async with smtp_server() as server:
        there = {"host": "127.0.0.1", "port": server.port, "security": "none"}
        live = settings(live, mail_server=there)
        await outbox(300, 300, live, "by SMTP", MailChannel(str))
        print(f"         {len(server.seen.mails)} mails, {server.seen.connections} connections")


def replace_storm(many: int) -> Callable[[Live | None], Live]:
    """Let nothing count as a storm, or (given None) again what did."""
    from console.notices import storms

    usual, storms.MANY = storms.MANY, many

    def either(live: Live | None) -> Live:
        if live is None:
            storms.MANY = usual
        return live or MAIL

    return either


if __name__ == "__main__":
    asyncio.run(main())
