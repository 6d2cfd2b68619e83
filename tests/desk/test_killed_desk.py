"""A desk that is killed loses neither an ended call nor that somebody is owed word of it."""

import asyncio
import os
import signal
import sys
from datetime import timedelta
from pathlib import Path

from console.store.database import open_store

ROOT = Path(__file__).parents[2]
DESK = """
import asyncio, sys
from pathlib import Path
from console.calls import events as ev
from console.desk.commands import ChangeSettings
from tests.desk.front import arrived, front

async def run():
    async with front(Path(sys.argv[1]), owes=True) as desk:
        await desk.eva.do(ChangeSettings("mail", {"send": True, "to": ["a@x.example"]}))
        for n in range(100_000):
            await desk.abandoned(str(n))
            print(n, flush=True)

asyncio.run(run())
"""


async def test_each_call_that_was_shown_as_unanswered_is_owed(tmp_path: Path) -> None:
    database = tmp_path / "desk.db"
    desk = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", DESK, str(database)),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert desk.stdout is not None
    async with asyncio.timeout(60):
        for _ in range(10):
            await desk.stdout.readline()
        os.kill(desk.pid, signal.SIGKILL)
        rest = await desk.stdout.read()
        await desk.wait()
    shown = 10 + rest.count(b"\n")
    store = await open_store(str(database))
    stored = [record async for record in store.calls_for_export()]
    latest = max(record.call.started_at for record in stored) + timedelta(days=1)
    owed = {each.record.call.id for each in await store.owed(latest, 10_000)}
    await store.close()
    settled = {record.call.id for record in stored if record.call.settled}
    assert settled >= {str(n) for n in range(shown)}
    assert owed == settled
