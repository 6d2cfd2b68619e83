"""A program that is killed again and again while it sends notices; prints what came of it.

python -m tests.notices.killed FOLDER KILLS CALLS [folded]

Each life is a fork of one process that has imported everything, so that fifty take seconds. What
is sent is a line in a file: it stays when the process is killed, as what a server took does.

`folded`: the same callers call again while notices of them wait, and then comes a storm. Time goes
sixty times as fast then, so that a minute's wait is a second.
"""

import asyncio
import json
import os
import random
import re
import select
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
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
from console.settings.live import Live
from console.store.database import SqlStore, open_store
from tests.notices.office import InProcess, until
from tests.notices.samples import BOTH, PLAN, settings, unanswered

# Each calls so often.
CALLERS = 3
# With folding: how long calls come, of which so many are a storm of a minute.
LONG = timedelta(minutes=12)
STORM = 0.5
FASTER = 60.0
LONGEST_LIFE = 0.7  # seconds
STARTED = utc_now().replace(second=0, microsecond=0)
TOLD_TO = ("a@desk.example", "b@desk.example")
CLOCK_TIME = re.compile(r"\b\d\d:\d\d\b")


class FastClock:
    """Real time, but so many times as fast from a moment on: the same in every process."""

    def __init__(self, speed: float) -> None:
        self._begin, self._speed = time.time(), speed

    def now(self) -> datetime:
        passed = (time.time() - self._begin) * self._speed
        return datetime.fromtimestamp(self._begin + passed, UTC)

    async def sleep_until(self, when: datetime) -> None:
        await asyncio.sleep(max(0.0, (when - self.now()).total_seconds() / self._speed))


CLOCK: SystemClock | FastClock = SystemClock()


def live(fold_minutes: int) -> Live:
    exceptions = {"most_per_hour": 0, "fold_minutes": fold_minutes, "grace_seconds": 0}
    return settings(BOTH, exceptions=exceptions, mail={"to": list(TOLD_TO)})


LIVE = live(0)


class Logged:
    """A channel whose server is a file: a line for each letter, with the calls it names."""

    def __init__(self, file: Path, begins: int) -> None:
        self._begins = begins
        self._file = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def send(self, letter: Letter) -> Result:
        os.write(self._begins, b".")
        await asyncio.sleep(0.001)
        notice = letter.notice
        named = sorted(set(CLOCK_TIME.findall(letter.text)))
        line = [notice.id, notice.recipient, notice.message_id, named]
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
        ZoneInfo("UTC"),
        CLOCK,
        {
            Channel.MAIL: Logged(folder / "mail.log", begins),
            Channel.TEXT: Logged(folder / "text.log", begins),
        },
        site="killed",
        live=lambda: LIVE,
        version=lambda: 1,
        record_of=record_of,
    )


def called_at(calls: int) -> list[datetime]:
    """When they called: each in a minute of its own, by which it is known in a letter."""
    return [STARTED - timedelta(minutes=calls - place) for place in range(calls)]


async def seed(folder: Path, calls: int, folded: bool) -> None:
    store = await open_store(str(folder / "x.db"))
    records = []
    for place, at in enumerate(called_at(calls)):
        # Where they are folded, a caller calls again at once.
        caller = place // CALLERS if folded else place % (calls // CALLERS)
        number = f"+4930{1_000_000 + caller}"
        records.append(unanswered(f"c{place}", at, number=number, company=None))
    await store.write([SaveCall(record) for record in records])
    begin = CLOCK.now()
    storm = round(calls * STORM)
    dues = [begin + timedelta(seconds=place / 60) for place in range(calls)]
    if folded:
        alone = calls - storm
        dues = [begin + LONG * (place / alone) for place in range(alone)]
        dues += [begin + LONG / 2 + timedelta(seconds=60 * place / storm) for place in range(storm)]
    await store.write(
        [OweNotice(record.call.id, due) for record, due in zip(records, dues, strict=True)]
    )
    await store.close()


async def life(folder: Path, begins: int, last: bool) -> None:
    store = await open_store(str(folder / "x.db"))
    running = asyncio.ensure_future(room(store, folder, begins).run())
    if not last:
        await asyncio.Event().wait()

    async def over() -> bool:
        # In this order: what waits no longer may be on its way.
        if await store.next_at() is not None:
            return False
        states = [each.state for each in await store.ask(ListNotices(limit=10_000))]
        return NoticeState.SENDING not in states

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
            # Where nothing is sent, as while a summary takes in calls, it ends as well.
            ready, _, _ = select.select([read], [], [], LONGEST_LIFE)
            if not ready or not os.read(read, 1):
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
    named = {(line[1], clock) for line in logs["mail"] for clock in line[3]}
    clocks = {f"{at:%H:%M}" for at in called_at(len({each.call for each in notices}))}
    whys = Counter(each.why for each in notices if each.state is NoticeState.FOLDED)
    message_ids = Counter(line[2] for line in logs["mail"])
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
        "not named": len([1 for to in TOLD_TO for clock in clocks if (to, clock) not in named]),
        "folded": dict(whys),
        "doubles by message id": sum(count - 1 for count in message_ids.values()),
        "message ids": len(message_ids),
        "mails": len({line[0] for line in logs["mail"]}),
    }


def main() -> None:
    global CLOCK, LIVE
    folder, kills, calls = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    folded = sys.argv[4:] == ["folded"]
    if folded:
        CLOCK, LIVE = FastClock(FASTER), live(1)
    else:
        # Each call by itself: a summary would leave little to send.
        storms.MANY = 10**6
    chance = random.Random(7)
    asyncio.run(seed(folder, calls, folded))
    for _ in range(kills):
        lived(folder, chance, last=False)
    lived(folder, chance, last=True)
    print(json.dumps(asyncio.run(outcome(folder))))


if __name__ == "__main__":
    main()
