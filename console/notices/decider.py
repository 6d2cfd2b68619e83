"""Decides of the calls that are due, and stores who is told; folds repeats and storms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from console.desk.notice import Notice, NoticeState
from console.desk.notices import Told
from console.desk.records import CallRecord
from console.notices.deciding import Case, Recipient, Summary, decided
from console.notices.facts import Caller, Gathering, Tables
from console.notices.recipients import same
from console.notices.repeats import since
from console.notices.storms import MANY, Storms
from console.notices.waiting import Waiting
from console.settings.live import Live, for_company

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# Calls that are decided about in one go: what is in memory of a storm.
AT_ONCE = 200
# Of a contact with more numbers than these, the others are not asked for.
MOST_NUMBERS = 20


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
        cases: list[_Case] = []
        for one in owed:
            id = one.record.company_id
            if id not in settings:
                settings[id] = for_company(live, id)
            thorough = len(owed) <= MANY
            cases.append(await self._case(one.record, settings[id], version, now, thorough))
        for case in cases:
            self._storms.count(case.case.wanted, now)
        while cases:
            async with self._waiting.turn:
                cases = await self._store_some(cases, now)
        # Where more are due, a summary had better wait for them.
        self._waiting.gather(self._storms.summaries if len(owed) == AT_ONCE else ())
        return len(owed)

    async def _case(
        self, record: CallRecord, live: Live, version: int, now: datetime, thorough: bool
    ) -> "_Case":
        caller = await self._gathering.caller(record)
        facts = await self._gathering.facts(record, caller, now, thorough=thorough)
        return _Case(Case(record, live, facts, self._plan, self._site, version), caller)

    async def _store_some(self, cases: list["_Case"], now: datetime) -> list["_Case"]:
        """Store, in one transaction, those that do not depend on each other; the others are left.

        What is told of a caller's second call depends on the notice of the first, and the first
        call of a summary has to be stored before others are folded into it.
        """
        storms = self._storms.raging(now)
        some: list[tuple[str, tuple[Notice, ...]]] = []
        left: list[_Case] = []
        callers: set[str] = set()
        beginning: set[Recipient] = set()
        for each in cases:
            wanted = [(channel, same(person)) for channel, person in each.case.wanted]
            begins = {one for one in wanted if one in storms and storms[one].id is None}
            alone = [one for one in wanted if one not in storms]
            if (alone and callers & set(each.caller.numbers)) or beginning & begins:
                left.append(each)
                continue
            callers |= set(each.caller.numbers)
            beginning |= begins
            told = await self._told(each, now) if alone else ()
            some.append((each.case.record.call.id, decided(each.case, told, storms)))
        for stored in await self._tables.decide_all(some):
            for notice in stored:
                if notice.told_by is not None:
                    self._waiting.took_in(notice.told_by)
                self._note_summary(notice, storms.get((notice.channel, same(notice.recipient))))
        return left

    def _note_summary(self, notice: Notice, summary: Summary | None) -> None:
        if summary is None or summary.id is not None or notice.state is not NoticeState.QUEUED:
            return
        assert notice.id is not None
        recipient = notice.channel, same(notice.recipient)
        self._storms.opened(recipient, notice.id, notice.next_at or notice.at)

    async def _told(self, each: "_Case", now: datetime) -> tuple[Told, ...]:
        """What was told of the caller, whichever of its numbers called."""
        start = since(each.case.live.exceptions, now)
        found: list[Told] = []
        for number in each.caller.numbers[:MOST_NUMBERS]:
            found += await self._tables.told(number, start, each.case.record.company_id)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Case:
    case: Case
    caller: Caller
