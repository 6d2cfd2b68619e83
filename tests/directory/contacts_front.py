"""What tests of contact sources share: tables in memory, a desk that listens, cards, processes."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from console.calls.numbers import NumberPlan
from console.calls.words import Role
from console.desk.commands import Answer, Done
from console.desk.contacts import SourceState, SyncProgress, SyncReport
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.directory.syncs import Syncs
from console.people.skipped import Skipped
from console.settings.sources import ContactSource

PLAN = NumberPlan("DE", "30")
EVA = Operator("eva", "Eva Brandt", Role.SUPERVISOR)
TOM = Operator("tom", "Tom Kern", Role.OPERATOR)
PATIENCE = 20.0


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def now(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time

    async def sleep_until(self, when: datetime) -> None:
        raise AssertionError


class Tables:
    """ContactTables that keep everything in dicts, and tell what was taken in."""

    def __init__(self) -> None:
        self.states: dict[int, SourceState] = {}
        self.contacts: dict[int, dict[str, str]] = {}
        self.taken: asyncio.Queue[int] = asyncio.Queue()
        self.failed: asyncio.Queue[str] = asyncio.Queue()
        self.full = False
        self.hold: asyncio.Event | None = None
        self.hold_end: asyncio.Event | None = None  # after which it is too late to stop it

    def put(self, source: ContactSource) -> int:
        id = source.id or max(self.states, default=1) + 1
        source = source.model_copy(update={"id": id})
        known = self.states.get(id)
        self.states[id] = _with(known, source=source) if known else SourceState(source)
        return id

    def names(self, id: int) -> list[str]:
        return sorted(self.contacts.get(id, {}).values())

    async def sources(self) -> tuple[SourceState, ...]:
        return tuple(self.states.values())

    async def take_in(
        self, source_id: int, staging: str, at: datetime, progress: Callable[[int, int], None]
    ) -> SyncReport:
        if self.full:
            raise StoreFailed("The disk is full.")
        with contextlib.closing(sqlite3.connect(staging)) as sql:
            about = dict(sql.execute("SELECT name, value FROM about").fetchall())
            fresh = dict(sql.execute("SELECT key, name FROM contacts ORDER BY row").fetchall())
            gone = [key for (key,) in sql.execute("SELECT key FROM gone")]
            skipped = [Skipped(*row) for row in sql.execute("SELECT * FROM skipped")]
        progress(0, len(fresh))
        if self.hold:
            await self.hold.wait()
        before = self.contacts.get(source_id, {})
        if about["mode"] == "delta":
            after = {key: name for key, name in before.items() if key not in gone} | fresh
        else:
            after = fresh
        self.contacts[source_id] = after
        report = SyncReport(
            read=int(about["read"]),
            added=len(after.keys() - before.keys()),
            changed=sum(before.get(key, name) != name for key, name in fresh.items()),
            removed=len(before.keys() - after.keys()),
            left_out=int(about["left_out"]),
            skipped=tuple(skipped),
        )
        self.states[source_id] = _with(
            self.states[source_id],
            count=len(after),
            synced_at=at,
            report=report,
            error="",
            error_at=None,
            token=about["token"],
        )
        self.taken.put_nowait(source_id)
        if self.hold_end:
            await self.hold_end.wait()
        return report

    async def drop_never_filled(self, source_id: int) -> None:
        if self.states[source_id].synced_at is None and not self.contacts.get(source_id):
            del self.states[source_id]

    async def sync_failed(self, source_id: int, at: datetime, why: str) -> None:
        self.states[source_id] = _with(self.states[source_id], error=why, error_at=at)
        self.failed.put_nowait(why)


def _with(state: SourceState, **changes: Any) -> SourceState:
    from dataclasses import replace

    return replace(state, **changes)


class Front:
    """Syncs at work, and what a desk would have been told."""

    def __init__(self, folder: Path) -> None:
        self.tables = Tables()
        self.folder = folder / "reading"
        self.shown: list[tuple[int, SyncProgress | None]] = []
        self.on_show: Callable[[SyncProgress | None], None] = lambda progress: None
        self.changes = 0
        self.secrets: dict[str, str] = {}
        self.syncs = Syncs(
            self.tables,
            Clock(),
            PLAN,
            self.folder,
            secret=self._secret,
            show=self._show,
            changed=self._changed,
            put_source=self._put_source,
            jitter=lambda: 0.5,
        )

    def _secret(self, text: str) -> str:
        if text not in self.secrets:
            raise ValueError(f"{text} is not set.")
        return self.secrets[text]

    def _show(self, id: int, progress: SyncProgress | None) -> None:
        self.shown.append((id, progress))
        self.on_show(progress)

    def _changed(self) -> None:
        self.changes += 1
        self.syncs.sources_changed()

    async def _put_source(
        self, source: ContactSource, operator: Operator, origin: str = ""
    ) -> Answer:
        return Done(id=self.tables.put(source))

    def add(self, **fields: Any) -> int:
        """Store a source, and tell."""
        id = self.tables.put(ContactSource.model_validate(fields))
        self.syncs.sources_changed()
        return id

    async def taken(self) -> int:
        """The next source that was taken in."""
        return await asyncio.wait_for(self.tables.taken.get(), PATIENCE)

    async def failed(self) -> str:
        """Why the next source that failed did."""
        return await asyncio.wait_for(self.tables.failed.get(), PATIENCE)

    async def storing_or_reading(self, stage: str) -> SyncProgress:
        """Return when the stage is shown next; of reading, when a contact has come."""
        seen: asyncio.Future[SyncProgress] = asyncio.get_running_loop().create_future()

        def look(progress: SyncProgress | None) -> None:
            if progress is None or progress.stage != stage or seen.done():
                return
            if stage != "reading" or progress.done >= 1:
                seen.set_result(progress)

        self.on_show = look
        return await asyncio.wait_for(seen, PATIENCE)


@contextlib.asynccontextmanager
async def at_work(front: Front, *, by_itself: bool = True) -> AsyncIterator[Front]:
    """The front with its syncs running, ended at the end of the block."""
    running = asyncio.ensure_future(front.syncs.run(by_itself=by_itself))
    try:
        yield front
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


def card(name: str, number: str = "030 1110099", **more: str) -> str:
    """A vCard."""
    lines = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{name}", f"TEL;TYPE=WORK:{number}"]
    lines += [f"{key}:{value}" for key, value in more.items()]
    return "\r\n".join([*lines, "END:VCARD", ""])


def many_cards(count: int) -> str:
    """So many cards of about 250 bytes."""
    return "".join(
        card(f"Person {n}", f"030 {n:07}", EMAIL=f"p{n}@example.org", NOTE="x" * 100, UID=str(n))
        for n in range(count)
    )


def children(module: str) -> Iterator[int]:
    """Ids of our own processes that run a module."""
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            line = (entry / "cmdline").read_bytes().split(b"\0")
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            if module.encode() in line and parent == os.getpid():
                yield int(entry.name)


def alive(pid: int) -> bool:
    """Whether a process lives, zombies not counted."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


async def until(true: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return when it is true."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)
