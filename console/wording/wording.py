"""Templates become texts in one warm process of their own, in turn, and never at our cost."""

import asyncio
import json
import logging
import signal
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from console.calls.text import clean
from console.wording.marks import MARKS
from console.wording.process import TOO_LONG, Died, NoWorker, RenderingProcess

log = logging.getLogger(__name__)

LINES = 60
TOO_SLOW = "It takes longer than 200 ms."
LONGEST_TEMPLATE = 20_000
LONGEST_REQUEST = 1_000_000
# A template that cost the process its life this often in a row is not tried again for a while:
# in a storm of calls every other would wait for it.
PATIENCE = 2
REST_SECONDS = 30.0
REMEMBERED = 100
# After a process that could not be started, the next try is not before so many seconds.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

_CRASHES = frozenset({-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGABRT, -signal.SIGILL})
_CLOSED = "Templates are no longer rendered: the console ends."


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a template made: lines of clean text."""

    text: str


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a template made nothing, a sentence; and its line (from 1), where that is known."""

    reason: str
    line: int | None = None


class Wording:
    """Renders templates, one at a time; whoever asks waits for nothing but its turn.

    A template has 200 ms from the moment it is begun (being compiled once comes before, evaluates
    nothing and has its own limit), and 256 MB where the system knows such a limit; then the
    process dies and the next is started.
    """

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._process: RenderingProcess | None = None
        self._closed = False
        self._costly: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._pause = 0.0
        self._not_before = 0.0
        self._why_not = ""
        self._told = False

    async def warm(self) -> None:
        """Start the process, so that the first call does not wait for it."""
        async with self._turn:
            try:
                await self._ready()
            except NoWorker as reason:
                log.error("%s", reason)

    async def render(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        escape: Literal["text", "url", "html"] = "text",
        limit: int = 4000,
        lines: int = LINES,
    ) -> Rendered | Broken:
        """Fill in the values (JSON-able); nothing is raised, whatever they or the template are.

        The text has at most `limit` characters and `lines` lines, cut there. With `escape="url"`
        what is filled in is percent-escaped unless the template says `|safe`, and an address that
        is too long is broken. With `escape="html"` it is escaped always.
        """
        if len(template) > LONGEST_TEMPLATE:
            return Broken(f"It has more than {LONGEST_TEMPLATE:,} characters.")
        asked = {
            "source": template,
            "keep": MARKS,
            "escape": escape,
            "most": min(16 * limit, 500_000),
        }
        try:
            request = json.dumps({**asked, "values": dict(values)}).encode("ascii")
        except (TypeError, ValueError, RecursionError) as error:
            return Broken(f"What is to be filled in can't be passed on: {error}.")
        if len(request) > LONGEST_REQUEST:
            return Broken("What is to be filled in is too long.")
        async with self._turn:
            if self._rests(template):
                return Broken("It took too long again and again; it is tried later.")
            text = await self._answer(template, request)
        if isinstance(text, Broken):
            return text
        if escape == "url" and len(text) > limit:
            return Broken(f"The address has more than {limit:,} characters.")
        return Rendered(_lines(text, limit, lines))

    async def close(self) -> None:
        """End the process; what is asked from now on is Broken."""
        self._closed = True
        process, self._process = self._process, None
        if process:
            await process.end()

    # -- the process ------------------------------------------------------------------------

    async def _answer(self, template: str, request: bytes) -> str | Broken:
        """The process's answer; a process that somebody killed is replaced, once."""
        for _ in range(2):
            try:
                process = await self._ready()
                answer = await process.answer(request)
            except NoWorker as reason:
                return Broken(str(reason))
            except Died as died:
                log.warning("%s", died)
                await self._replace(process)
                if died.code in TOO_LONG:
                    self._cost(template)
                    return Broken(TOO_SLOW)
                if died.code in _CRASHES:
                    self._cost(template)
                    return Broken("It is more than the process for templates can bear.")
                continue
            if answer.get("last"):
                self._cost(template)
                await self._replace(process)
            else:
                self._costly.pop(template, None)
            if isinstance(text := answer.get("text"), str):
                return text
            return Broken(clean(str(answer.get("broken")), 500), answer.get("line"))
        return Broken("The process for templates was ended from outside, twice.")

    async def _ready(self) -> RenderingProcess:
        if self._closed:
            raise NoWorker(_CLOSED)
        loop = asyncio.get_running_loop()
        if loop.time() < self._not_before:
            raise NoWorker(self._why_not)
        if self._process and not self._process.alive:
            await self._process.end()
            self._process = None
        try:
            process = self._process or await RenderingProcess.start()
            self._process = process
            await process.ready()
        except NoWorker as reason:
            self._pause = min(max(FIRST_PAUSE, 2 * self._pause), LONGEST_PAUSE)
            self._not_before = loop.time() + self._pause
            self._why_not = str(reason)
            await self._end()
            raise
        self._pause = 0.0
        if self._closed:
            await self._end()
            raise NoWorker(_CLOSED)
        if not process.memory_limited and not self._told:
            self._told = True
            log.warning("this system does not limit the memory of a process; time limits hold")
        return process

    async def _replace(self, process: RenderingProcess) -> None:
        """Start the next process without waiting for it: it warms up until it is asked."""
        self._process = None
        await process.end()
        if not self._closed:
            try:
                self._process = await RenderingProcess.start()
            except NoWorker as reason:
                log.error("%s", reason)

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            await process.end()

    # -- patience ---------------------------------------------------------------------------

    def _rests(self, template: str) -> bool:
        times, at = self._costly.get(template, (0, 0.0))
        return times >= PATIENCE and asyncio.get_running_loop().time() < at + REST_SECONDS

    def _cost(self, template: str) -> None:
        times, _ = self._costly.pop(template, (0, 0.0))
        self._costly[template] = (times + 1, asyncio.get_running_loop().time())
        if len(self._costly) > REMEMBERED:
            self._costly.popitem(last=False)


def _lines(text: str, limit: int, most: int) -> str:
    """Clean lines, without empty ones at both ends."""
    lines = [clean(line, limit) for line in text.strip().splitlines()[:most]]
    return "\n".join(lines)[:limit].strip()
