"""The command line speaks to the running desk: its words get through, nobody else does."""

import asyncio
import contextlib
import json
import os
import socket
import stat
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from console import back_door, places
from console.calls.words import Role
from console.desk.commands import (
    ChangeOperator,
    ChangeSettings,
    Done,
    Forget,
    ImportCompanies,
    ImportFiles,
    ImportSettings,
    MarkProcessed,
    Refused,
    RetryNotices,
)
from console.desk.snapshot import Counts, FeedHealth, Lamp, Snapshot
from console.people.values import Company

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SNAPSHOT = Snapshot(
    3, 2, NOON, "desk", feeds=(FeedHealth("pbx", Lamp.SILENT, NOON, "gone"),), counts=Counts(1, 2)
)
COMMANDS = [
    Forget("+491701234567"),
    ChangeOperator("lena", "Lena Vögt", Role.SUPERVISOR, ("101", "102")),
    ImportCompanies((Company("Meyer & Söhne", ("+4930222000",), facts=("a", "b")),)),
    ChangeSettings("mail", {"to": ["a@x.example"]}, 7),
    ImportSettings({"mail": {"send": True}}, {7: {"mail": {"link": None}}}),
    RetryNotices((4, 5)),
    ImportFiles(("/tmp/Anna \u2028\x1b.vcf",), "cards/"),
    ImportFiles(("/tmp/not-utf-8 \udcff.vcf",), "cards/"),
]


@pytest.fixture
async def desk(tmp_path):
    """A back door whose desk remembers what it was told."""

    desk = SimpleNamespace(database=tmp_path / "hotline.db", told=[], answer=Done("done so", 3))

    async def enter(login, command):
        desk.told.append((login, command))
        return desk.answer

    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(back_door.keep(desk.database, enter, lambda: SNAPSHOT))
        (await open_door(desk.database)).close()
        yield desk
        keeping.cancel()


async def open_door(database):
    """The back door, as soon as it is there."""
    async with asyncio.timeout(5):
        while True:
            try:
                return await back_door.knock(database)
            except back_door.NobodyThere:
                await asyncio.sleep(0.001)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
async def test_a_command_arrives_as_it_was_given(desk, command):
    door = await back_door.knock(desk.database)
    assert await door.do("eva", command) == Done("done so", 3)
    assert desk.told == [("eva", command)]
    door.close()


async def test_a_refusal_comes_back_with_its_reason(desk):
    for why in ("That takes the role admin.", "A\udcff.vcf can't be read."):
        desk.answer = Refused(why)
        door = await back_door.knock(desk.database)
        assert await door.do("eva", COMMANDS[0]) == Refused(why)
        door.close()


async def test_the_picture_comes_back_whole(desk):
    door = await back_door.knock(desk.database)
    assert await door.snapshot() == SNAPSHOT
    door.close()


async def test_only_its_owner_may_knock(desk):
    mode = back_door.place(desk.database).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


async def test_another_user_is_not_let_in(desk, monkeypatch):
    monkeypatch.setattr(back_door, "_peer", lambda connection: os.getuid() + 1)
    door = await back_door.knock(desk.database)
    with pytest.raises(back_door.NobodyThere):
        await door.do("eva", COMMANDS[0])
    assert desk.told == []


def test_who_is_at_the_other_end_is_what_the_system_says():
    ours, theirs = socket.socketpair(socket.AF_UNIX)
    with ours, theirs:
        assert back_door._peer(ours) == os.getuid()


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"do": "Forget"}',
        b'{"as": "eva", "do": "Forget", "with": {"number": 7}}',
        b'{"as": "eva", "do": "Forget", "with": {}, "more": 1}',
        json.dumps({"as": "eva", "do": MarkProcessed.__name__, "with": {"calls": ["1"]}}).encode(),
    ],
)
async def test_what_is_no_command_is_refused_and_the_next_one_works(desk, line):
    reader, writer = await asyncio.open_unix_connection(str(back_door.place(desk.database)))
    writer.write(line + b"\n")
    assert "refused" in json.loads(await reader.readline())
    writer.write(b'{"as": "eva", "do": "Forget", "with": {"number": "+49"}}\n')
    assert json.loads(await reader.readline()) == {"done": "done so", "count": 3}
    writer.close()


