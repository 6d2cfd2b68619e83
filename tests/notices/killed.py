"""A program that is killed again and again while it sends notices; prints what came of it.

python -m tests.notices.killed FOLDER KILLS CALLS

Each life is a fork of one process that has imported everything, so that fifty take seconds. What
is sent is a line in a file: it stays when the process is killed, as what a server took does.
"""

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from console.clock import SystemClock, utc_now
from console.desk.changes import OweNotice, SaveCall
from console.desk.notice import Channel, NoticeState
from console.desk.notices import ListNotices
from console.desk.records import CallRecord
from console.notices import storms
from console.notices.letter import Ending, Letter, Result
from console.notices.room import Notices
from console.store.database import SqlStore, open_store
from tests.notices.office import InProcess, until
from tests.notices.samples import BOTH, PLAN, settings, unanswered

# Each calls so often.
CALLERS = 3
LIVE = settings(
    BOTH,
    exceptions={"most_per_hour": 0, "fold_minutes": 0, "grace_seconds": 0},
    mail={"to": ["a@desk.example", "b@desk.example"]},
)


class Logged:
    """A channel whose server is a file: a line for each call of a letter."""

    def __init__(self, file: Path, begins: int) -> None:
        self._begins = begins
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(self, letter: Letter) -> Result:
        os.write(self._begins, b".")
        await asyncio.sleep(0.001)
        calls = letter.text.count(", rang ") if letter.text else 1
        line = [letter.notice.id, letter.notice.recipient, letter.notice.message_id, calls]
        os.write(self._file, json.dumps(line).encode() + b"\n")
        await asyncio.sleep(0.001)
        return Result(Ending.SENT, "taken")

    async def close(self) -> None:
        os.close(self._file)


def room(store: SqlStore, folder: Path, begins: int) -> Notices:
    async def record_of(call: str) -> CallRecord | None:
        return None

    return Notices(
        store,
        InProcess(),
        PLAN,
        ZoneInfo("Europe/Berlin"),
        SystemClock(),
        {
            Channel.MAIL: Logged(folder / "mail.log", begins),
            Channel.TEXT: Logged(folder / "text.log", begins),
        },
        site="killed",
        live=lambda: LIVE,
        version=lambda: 1,
        record_of=record_of,
    )


async def seed(folder: Path, calls: int) -> None:
    store = await open_store(str(folder / "x.db"))
    at = utc_now() - timedelta(minutes=5)
    records = [
        unanswered(
            f"c{place}",
            at + timedelta(seconds=place / 10),
            number=f"+4930{1_000_000 + place % (calls // CALLERS)}",
            company=None,
        )
        for place in range(calls)
    ]
    await store.write([SaveCall(record) for record in records])
    # Due one after the other, so that no storm is made of them.
    begin = utc_now()
    await store.write(
        [
            OweNotice(record.call.id, begin + timedelta(seconds=place / 60))
            for place, record in enumerate(records)
        ]
    )
    await store.close()


async def life(folder: Path, begins: int, last: bool) -> None:
    store = await open_store(str(folder / "x.db"))
    running = asyncio.ensure_future(room(store, folder, begins).run())
    if not last:
        await asyncio.Event().wait()

    async def over() -> bool:
        states = [each.state for each in await store.ask(ListNotices(limit=10_000))]
        return await store.next_at() is None and NoticeState.SENDING not in states

    await until(over, 120)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await store.close()


def lived(folder: Path, chance: random.Random, last: bool) -> None:
    """One life; it ends while its first, second ... notice is on its way, or just after."""
    read, begins = os.pipe()
    child = os.fork()
    if not child:
        try:
            asyncio.run(life(folder, begins, last))
        finally:
            os._exit(0)
    os.close(begins)
    if not last:
        for _ in range(chance.randint(1, 5)):
            if not os.read(read, 1):
                break
        time.sleep(chance.uniform(0.0, 0.01))
        os.kill(child, signal.SIGKILL)
    while os.read(read, 1_000):
        pass
    os.close(read)
    os.waitpid(child, 0)


async def outcome(folder: Path) -> dict[str, object]:
    store = await open_store(str(folder / "x.db"))
    notices = await store.ask(ListNotices(limit=10_000))
    owed = await store.owed(utc_now() + timedelta(days=1), 10_000)
    await store.close()
    logs = {}
    for name in ("mail", "text"):
        file = folder / f"{name}.log"
        lines = file.read_text().splitlines() if file.exists() else []
        logs[name] = [json.loads(line) for line in lines]
    states = Counter(f"{each.channel.value} {each.state.value}" for each in notices)
    sent_mail = {each.id for each in notices if each.state is NoticeState.SENT}
    logged = Counter(line[0] for name in logs for line in logs[name])
    texts = Counter(line[0] for line in logs["text"])
    told = {each.id: each for each in notices}
    return {
        "owed": len(owed),
        "calls": len({each.call for each in notices}),
        "states": dict(states),
        "sent but not there": len([id for id in sent_mail if not logged[id]]),
        "folded into nothing sent": len(
            [
                each
                for each in notices
                if each.told_by
                and told[each.told_by].state not in (NoticeState.SENT, NoticeState.UNCERTAIN)
            ]
        ),
        "mail doubles": sum(count - 1 for count in Counter(x[0] for x in logs["mail"]).values()),
        "most of one mail": max(Counter(x[0] for x in logs["mail"]).values(), default=0),
        "text doubles": sum(count - 1 for count in texts.values()),
        "message ids": len({line[2] for line in logs["mail"]}),
        "mails": len({line[0] for line in logs["mail"]}),
    }


def main() -> None:
    # Each call by itself: a summary would leave little to send.
    storms.MANY = 10**6
    folder, kills, calls = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(7)
    asyncio.run(seed(folder, calls))
    for _ in range(kills):
        lived(folder, chance, last=False)
    lived(folder, chance, last=True)
    print(json.dumps(asyncio.run(outcome(folder))))


if __name__ == "__main__":
    main()
