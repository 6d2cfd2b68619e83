"""Sends what is queued for one channel, one after the other, and stores what came of it."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from console.calls.text import clean
from console.desk.notice import Channel, Fault, Notice, NoticeState
from console.desk.notices import Telling
from console.desk.ports import Clock, StoreFailed
from console.notices.backoff import wait
from console.notices.facts import Caller, Gathering, Tables
from console.notices.letter import Channel as Way
from console.notices.letter import Ending, Letter, Result
from console.notices.letters import Letters
from console.notices.waiting import Waiting
from console.settings.live import Live, for_company

log = logging.getLogger(__name__)

# Notices that are looked at in one go, and the calls that one of them tells at most.
AT_ONCE = 50
MOST_CALLS = 5_000
LOOKED_UP = 20
LONGEST_WHY = 500
JUST_NOW = timedelta(seconds=2)
STORE_PAUSE = 1.0
# Whatever a channel does, the next notice does not wait longer for it (seconds).
PATIENCE = 330.0
NO_SERVER = "no mail server is entered: fill in Send e-mail"
NO_SENDER = "no address of our own is entered: fill in From address in Send e-mail"
NO_PROVIDER = "no provider is entered: fill in Send text message"
GONE = "the call is not stored any more"
NO_LETTER = "it could not be written; the log says why"


_RANDOM = SystemRandom()


@dataclass(frozen=True, slots=True)
class _Over:
    """A notice that is not sent: what it becomes instead, with what was folded into it."""

    state: NoticeState
    why: str
    fault: Fault = Fault.NONE


class Sender:
    """Sends by one channel; `changed` is told after each notice."""

    def __init__(
        self,
        channel: Channel,
        way: Way,
        tables: Tables,
        gathering: Gathering,
        letters: Letters,
        clock: Clock,
        live: Callable[[], Live],
        waiting: Waiting,
        *,
        changed: Callable[[], None] = lambda: None,
        random: Callable[[], float] = _RANDOM.random,
        patience: float = PATIENCE,
    ) -> None:
        self.channel = channel
        self._way = way
        self._tables = tables
        self._gathering = gathering
        self._letters = letters
        self._clock = clock
        self._live = live
        self._waiting = waiting
        self._changed = changed
        self._random = random
        self._patience = patience

    async def send(self) -> int:
        """Send what is due; how many were looked at. Raises StoreFailed."""
        due = await self._tables.to_send(self._clock.now(), self.channel, AT_ONCE)
        for notice in due:
            await self._one(notice)
            self._changed()
        return len(due)

    async def close(self) -> None:
        """Close the channel's connections."""
        await self._way.close()

    async def _one(self, notice: Notice) -> None:
        assert notice.id is not None
        while True:
            before = self._waiting.taken_in(notice.id)
            found = await self._tables.told_with(notice.id, MOST_CALLS + 1)
            letter = await self._written(notice, found)
            async with self._waiting.turn:
                if self._waiting.taken_in(notice.id) != before:
                    # Another call came to it while it was written.
                    continue
                if isinstance(letter, Letter):
                    taken = await self._tables.sending([notice.id], self._clock.now())
                else:
                    taken = ()
                    await self._end([notice.id], letter.state, letter.why, fault=letter.fault)
                self._waiting.close(notice.id)
            break
        # Between here and the end, a crash leaves it SENDING.
        if isinstance(letter, Letter) and taken:
            await self._came_of_it(notice, await self._by_the_way(letter))

    # -- before -------------------------------------------------------------------------------

    async def _written(self, notice: Notice, found: Sequence[Telling]) -> Letter | _Over:
        try:
            return await self._letter(notice, found)
        except StoreFailed:
            raise
        except Exception:
            log.exception("notice %s could not be written", notice.id)
            return _Over(NoticeState.FAILED, NO_LETTER)

    async def _letter(self, notice: Notice, found: Sequence[Telling]) -> Letter | _Over:
        """The letter about the calls that nobody has dealt with, or why there is none."""
        records, dealt = [], ""
        for each in found[:MOST_CALLS]:
            # Of a storm's calls only what is stored with them: thousands are not looked up.
            # And what was decided just now was looked up just now.
            now = self._clock.now()
            looks = len(found) <= LOOKED_UP and (notice.tries or now - notice.at > JUST_NOW)
            caller = await self._gathering.caller(each.record) if looks else Caller()
            why = await self._gathering.dealt(each.record, caller, now, thorough=bool(looks))
            if not why:
                records.append(each.record)
                continue
            dealt = why
            if each.notice.id not in (None, notice.id):
                await self._end([each.notice.id], NoticeState.CANCELLED, why)
        if not records:
            return _Over(NoticeState.CANCELLED, dealt or GONE)
        live = for_company(self._live(), records[-1].company_id)
        if missing := self._missing(live):
            return _Over(NoticeState.FAILED, missing, Fault.SETTINGS)
        return await self._letters.letter(
            notice, records, live, self._clock.now(), more=len(found) > MOST_CALLS
        )

    def _missing(self, live: Live) -> str:
        """What must be filled in before anything can be sent, "" for nothing."""
        if self.channel is Channel.MAIL:
            server = live.mail_server
            return NO_SERVER if not server.host else "" if server.sender else NO_SENDER
        wanted = live.text_messages.provider
        if live.providers.named(wanted) is None:
            return f"no provider is called “{wanted}”: see Text message" if wanted else NO_PROVIDER
        return ""

    # -- the try ------------------------------------------------------------------------------

    async def _by_the_way(self, letter: Letter) -> Result:
        try:
            async with asyncio.timeout(self._patience):
                return await self._way.send(letter)
        except TimeoutError:
            return Result(Ending.UNKNOWN, f"no answer within {self._patience:.0f} s")
        except Exception as error:
            log.exception("channel %s failed", self.channel)
            words = f"sending failed ({type(error).__name__}); the log says why"
            return Result(Ending.UNKNOWN, words)

    async def _came_of_it(self, notice: Notice, result: Result) -> None:
        assert notice.id is not None
        tries = notice.tries + 1
        match result.ending:
            case Ending.SENT:
                await self._end([notice.id], NoticeState.SENT, result.why)
            case Ending.REFUSED:
                await self._end([notice.id], NoticeState.FAILED, result.why, fault=result.fault)
            case Ending.UNKNOWN if self.channel is Channel.TEXT:
                await self._end([notice.id], NoticeState.UNCERTAIN, result.why)
            case Ending.LATER | Ending.UNKNOWN:
                pause = wait(tries, result, self._random)
                if pause is not None:
                    await self._end([notice.id], NoticeState.QUEUED, result.why, pause)
                elif result.ending is Ending.UNKNOWN:
                    await self._end([notice.id], NoticeState.UNCERTAIN, result.why)
                else:
                    await self._end([notice.id], NoticeState.FAILED, result.why, fault=result.fault)

    async def _end(
        self,
        ids: Sequence[int | None],
        state: NoticeState,
        why: str,
        pause: timedelta | None = None,
        fault: Fault = Fault.NONE,
    ) -> None:
        known = [id for id in ids if id is not None]
        now = self._clock.now()
        next_at = None if pause is None else now + pause
        while True:
            try:
                await self._tables.ended(known, state, clean(why, LONGEST_WHY), now, next_at, fault)
                return
            except StoreFailed as failed:
                # What was sent must not be forgotten. If nothing can be written, the desk ends all.
                log.error("what became of a notice can't be stored: %s", failed)
                await asyncio.sleep(STORE_PAUSE)
