"""What settings would tell of the last calls, beside what is told with those in force."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from console.desk.notice import Notice, NoticeState
from console.desk.notices import DryRan, DryRun, Judged, Told
from console.desk.operators import Operator
from console.desk.queries import CallPage, Filter
from console.desk.records import CallRecord
from console.notices.deciding import NOT_TOLD, Case, decided, sentence
from console.notices.facts import Caller, Gathering, Tables
from console.notices.repeats import since
from console.notices.rules import Facts
from console.settings.live import Live, changed, for_company, override

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

MOST = 200


class DryRuns:
    """Answers DryRun; `live` are the settings in force."""

    def __init__(
        self,
        tables: Tables,
        gathering: Gathering,
        plan: "NumberPlan",
        live: Callable[[], Live],
    ) -> None:
        self._tables = tables
        self._gathering = gathering
        self._plan = plan
        self._live = live

    async def answer(self, query: DryRun, operator: Operator) -> DryRan:
        """The last unanswered calls, judged in the order in which they came.

        Values that the section does not take would tell nothing: no calls. Who was at a console
        then is not known, and left out.
        """
        live = self._live()
        try:
            would = given(live, query)
        except (KeyError, ValidationError):
            return DryRan()
        limit = max(1, min(query.calls, MOST))
        page = await self._tables.ask(CallPage(Filter(unanswered=True), limit=limit))
        settled = [record for record in reversed(page.rows) if record.call.settled]
        known: dict[tuple[str | None, int | None], Caller] = {}
        new, now = _Played(would, self._plan), _Played(live, self._plan)
        judged = []
        for record in settled:
            key = record.call.caller.number, record.company_id
            if key not in known:
                known[key] = await self._gathering.caller(record)
            caller = known[key]
            facts = Facts(
                record.call.ended_at or record.call.started_at,
                caller.firm,
                await self._gathering.opening(record),
            )
            a, b = new.judge(record, caller, facts), now.judge(record, caller, facts)
            judged.append(Judged(record, sentence(a), sentence(b), _tells(a), _tells(b)))
        return DryRan(tuple(reversed(judged)))


def given(live: Live, query: DryRun) -> Live:
    """The settings as they would be; raises KeyError or pydantic's ValidationError."""
    if query.company_id is None:
        return changed(live, query.section, query.values)
    overrides = override(live, query.company_id, query.section, query.values)
    return live.model_copy(update={"overrides": overrides})


class _Played:
    """Settings, and what they would have told so far of these calls, each sent when it is due."""

    def __init__(self, live: Live, plan: "NumberPlan") -> None:
        self._live = live
        self._plan = plan
        self._by_company: dict[int | None, Live] = {}
        self._told: dict[tuple[str, int | None], list[Told]] = {}
        self._ids = 0

    def judge(self, record: CallRecord, caller: Caller, facts: Facts) -> tuple[Notice, ...]:
        id = record.company_id
        if id not in self._by_company:
            self._by_company[id] = for_company(self._live, id)
        live = self._by_company[id]
        due = facts.now + timedelta(seconds=live.exceptions.grace_seconds)
        facts = replace(facts, now=due, dealt=_dealt(record, due))
        who = caller.contact.ref if caller.contact else caller.number
        told = self._told.setdefault((who, id), [])
        told[:] = [_by_then(each, due) for each in told]
        start = since(live.exceptions, due)
        lately = [each for each in told if each.at >= start] if who else []
        notices = decided(Case(record, live, facts, self._plan), lately)
        for notice in notices:
            if notice.state is NoticeState.QUEUED:
                self._ids += 1
                told.append(_told(notice, self._ids))
        return notices


def _told(notice: Notice, id: int) -> Told:
    return Told(
        id,
        notice.call,
        notice.recipient,
        notice.channel,
        notice.state,
        notice.at,
        notice.next_at,
    )


def _by_then(told: Told, now: datetime) -> Told:
    """What waited until before now has been sent."""
    if told.state is NoticeState.QUEUED and told.next_at and told.next_at < now:
        return replace(told, state=NoticeState.SENT, at=told.next_at)
    return told


def _dealt(record: CallRecord, due: datetime) -> str:
    processed = record.processed
    if processed is None or processed.at > due:
        return ""
    return f"processed by {processed.by} in time"


def _tells(notices: Sequence[Notice]) -> bool:
    return any(notice.state not in NOT_TOLD for notice in notices)
