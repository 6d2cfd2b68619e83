"""kill -9 in the middle of many real calls: what was shown as ended is there, once.

`SOAK=1` makes it 500 calls and six kills; without it, it is short enough for every change.

Asterisk tells nobody later what happened while nobody listened. So a call that began and ended
inside one gap can't be known, and only such a call may be missing; the gap itself is stored.
"""

import asyncio
import contextlib
import os
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from console.calls.board import GRACE
from tests.pbx.bench import Bench
from tests.pbx.crowd import Crowd
from tests.pbx.product import Product, product
from tests.pbx.witness import Lived, Witness

pytestmark = pytest.mark.pbx

SOAK = bool(os.environ.get("SOAK"))
CALLS, RATE, KILLS = (500, 18.0, 6) if SOAK else (120, 12.0, 2)
LOOKS = 0.02  # seconds between two looks at what the desk shows
# A call is shown as ended a second after its hang-up: so long after the last commit, none may be
# shown as ended any more whose hang-up is stored.
SETTLED = GRACE.total_seconds() + 0.2
SLOW = 0.6  # seconds more in which nothing can be stored: some calls end meanwhile
# The witness and the console read the same event from two sockets.
ASIDE = 0.5


@dataclass
class Watcher:
    """Sits before the desk and writes down what it shows; pulls the plug when told."""

    home: Product
    shown: dict[str, dict[str, Any]] = field(default_factory=dict)
    live: dict[str, dict[str, Any]] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    kill_at_news: bool = False

    async def watch(self) -> None:
        """Look until cancelled, through every death of the desk."""
        while True:
            with contextlib.suppress(OSError):
                async with self.home.back_door() as door:
                    while True:
                        self._note(await door.snapshot())
                        await asyncio.sleep(LOOKS)
            self.ready.clear()
            await asyncio.sleep(LOOKS)

    def _note(self, picture: dict[str, Any]) -> None:
        ended = {record["call"]["id"]: record["call"] for record in picture["ended"]}
        news = ended.keys() - self.shown.keys()
        # The first word counts: after a death it might be told otherwise.
        self.shown = ended | self.shown
        self.live = {record["call"]["id"]: record["call"] for record in picture["live"]}
        if picture["feeds"][0]["lamp"] == "connected":
            self.ready.set()
        if news and self.kill_at_news:
            self.kill_at_news = False
            self.home.kill()


@dataclass(frozen=True)
class Death:
    """When the process was killed, when the next one listened, and what the last one showed."""

    at: float
    back: float
    live: frozenset[str]


async def kill(home: Product, watcher: Watcher, *, disk_is_slow: bool) -> Death:
    """Kill the process, some time from now or while it can't store, and start it again."""
    await watcher.ready.wait()
    assert home.process is not None
    if disk_is_slow:
        with busy(home.database):
            await asyncio.sleep(SETTLED)
            # Whatever is shown as ended from here on is not stored: then it dies at once.
            watcher.kill_at_news = True
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SLOW):
                    await home.process.wait()
            watcher.kill_at_news = False
            home.kill()
            await home.gone()
    else:
        await asyncio.sleep(random.uniform(0.0, 0.5))
        home.kill()
        await home.gone()
    now = wall()
    live = frozenset(watcher.live)
    watcher.ready.clear()
    await home.start()
    await watcher.ready.wait()
    return Death(now, wall(), live)


