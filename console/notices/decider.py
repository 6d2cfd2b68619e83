"""Decides of the calls that are due, and stores who is told; folds repeats and storms."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.notice import Notice, NoticeState
from console.desk.notices import Owed, Told
from console.desk.records import CallRecord
from console.notices.deciding import Case, Summary, decided
from console.notices.facts import Caller, Gathering, Tables
from console.notices.recipients import same
from console.notices.repeats import since
from console.notices.storms import Storms
from console.notices.waiting import Waiting
from console.settings.live import Live, for_company

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# Calls that are decided about in one go: what is in memory of a storm.
AT_ONCE = 200


class Decider:
    """Takes owed calls; `live` and `version` are the settings in force.

    `site` tells installations apart.
    """

    def __init__(
        self,
        tables: Tables,
        gathering: Gathering,
        plan: "NumberPlan",
        live: Callable[[], Live],
        version: Callable[[], int],
        site: str,
        waiting: Waiting,
    ) -> None:
        self._tables = tables
        self._gathering = gathering
        self._plan = plan
        self._live = live
        self._version = version
        self._site = site
        self._waiting = waiting
        self._storms = Storms()
        waiting.on_close(self._storms.closed)

    async def decide(self, now: datetime) -> int:
        """Decide of some that are due; how many, 0 if none is. Raises StoreFailed."""
        owed = await self._tables.owed(now, AT_ONCE)
        live, version = self._live(), self._version()
        settings: dict[int | None, Live] = {}
        cases: list[tuple[Case, Caller]] = []
        for one in owed:
            id = one.record.company_id
            if id not in settings:
                settings[id] = for_company(live, id)
            cases.append(await self._case(one, settings[id], version, now))
        for case, _ in cases:
            self._storms.count(case.wanted, now)
        for case, caller in cases:
            async with self._waiting.turn:
                await self._store(case, caller, now)
        return len(owed)

    async def _case(
        self, owed: Owed, live: Live, version: int, now: datetime
    ) -> tuple[Case, Caller]:
        record: CallRecord = owed.record
        caller = await self._gathering.caller(record)
        facts = await self._gathering.facts(record, caller, now)
        return Case(record, live, facts, self._plan, self._site, version), caller

    async def _store(self, case: Case, caller: Caller, now: datetime) -> None:
        storms = self._storms.raging(now)
        wanted = [(channel, same(person)) for channel, person in case.wanted]
        told: tuple[Told, ...] = ()
        if any(recipient not in storms for recipient in wanted):
            told = await self._told(case, caller, now)
        stored = await self._tables.decide(case.record.call.id, decided(case, told, storms))
        for notice in stored:
            if notice.told_by is not None:
                self._waiting.took_in(notice.told_by)
            self._note_summary(notice, storms.get((notice.channel, same(notice.recipient))))

    def _note_summary(self, notice: Notice, summary: Summary | None) -> None:
        if summary is None or summary.id is not None or notice.state is not NoticeState.QUEUED:
            return
        assert notice.id is not None
        recipient = notice.channel, same(notice.recipient)
        self._storms.opened(recipient, notice.id, notice.next_at or notice.at)

    async def _told(self, case: Case, caller: Caller, now: datetime) -> tuple[Told, ...]:
        """What was told of the caller, whichever of its numbers called."""
        start = since(case.live.exceptions, now)
        found: list[Told] = []
        for number in caller.numbers:
            found += await self._tables.told(number, start, case.record.company_id)
        return tuple(found)
