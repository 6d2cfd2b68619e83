"""The parts together: what fails begins again, a database that fails ends it, the door waits."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.calls.events import Arrived, Caller, FeedBack
from console.calls.words import Direction, Role
from console.clock import ReplayClock, SystemClock
from console.desk.commands import Done, Forget, Refused
from console.desk.contacts import AllowedPrograms
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.desk.queries import CompanyNames
from console.desk.snapshot import Lamp, Snapshot
from console.one_desk import DatabaseTaken, holder
from console.settings.site import Program, Site
from console.supervise import supervise
from console.waiting_door import WaitingDoor
from console.wiring import CannotStart, Play, Source, at_work, carry_out, house, seated, timeline

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ARRIVED = Arrived("1", "pbx", Direction.INBOUND, Caller("+4930"), "+4931")
EVA = Operator("eva", "Eva Brandt", Role.OPERATOR, ("101",))


@pytest.fixture
def play(tmp_path):
    """A play in a database of its own, with the sources that a test gives."""

    def play(*sources, clock=None):
        database = f"sqlite+aiosqlite:///{tmp_path / 'deep' / 'hotline.db'}"
        return Play(Site(), database, sources, clock or SystemClock(), EVA)

    return play


# -- supervise ---------------------------------------------------------------------------------


async def test_what_fails_is_told_and_begins_again():
    told, tries = [], 0

    async def work():
        nonlocal tries
        tries += 1
        if tries < 3:
            raise ValueError("no")

    await supervise("The feed", work, told.append, first_wait=0.001)
    assert tries == 3
    assert told == ["The feed failed (ValueError); the log says why"] * 2


async def test_a_store_that_fails_is_not_tried_again():
    async def work():
        raise StoreFailed("The disk is full.")

    with pytest.raises(StoreFailed, match="The disk is full"):
        await supervise("The desk", work)


async def test_cancellation_ends_it():
    task = asyncio.ensure_future(supervise("x", lambda: asyncio.sleep(60)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# -- the house ---------------------------------------------------------------------------------


async def test_the_first_to_come_is_admin_and_keeps_the_own_extensions(play):
    async with at_work(play()) as home:
        assert await seated(home, EVA) == Operator("eva", "Eva Brandt", Role.ADMIN, ("101",))
        with pytest.raises(CannotStart, match=r"mallory is no operator here. Known: eva"):
            await seated(home, Operator("mallory", "Mallory"))
        assert isinstance(await carry_out(home, EVA, Forget("+49301")), Done)
        assert isinstance(await carry_out(home, Operator("x", "x"), Forget("+49301")), Refused)


async def test_who_looks_from_outside_is_told_the_zone(play):
    begun = replace(play(), site=Site(name="Kyoto", time_zone="Asia/Tokyo"))
    async with at_work(begun) as home:
        assert home.desk.snapshot.zone == "Asia/Tokyo"


async def test_who_writes_an_action_is_told_what_programs_there_are(play):
    crm = Program(name="crm", path="/usr/bin/crm")
    async with at_work(replace(play(), programs=(crm,))) as home:
        assert await home.desk.door(EVA).ask(AllowedPrograms()) == ("crm",)


async def test_two_houses_on_one_database_are_one_too_many(play, tmp_path):
    async with house(play()):
        with pytest.raises(DatabaseTaken):
            async with house(play()):
                pass
    assert holder(tmp_path / "deep" / "hotline.db") is None
    async with house(play()):
        pass


async def test_a_folder_that_cannot_be_made_is_a_sentence(play, tmp_path):
    (tmp_path / "deep").touch()
    with pytest.raises(CannotStart, match=r"can't be used: .*Check the folder and its rights"):
        async with house(play()):
            pass


async def test_a_feed_that_crashes_is_silent_and_begins_again(play, monkeypatch):
    monkeypatch.setattr("console.supervise.FIRST_WAIT", 0.001)
    crashed = asyncio.Event()

    async def listen(desk):
        if not crashed.is_set():
            crashed.set()
            raise RuntimeError("a bug in the dialect")
        desk.hear([FeedBack("pbx")], NOON)
        await asyncio.Event().wait()

    seen, connected = [], asyncio.Event()
    async with at_work(play(Source("pbx", listen))) as home:

        def look():
            seen.append(home.desk.snapshot.feeds[0])
            if seen[-1].lamp is Lamp.CONNECTED:
                connected.set()

        home.desk.watch(look)
        async with asyncio.timeout(5):
            await connected.wait()
    [silent] = {lamp.why for lamp in seen if lamp.lamp is Lamp.SILENT}
    assert silent == "pbx failed (RuntimeError); the log says why"


async def test_a_database_that_cannot_be_written_ends_everything_with_its_sentence(
    play, monkeypatch
):
    async def write(self, changes):
        raise StoreFailed("The database x failed: disk full. Make room on the disk.")

    async def hear():
        async with at_work(play()) as home:
            monkeypatch.setattr("console.store.database.SqlStore.write", write)
            home.desk.hear([ARRIVED], NOON)
            await asyncio.sleep(5)

    with pytest.raises(StoreFailed, match="Make room on the disk"):
        await hear()


async def test_a_timeline_drives_the_clock_and_what_is_heard_is_stored(play):
    clock = ReplayClock(NOON)
    told = [ARRIVED]
    source = timeline("pbx", lambda: [(NOON, []), (NOON.replace(hour=13), told)], clock)
    async with at_work(play(source, clock=clock)) as home:
        came = asyncio.Event()
        home.desk.watch(lambda: home.desk.snapshot.live and came.set())
        async with asyncio.timeout(5):
            await came.wait()
        await home.desk.quiet()
        [record] = await home.store.live_calls()
    assert record.call.started_at == clock.now() == NOON.replace(hour=13)


# -- the waiting door --------------------------------------------------------------------------


class OpenDoor:
    """A door with an answer."""

    operator = Operator("eva", "Eva Brandt", Role.ADMIN)
    snapshot = Snapshot(7, 1, NOON, "desk")

    def __init__(self):
        self.changed = None

    async def do(self, command):
        return Done("done")

    async def ask(self, query):
        return ("Meyer",)

    def looks_at(self, screen, call):
        self.seen = screen, call

    def watch(self, changed):
        self.changed = changed
        return lambda: None


async def test_who_asks_before_the_desk_is_there_waits_and_who_watches_is_told():
    door = WaitingDoor(EVA, Snapshot(0, 0, NOON, "desk"))
    seen = []
    stop = door.watch(lambda: seen.append(door.snapshot.revision))
    asked = asyncio.ensure_future(door.ask(CompanyNames()))
    done = asyncio.ensure_future(door.do(Forget("+49")))
    await asyncio.sleep(0)
    assert (door.operator, door.snapshot.revision, asked.done()) == (EVA, 0, False)
    opened = OpenDoor()
    door.open(opened)
    assert (await asked, await done) == (("Meyer",), Done("done"))
    assert door.operator.role is Role.ADMIN
    opened.changed()
    stop()
    opened.changed()
    assert seen == [7, 7]
