"""The machine's clock never goes back; a recording's clock goes as the player says."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.clock import ReplayClock, SystemClock

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Machine:
    """A machine whose two clocks the test moves."""

    def __init__(self):
        self.wall_time, self.ticks = NOON, 100.0

    def wall(self):
        return self.wall_time

    def monotonic(self):
        return self.ticks

    def run(self, seconds, step=0.0):
        self.ticks += seconds
        self.wall_time += timedelta(seconds=seconds + step)


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def clock(machine):
    return SystemClock(machine.wall, machine.monotonic)


def test_it_follows_the_machine(machine, clock):
    machine.run(90)
    assert clock.now() == NOON + timedelta(seconds=90)


def test_a_clock_put_back_makes_no_call_negative_and_is_caught_up_with(machine, clock):
    clock.now()
    machine.run(1, step=-60)
    assert NOON <= clock.now() <= NOON + timedelta(seconds=1)
    for _ in range(130):
        machine.run(1)
        clock.now()
    assert abs(clock.now() - machine.wall()) <= timedelta(seconds=1)


def test_a_machine_that_slept_is_believed_at_once(machine, clock):
    machine.run(1, step=3600)
    assert clock.now() == machine.wall()


def test_settling_takes_the_wall_clock_over_even_backwards(machine, clock):
    machine.run(1, step=-3600)
    clock.settle()
    assert clock.now() == machine.wall()


@given(st.lists(st.tuples(st.floats(0, 1e5), st.floats(-1e5, 1e5)), max_size=30))
def test_it_never_goes_back_whatever_the_wall_clock_does(moves):
    machine = Machine()
    clock = SystemClock(machine.wall, machine.monotonic)
    before = clock.now()
    for seconds, step in moves:
        machine.run(seconds, step)
        assert clock.now() >= before
        before = clock.now()


async def test_at_speed_0_time_jumps_and_wakes_who_slept_till_then():
    clock = ReplayClock(NOON)
    sleeper = asyncio.ensure_future(clock.sleep_until(NOON + timedelta(seconds=10)))
    await clock.reach(NOON + timedelta(seconds=9))
    await asyncio.sleep(0)
    assert not sleeper.done()
    await clock.reach(NOON + timedelta(hours=1))
    async with asyncio.timeout(1):
        await sleeper
    assert clock.now() == NOON + timedelta(hours=1)


async def test_at_a_speed_time_passes_so_much_faster_and_stops_at_the_moment_waited_for():
    real = 0.0
    clock = ReplayClock(NOON, speed=10, monotonic=lambda: real)
    reaching = asyncio.ensure_future(clock.reach(NOON + timedelta(seconds=30)))
    await asyncio.sleep(0)
    real = 2.0
    assert clock.now() == NOON + timedelta(seconds=20)
    real = 99.0
    assert clock.now() == NOON + timedelta(seconds=30)
    reaching.cancel()


async def test_a_sleeper_wakes_between_two_recorded_moments():
    clock = ReplayClock(NOON, speed=1000)
    asyncio.get_running_loop().call_soon(
        lambda: reached.append(asyncio.ensure_future(clock.reach(NOON + timedelta(seconds=60))))
    )
    reached = []
    async with asyncio.timeout(2):
        await clock.sleep_until(NOON + timedelta(seconds=20))
    assert not reached[0].done()
    await reached[0]
