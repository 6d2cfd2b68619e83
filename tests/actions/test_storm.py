"""More happens than can be done: memory stays, and people are told once."""

import asyncio
import contextlib
import time
from dataclasses import replace
from pathlib import Path

import pytest

from console.actions.errand import Errand
from console.actions.lanes import ALL_WAITING, AT_ONCE, WAITING, Lanes
from console.settings.live import Occasion, OpenContact, OpenUrl, RunProgram
from console.wording.wording import Wording
from tests.actions.conftest import AT, RECORD, Room, action, until
from tests.actions.test_programs import program

CALLS = 5_000


async def test_a_storm_never_waits_in_memory_and_is_told_once(room: Room, tmp_path: Path) -> None:
    go = tmp_path / "go"
    path = program(tmp_path, f"while [ ! -e {go} ]; do sleep 0.02; done")
    room.programs["crm"] = (path, 30)
    slow = action(RunProgram(program="crm"))
    began = time.process_time()
    for n in range(CALLS):
        room.happened(slow, record=replace(RECORD, call=replace(RECORD.call, id=f"c{n}")))
    assert time.process_time() - began < 2
    await asyncio.sleep(0)
    assert room.actions._lanes.waiting <= WAITING
    assert room.failures == []
    go.touch()
    await room.idle()
    (failure,) = room.failures
    assert failure.why.startswith(f"{CALLS - WAITING:,} calls were left out")
    assert failure.call == f"c{WAITING}"


async def test_many_actions_together_stay_below_one_limit(wording: Wording) -> None:
    room = Room(wording)
    actions = [action(OpenContact(), id=f"a{n}") for n in range(100)]
    for _ in range(50):
        room.happened(*actions)
    assert room.actions._lanes.waiting == ALL_WAITING
    running = asyncio.ensure_future(room.actions.run())
    await room.idle()
    assert len(room.offers) == ALL_WAITING
    left_out = sum(int(failure.why.split()[0]) for failure in room.failures)
    assert left_out == 100 * 50 - ALL_WAITING
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_what_happened_before_the_room_worked_is_done(wording: Wording) -> None:
    room = Room(wording)
    room.happened(action(OpenContact()))
    running = asyncio.ensure_future(room.actions.run())
    await until(lambda: room.offers)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    # And so when the task is started anew, after an error.
    room.happened(action(OpenContact()))
    running = asyncio.ensure_future(room.actions.run())
    await until(lambda: len(room.offers) == 2)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def test_a_broken_action_is_told_once_a_minute_and_counted(room: Room) -> None:
    broken = action(OpenUrl(url="nowhere"))
    for _ in range(40):
        room.happened(broken)
        await room.idle()
    room.happened(action(OpenUrl(url="nowhere"), id="another"))
    await room.idle()
    assert [failure.action for failure in room.failures] == ["a1", "another"]
    room.pass_time(61)
    room.happened(broken)
    await room.idle()
    assert room.failures[-1].why.endswith("(It also failed 39 times in between.)")
    assert len(room.failures) == 3


async def test_an_error_of_ours_costs_one_errand_only(room: Room) -> None:
    def broken(call: str, offer: object) -> None:
        raise RuntimeError("a bug")

    offer, room.actions._offer = room.actions._offer, broken
    for _ in range(2 * AT_ONCE):
        room.happened(action(OpenContact()))
    assert await room.why() == "It failed (RuntimeError); the log says why."
    room.actions._offer = offer
    room.happened(action(OpenContact()))
    await room.idle()
    assert len(room.offers) == 1


async def test_what_happens_while_the_room_closes_waits_for_the_next_time() -> None:
    begun, die = asyncio.Event(), asyncio.Event()
    done: list[str] = []

    async def work(errand: Errand) -> None:
        done.append(errand.record.call.id)
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await die.wait()

    def errand(id: str) -> Errand:
        record = replace(RECORD, call=replace(RECORD.call, id=id))
        return Errand(action(OpenContact()), Occasion.INCOMING, record, AT)

    lanes = Lanes(work, lambda errand, count: None)
    running = asyncio.ensure_future(lanes.run())
    lanes.put(errand("c1"))
    await begun.wait()
    running.cancel()
    await asyncio.sleep(0)
    lanes.put(errand("c2"))
    die.set()
    await asyncio.wait({running})
    assert running.cancelled()
    assert (done, lanes.waiting) == (["c1"], 1)
    begun.clear()
    running = asyncio.ensure_future(lanes.run())
    await begun.wait()
    assert done == ["c1", "c2"]
    running.cancel()
    await asyncio.wait({running})


async def test_an_action_that_cannot_be_begun_costs_neither_the_desk_nor_the_others(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = room.actions._lanes.put

    def broken(errand: Errand) -> None:
        if errand.action.id == "a1":
            raise RuntimeError("it is closed")
        put(errand)

    monkeypatch.setattr(room.actions._lanes, "put", broken)
    room.happened(action(OpenContact()), action(OpenContact(), id="a2"))
    await room.idle()
    assert len(room.offers) == 1