@contextlib.contextmanager
def busy(database: Path) -> Iterator[None]:
    """Keep the database's write lock: every commit waits meanwhile."""
    other = sqlite3.connect(database, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        yield
    finally:
        other.close()


def wall() -> float:
    """Seconds of the wall clock, as the witness notes them."""
    return datetime.now().timestamp()


def moment(text: str) -> float:
    """A time of the console as seconds of the wall clock."""
    return datetime.fromisoformat(text).timestamp()


async def until(true: Any, seconds: float) -> None:
    """Wait for something that only others know."""
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_no_call_that_was_shown_as_ended_is_lost_or_doubled_by_kill_9(
    pbx: Bench, tmp_path: Path
) -> None:
    witness = Witness(pbx.server)
    crowd = Crowd(pbx, CALLS, RATE)
    deaths: list[Death] = []
    async with product(pbx, tmp_path) as home:
        watcher = Watcher(home)
        watching = asyncio.ensure_future(watcher.watch())
        await watcher.ready.wait()
        await crowd.come()
        for n in range(KILLS):
            share = (n + 1) / (KILLS + 1)
            await until(lambda share=share: witness.begun >= CALLS * share, 60)
            deaths.append(await kill(home, watcher, disk_is_slow=n % 2 == 0))
        await crowd.left()
        await until(lambda: witness.complete, 20)
        await until(lambda: not watcher.live and watcher.ready.is_set(), 70)
        status = await home.status()
        watching.cancel()
        await home.stop()
    witness.stop()
    stored = await home.calls()
    report = Report(witness, watcher, deaths, stored, status)
    print(report.summary())
    report.check()
    assert "ERROR" not in home.log(), home.log()


class Report:
    """What happened, beside what is stored."""

    def __init__(
        self,
        witness: Witness,
        watcher: Watcher,
        deaths: list[Death],
        stored: list[dict[str, Any]],
        status: dict[str, Any],
    ) -> None:
        self.truth = {f"Asterisk-{uid}": call for uid, call in witness.calls.items()}
        self.shown = watcher.shown
        self.deaths = deaths
        self.list = stored
        self.stored = {call["id"]: call for call in stored}
        self.status = status
        self.gaps = sorted(
            (moment(gap["since"]), moment(gap["until"]) if gap["until"] else float("inf"))
            for gap in status["gaps"]
        )
        self.missing = sorted(self.truth.keys() - self.stored.keys())

    def summary(self) -> str:
        outcomes: dict[str, int] = {}
        for call in self.list:
            outcomes[call["outcome"]] = outcomes.get(call["outcome"], 0) + 1
        silent = ", ".join(f"{until - since:.1f} s" for since, until in self.gaps)
        return (
            f"{len(self.truth)} calls, {len(self.deaths)} times kill -9 (not heard {silent}): "
            f"{len(self.stored)} stored {outcomes}, {len(self.missing)} within a gap, "
            f"{len(self.shown)} seen ended, {sum(c['reconstructed'] for c in self.list)} mended"
        )

    def check(self) -> None:
        assert len(self.truth) == CALLS
        assert self.shown_calls_that_changed() == []
        assert len(self.stored) == len(self.list)
        numbers = [call["caller"]["number"] for call in self.list]
        assert len(set(numbers)) == len(numbers)
        assert self.stored.keys() <= self.truth.keys()
        assert [call for call in self.list if call["outcome"] is None] == []
        self.check_gaps()
        assert [id for id in self.missing if not self.within_a_gap(self.truth[id])] == []
        assert self.wrongly_told() == []

    def shown_calls_that_changed(self) -> list[str]:
        """Calls that were shown as ended and are not stored exactly so."""
        return [
            f"{id}: shown {call['outcome']} at {call['ended_at']}, stored {self.stored.get(id)}"
            for id, call in self.shown.items()
            if id not in self.stored
            or self.stored[id]["outcome"] != call["outcome"]
            or self.stored[id]["answered_by"] != call["answered_by"]
            or abs(moment(self.stored[id]["ended_at"]) - moment(call["ended_at"])) > 0.001
        ]

    def check_gaps(self) -> None:
        """One gap for each death, from the last word that was stored to the first one heard."""
        assert len(self.gaps) == len(self.deaths)
        for (since, till), death in zip(self.gaps, self.deaths, strict=True):
            assert death.at - SETTLED - SLOW - 1.0 <= since <= death.at + ASIDE
            assert death.at <= till <= death.back + ASIDE
            # What was shown and outlived the gap was told again.
            outlived = {id for id in death.live if (self.truth[id].ended or 0) > till + ASIDE}
            assert outlived <= self.stored.keys()

    def within_a_gap(self, call: Lived) -> bool:
        return any(call.within(since - ASIDE, until + ASIDE) for since, until in self.gaps)

    def wrongly_told(self) -> list[str]:
        """Stored calls that are not what they were, as far as it could be heard."""
        wrong = []
        for id, call in self.stored.items():
            lived = self.truth[id]
            assert lived.ended is not None
            outcome = "answered" if lived.answered else "abandoned"
            if not any(lived.touches(since - ASIDE, until + ASIDE) for since, until in self.gaps):
                times = (lived.began, call["started_at"]), (lived.ended, call["ended_at"])
                late = [told for was, told in times if abs(moment(told) - was) > 2 * ASIDE]
                if call["outcome"] != outcome or call["reconstructed"] or late:
                    wrong.append(f"{id} was heard whole: {lived}, {call}")
            elif not any(
                since - ASIDE <= lived.ended <= until + ASIDE for since, until in self.gaps
            ):
                # It outlived the gap: its end was heard.
                if call["outcome"] != outcome:
                    wrong.append(f"{id} ended in our hearing: {lived}, {call}")
            elif call["outcome"] not in (outcome, "lost"):
                wrong.append(f"{id} ended in a gap: {lived}, {call}")
        return wrong
