"""A front desk whose unanswered calls are told of: a real store and desk, a channel that notes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from console.calls import events as ev
from console.desk.commands import ChangeSettings, Done
from console.desk.notice import Channel, Notice
from console.desk.notices import ListNotices
from console.desk.queries import CallDetails
from console.desk.records import CallRecord
from console.notices.letter import Ending, Letter, Result
from console.notices.room import Notices
from console.settings.live import Live
from console.store.database import SqlStore
from console.wording.sandbox import Broken as Wrong
from console.wording.sandbox import Renderer
from console.wording.wording import Broken, Rendered
from tests.desk.front import T0, Front, front
from tests.notices.samples import PLAN

BERLIN = ZoneInfo("Europe/Berlin")
SENT = Result(Ending.SENT, "250 ok")
SERVER = {"host": "mail.desk.example", "sender": "calls@desk.example"}
MAIL = {"send": True, "to": ["front@desk.example"]}
SEVEN = {"providers": [{"name": "seven", "kind": "seven.io", "sender": "+4930111"}]}
TEXTS = {"send": True, "to": ["0171 1234567"]}


class InProcess:
    """Renders as the process for templates does, without the process."""

    def __init__(self) -> None:
        self._renderer = Renderer()

    async def render(
        self,
        template: str,
        values: Mapping[str, Any],
        *,
        escape: Literal["text", "url", "html"] = "text",
        limit: int = 4000,
        lines: int = 60,
    ) -> Rendered | Broken:
        try:
            made = self._renderer.render(template, values, "", escape, 16 * limit)
        except Wrong as wrong:
            return Broken(str(wrong), wrong.line)
        return Rendered("\n".join(line.strip() for line in made.strip().splitlines()))


@dataclass
class Post:
    """A channel that keeps what it is given, and answers as a test wants it to."""

    letters: list[Letter] = field(default_factory=list)
    answer: Callable[[Letter], Result] = lambda letter: SENT
    gate: asyncio.Event | None = None
    began: int = 0
    closed: int = 0

    async def send(self, letter: Letter) -> Result:
        self.began += 1
        if self.gate:
            await self.gate.wait()
        self.letters.append(letter)
        return self.answer(letter)

    async def close(self) -> None:
        self.closed += 1


class Office:
    """The desk, its notices, and short words for what tests do with them."""

    def __init__(self, desk: Front, notices: Notices, mail: Post, text: Post) -> None:
        self.front, self.notices, self.mail, self.text = desk, notices, mail, text
        self.store = desk.store
        self.last_key: tuple[str, datetime] | None = None
        self._looks, self._looked = 0, 0
        decider = notices._outbox._decider
        self._decide = decider.decide
        decider.decide = self._counted  # type: ignore[method-assign]

    async def _counted(self, now: datetime) -> int:
        self._looks += 1
        look = self._looks
        try:
            return await self._decide(now)
        finally:
            self._looked = look

    async def set(self, **sections: dict[str, Any]) -> None:
        for section, values in sections.items():
            answer = await self.front.eva.do(ChangeSettings(section, values))
            assert isinstance(answer, Done), answer

    async def later(self, seconds: float = 0) -> None:
        """So many seconds later, when all that is due is decided and sent."""
        front = self.front
        front.now += timedelta(seconds=seconds)
        await front.clock.reach(front.now)
        front.desk.hear([], front.now)
        await front.desk.quiet()
        looks = self._looks
        self.notices.poke()
        # Though nothing is due, a summary may be found to have waited long enough.
        async with asyncio.timeout(20):
            while self._looked <= looks:  # noqa: ASYNC110
                await asyncio.sleep(0.001)
        await self.idle()

    async def idle(self, seconds: float = 20.0) -> None:
        """Return when nothing is due and nothing is being sent, or a channel hangs."""
        async with asyncio.timeout(seconds):
            while True:
                at = await self.store.next_at()
                if at is not None and at <= self.front.clock.now() and not self.hangs:
                    await asyncio.sleep(0.01)
                    continue
                states = [each.state for each in await self.all()]
                if "sending" not in states or self.hangs:
                    return
                await asyncio.sleep(0.01)

    @property
    def hangs(self) -> bool:
        """Whether a channel waits for the test."""
        return bool(self.mail.gate or self.text.gate)

    async def all(self, limit: int = 5_000) -> list[Notice]:
        """All notices, the oldest first."""
        return list(reversed(await self.store.ask(ListNotices(limit=limit))))

    async def of(self, call: str) -> list[tuple[str, str]]:
        """What became of a call: states and reasons."""
        return [(each.state.value, each.why) for each in await self.all() if each.call == call]

    async def abandoned(self, call: str, caller: ev.Caller | None = None) -> None:
        if caller is None:
            await self.front.abandoned(call)
        else:
            await self.front.abandoned(call, caller)


@contextlib.asynccontextmanager
async def office(folder: Path, at: datetime = T0) -> AsyncIterator[Office]:
    """An office at work; leaving the block ends it as quitting the console does."""
    async with (
        front(folder / "office.db", at, owes=True) as desk,
        contextlib.AsyncExitStack() as ends,
    ):
        made: list[Office] = []
        notices = furnished(
            desk.store,
            desk,
            {Channel.MAIL: (mail := Post()), Channel.TEXT: (text := Post())},
            lambda: made[0].last_key,
        )
        one = Office(desk, notices, mail, text)
        made.append(one)
        ends.callback(desk.desk.watch(notices.poke))
        running = asyncio.ensure_future(notices.run())
        ends.push_async_callback(_ended, running)
        yield one
        if running.done():
            running.result()


async def until(true: Callable[[], Awaitable[object]], seconds: float = 5) -> None:
    """Return when it is true; it is soon."""
    async with asyncio.timeout(seconds):
        while not await true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _ended(running: "asyncio.Future[None]") -> None:
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def furnished(
    store: SqlStore,
    desk: Front,
    ways: Mapping[Channel, Any],
    last_key: Callable[[], tuple[str, datetime] | None] = lambda: None,
) -> Notices:
    """The room of notices on a store and a desk."""

    async def record_of(call: str) -> CallRecord | None:
        details = await store.ask(CallDetails(call))
        return details.record if details else None

    def live() -> Live:
        return desk.desk.snapshot.settings

    return Notices(
        store,
        InProcess(),
        PLAN,
        BERLIN,
        desk.clock,
        ways,
        site="test",
        live=live,
        version=lambda: desk.desk.settings_version,
        record_of=record_of,
        last_key=last_key,
        changed=desk.desk.notices_changed,
    )
