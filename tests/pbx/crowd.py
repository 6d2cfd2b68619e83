"""Many callers from outside at once: some are answered, some talk long, some give up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from .bench import Bench
from .configuration import did
from .phones import Sipp, milliseconds, sipp

ANSWERING, SILENT = "101", "103"
NUMBER = "+4917{kind}{n:07d}"


@dataclass(frozen=True)
class Kind:
    """One kind of caller: `share` of all, who talk for or give up after some seconds."""

    share: float
    talk: float | None = None
    gives_up_after: float | None = None


EVERY_KIND = (Kind(0.45, talk=1.2), Kind(0.25, talk=4.0), Kind(0.30, gives_up_after=1.5))


class Crowd:
    """Callers who come at a rate; each has a number of its own and calls once."""

    def __init__(self, pbx: Bench, calls: int, rate: float, kinds: tuple[Kind, ...] = EVERY_KIND):
        self._pbx = pbx
        self._rate = rate
        self._kinds = kinds
        counts = [round(calls * kind.share) for kind in kinds]
        self._counts = [calls - sum(counts[1:]), *counts[1:]]
        self._callers: list[Sipp] = []

    async def come(self) -> None:
        """The phones are plugged in, and the first caller calls."""
        await self._phone(ANSWERING, "outside_answers")
        await self._phone(SILENT, "outside_rings")
        for n, (kind, count) in enumerate(zip(self._kinds, self._counts, strict=True)):
            self._callers.append(await self._come(kind, count, n))

    async def left(self, seconds: float = 120.0) -> None:
        """Return when the last caller has hung up; raises SippFailed if a call went wrong."""
        await asyncio.gather(*(caller.over(seconds) for caller in self._callers))

    async def _phone(self, number: str, scenario: str) -> None:
        # sipp here too: it answers dozens of calls in time while this process does other things.
        ports = self._pbx.server.ports
        phone = await sipp(
            scenario,
            port=ports.phones[number],
            to_port=None,
            fill={"RING": milliseconds(0.5)},
            arguments=("-m", "1000000"),
            traced=False,
        )
        self._pbx.callers.append(phone)

    async def _come(self, kind: Kind, count: int, n: int) -> Sipp:
        ports = self._pbx.server.ports
        fill = {"FROM": b'"Anna" <sip:[field0]@127.0.0.1>', "EXTRA": b""}
        if kind.talk is not None:
            scenario, to = "caller_stays", did("001")
            fill["TALK"] = milliseconds(kind.talk)
        else:
            assert kind.gives_up_after is not None
            scenario, to = "caller_gives_up", did("003")
            fill["RING"] = milliseconds(kind.gives_up_after)
        fill["TO"] = to.encode()
        caller = await sipp(
            scenario,
            port=ports.caller(),
            to_port=ports.sip,
            fill=fill,
            arguments=(
                *("-m", str(count), "-l", str(count)),
                *("-r", str(round(self._rate * kind.share * 100)), "-rp", "100000"),
            ),
            lines=[NUMBER.format(kind=n, n=i) for i in range(count)],
            traced=False,
        )
        self._pbx.callers.append(caller)
        return caller
