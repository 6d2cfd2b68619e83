"""Decides of the calls that are due, and stores who is told; folds repeats and storms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from console.desk.notice import Notice
from console.desk.notices import Told
from console.desk.recipients import recipients, same
from console.desk.records import CallRecord
from console.notices.deciding import SUMMARY, SUMMED_UP, Case, Recipient, Summary, decided
from console.notices.facts import Caller, Gathering, Tables
from console.notices.repeats import since
from console.notices.storms import AHEAD, BEHIND, JUST_NOW, MANY, Count, counts, latest
from console.notices.waiting import Waiting
from console.settings.live import Live, for_company

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# Calls that are decided about in one go: what is in memory of a storm.
AT_ONCE = 200
# Of a contact with more numbers than these, the others are not asked for.
MOST_NUMBERS = 20
# While a summary waits: whether its storm is over.
LOOK = timedelta(seconds=5)


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
        self._summaries_wait = True
        self._look_at: datetime | None = None

    @property
    def pause(self) -> timedelta:
        """How long nothing may be asked of `decide`, though no call is due."""
        return LOOK if self._summaries_wait else timedelta.max

    async def decide(self, now: datetime) -> int:
        """Decide of some that are due, and send summaries of storms that are over.

        How many, 0 if there was nothing to do. Raises StoreFailed.
        """
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
        begun = await self._begun(cases, now)
        while cases:
            async with self._waiting.turn:
                cases = await self._store_some(cases, now, begun)
        # Where more are due, a summary had better wait for them.
        over = 0 if len(owed) == AT_ONCE else await self._send_summaries(now)
        return len(owed) + over

    async def _begun(self, cases: Iterable["_Case"], now: datetime) -> dict[Recipient, Summary]:
        """The summaries that begin now: who was told too much lately, or is about to be."""
        wanted = {(channel, same(who)): who for case in cases for channel, who in case.case.wanted}
        if not wanted:
            return {}
        for recipient, one in (await self._summaries()).items():
            # One that is sent soon may take in nothing any more when these calls are stored.
            if one.at > now + AHEAD:
                wanted.pop(recipient, None)
        if not wanted:
            return {}
        count = await self._counts(now, BEHIND)
        begun = {}
        for (channel, key), who in wanted.items():
            if count.get((channel, key), Count()).storm:
                before = await self._tables.taking_in(channel, who, SUMMED_UP, now - BEHIND)
                begun[channel, key] = Summary(None, latest(now, before))
        return begun

    async def _summaries(self) -> dict[Recipient, Summary]:
        """The summaries that take in calls; to act on it, hold the turn."""
        return {
            (one.channel, same(one.recipient)): Summary(one.id, one.next_at or one.at)
            for one in await self._tables.untried(SUMMARY)
        }

    async def _counts(self, now: datetime, behind: timedelta) -> dict[Recipient, Count]:
        rush = await self._tables.rush(now - behind, now - JUST_NOW, now + AHEAD)
        live = self._live()

        def recipients_of(company: int | None) -> Iterable[Recipient]:
            found = recipients(for_company(live, company), self._plan)
            return ((channel, who) for channel, persons in found.items() for who in persons)

        return counts(rush, recipients_of)

    async def _send_summaries(self, now: datetime) -> int:
        """Send the summaries of storms that are over; how many."""
        if self._look_at is not None and now < self._look_at:
            return 0
        self._look_at = now + LOOK
        async with self._waiting.turn:
            waiting = await self._summaries()
            self._summaries_wait = bool(waiting)
            held = {recipient: one for recipient, one in waiting.items() if one.at > now}
            if not held:
                return 0
            count = await self._counts(now, JUST_NOW)
            over = [
                one.id
                for recipient, one in held.items()
                if one.id is not None and count.get(recipient, Count()).calm
            ]
            return await self._tables.bring_forward(over, now) if over else 0

    async def _case(
        self, record: CallRecord, live: Live, version: int, now: datetime, thorough: bool
    ) -> "_Case":
        caller = await self._gathering.caller(record)
        facts = await self._gathering.facts(record, caller, now, thorough=thorough)
        return _Case(Case(record, live, facts, self._plan, self._site, version), caller)

    async def _store_some(
        self, cases: list["_Case"], now: datetime, begun: Mapping[Recipient, Summary]
    ) -> list["_Case"]:
        """Store, in one transaction, those that do not depend on each other; the others are left.

        What is told of a caller's second call depends on the notice of the first, and the first
        call of a summary has to be stored before others are folded into it.
        """
        storms = {**begun, **await self._summaries()}
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
        self._summaries_wait |= bool(storms)
        return left

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
