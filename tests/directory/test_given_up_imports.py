"""Who asked for an import goes away before it has ended: it stops, all or nothing."""

import asyncio
from pathlib import Path

import pytest

from console.desk.commands import Answer, Done, ImportFiles, Refused
from tests.directory.contacts_front import EVA, Front, at_work, card


@pytest.fixture
def front(tmp_path: Path) -> Front:
    return Front(tmp_path)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    (tmp_path / "anna.vcf").write_text(card("Anna"))
    return tmp_path / "anna.vcf"


def importing(front: Front, cards: Path, source: str = "Cards") -> asyncio.Task[Answer]:
    command = ImportFiles((str(cards),), source)
    return asyncio.ensure_future(front.syncs.import_files(command, EVA))


async def given_up(task: asyncio.Task[Answer]) -> None:
    task.cancel()
    async with asyncio.timeout(10):
        await asyncio.wait({task})


async def test_an_import_that_nobody_waits_for_is_stopped(front: Front, cards: Path) -> None:
    async with at_work(front):
        assert isinstance(await importing(front, cards), Done)
        id = await front.taken()
        await asyncio.to_thread(cards.write_text, card("Berta"))
        front.tables.hold = asyncio.Event()
        task = importing(front, cards)
        await front.storing_or_reading("storing")
        await given_up(task)
        assert task.cancelled()
        assert front.tables.names(id) == ["Anna"]
        assert front.shown[-1] == (id, None)
        front.tables.hold = None
        assert isinstance(await importing(front, cards), Done)
        assert front.tables.names(id) == ["Anna", "Berta"]


async def test_of_one_that_is_stopped_no_new_source_stays(front: Front, cards: Path) -> None:
    front.tables.hold = asyncio.Event()
    async with at_work(front):
        task = importing(front, cards)
        await front.storing_or_reading("storing")
        assert len(front.tables.states) == 1
        await given_up(task)
        assert front.tables.states == {}
        front.tables.hold, front.tables.full = None, True
        assert isinstance(await importing(front, cards), Refused)
        assert front.tables.states == {}
        front.tables.full = False
        assert isinstance(await importing(front, cards), Done)


async def test_one_that_waits_is_not_begun_and_the_others_are(front: Front, cards: Path) -> None:
    front.tables.hold = asyncio.Event()
    async with at_work(front):
        first = importing(front, cards, "First")
        await front.storing_or_reading("storing")
        second, third = importing(front, cards, "Second"), importing(front, cards, "Third")
        await asyncio.sleep(0)
        await given_up(second)
        assert second.cancelled()
        front.tables.hold.set()
        assert isinstance(await first, Done)
        assert isinstance(await third, Done)
    assert {state.source.name for state in front.tables.states.values()} == {"First", "Third"}


async def test_what_had_come_in_already_is_said_to_have(front: Front, cards: Path) -> None:
    front.tables.hold_end = asyncio.Event()
    async with at_work(front):
        task = importing(front, cards)
        await front.taken()
        await given_up(task)
        assert isinstance(task.result(), Done)