class Importing:
    """A desk that imports until somebody stops it; the answer to who does so too late."""

    def __init__(self, database, too_late=None):
        self.database = database
        self.begun, self.stopped, self.go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._too_late = too_late

    async def enter(self, login, command):
        self.begun.set()
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.stopped.set()
            if self._too_late is None:
                raise
            return self._too_late
        return Done("imported")

    async def asked(self, command):
        """Who has asked it for something that it has begun with."""
        door = await open_door(self.database)
        asking = asyncio.ensure_future(door.do("eva", command))
        await self.begun.wait()
        return door, asking


@contextlib.asynccontextmanager
async def importing(database, too_late=None):
    desk = Importing(database, too_late)
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(back_door.keep(database, desk.enter, lambda: SNAPSHOT))
        yield desk
        keeping.cancel()


IMPORT = ImportFiles(("/a.vcf",), "a")


async def test_an_import_stops_when_whoever_wants_it_is_gone(tmp_path):
    async with importing(tmp_path / "hotline.db") as desk:
        door, asking = await desk.asked(IMPORT)
        asking.cancel()
        await asyncio.wait({asking})
        door.close()
        await desk.stopped.wait()


@pytest.mark.parametrize("too_late", [None, Done("in already", 3)])
async def test_who_gives_an_import_up_is_told_what_became_of_it(tmp_path, too_late):
    async with importing(tmp_path / "hotline.db", too_late) as desk:
        door, asking = await desk.asked(IMPORT)
        asking.cancel()
        await asyncio.wait({asking})
        assert await door.give_up() == (too_late or back_door.STOPPED)
        assert desk.stopped.is_set()
        door.close()


async def test_what_can_not_be_stopped_is_done_and_told(tmp_path):
    async with importing(tmp_path / "hotline.db") as desk:
        door, asking = await desk.asked(Forget("+49"))
        asking.cancel()
        await asyncio.wait({asking})
        told = asyncio.ensure_future(door.give_up())
        await asyncio.sleep(0.05)
        desk.go_on.set()
        assert await told == Done("imported")
        assert not desk.stopped.is_set()
        door.close()


async def test_a_stale_socket_of_a_killed_desk_is_replaced(tmp_path):
    database = tmp_path / "hotline.db"
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(back_door.place(database)))
    dead.close()
    with pytest.raises(back_door.NobodyThere):
        await back_door.knock(database)

    async def enter(login, command):
        return Done("alive")

    async with asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(back_door.keep(database, enter, lambda: SNAPSHOT))
        door = await open_door(database)
        assert await door.do("eva", COMMANDS[0]) == Done("alive")
        door.close()
        keeping.cancel()
    assert not back_door.place(database).exists()


def test_a_database_far_down_has_its_back_door_nearer(tmp_path):
    deep = tmp_path / ("d" * 90) / "hotline.db"
    place = back_door.place(deep)
    assert len(os.fsencode(place)) <= places.LONGEST_PATH
    assert place == back_door.place(deep)


async def test_a_guest_who_never_leaves_does_not_keep_the_desk_from_ending(tmp_path):
    async def enter(login, command):
        return Done()

    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(
            back_door.keep(tmp_path / "hotline.db", enter, lambda: SNAPSHOT)
        )
        guest = await open_door(tmp_path / "hotline.db")
        assert await guest.do("eva", COMMANDS[0]) == Done()
        keeping.cancel()
    with pytest.raises(back_door.NobodyThere):
        await back_door.knock(tmp_path / "hotline.db")
    guest.close()
