"""What the database knows about an unanswered call, gathered for the rules and the words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from console.calls.call import Call
from console.calls.processing import LaterCall, our_end, processes
from console.calls.words import Direction, Outcome
from console.desk.contacts import Certainty, Match
from console.desk.operators import Operator
from console.desk.ports import DirectoryTables, NoticeTables, Queries
from console.desk.queries import CallDetails, CallPage, Filter
from console.desk.records import CallRecord, How
from console.notices.notice_values import when
from console.notices.rules import Facts, Key
from console.people.hours import Opening, State, opening
from console.people.values import Company, Contact

if TYPE_CHECKING:
    # phonenumbers takes a tenth of a second.
    from console.calls.numbers import NumberPlan

# Of calls that came after one, so many are looked at.
LATER_CALLS = 50
# A call counts for all that came before it, however long a notice waited.
EVER = timedelta(days=400)
_COUNTING = frozenset({LaterCall.OUTGOING_ANSWERED, LaterCall.INCOMING_ANSWERED})


class Tables(NoticeTables, DirectoryTables, Queries, Protocol):
    """What this room needs of the database."""

    async def operators(self) -> tuple[Operator, ...]:
        """Everybody who may sit at the console."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the contact if it is sure, the one whose switchboard it is, and the numbers.

    `firm` is the sure contact too. `numbers` are keys: the one that called, and all of a sure
    contact.
    """

    contact: Contact | None = None
    firm: Contact | None = None
    numbers: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The number that called, "" if hidden."""
        return self.numbers[0] if self.numbers else ""


class Gathering:
    """Asks the database; `zone` is the site's, `last_key` says who pressed a key last and when."""

    def __init__(
        self,
        tables: Tables,
        plan: "NumberPlan",
        zone: ZoneInfo,
        last_key: Callable[[], Key | None] = lambda: None,
    ) -> None:
        self._tables = tables
        self._plan = plan
        self._zone = zone
        self._last_key = last_key
        self._companies: tuple[Company, ...] = ()
        self._by_id: dict[int | None, Company] = {}

    async def facts(
        self, record: CallRecord, caller: Caller, now: datetime, *, thorough: bool = True
    ) -> Facts:
        """Everything the rules ask for; raises StoreFailed. `thorough` as in `dealt`."""
        return Facts(
            now,
            caller.firm,
            await self.opening(record),
            self._last_key(),
            await self.dealt(record, caller, now, thorough=thorough),
        )

    async def caller(self, record: CallRecord) -> Caller:
        """Who calls: nobody sure where only the last digits agree; raises StoreFailed."""
        call = record.call
        number = None if call.caller.hidden else self._plan.normal(call.caller.number)
        if not number:
            return Caller()
        matches = await self._tables.who_is(number, record.company_id)
        best = matches[0] if matches else None
        contact = best.contact if best and _sure(best) else None
        behind = best is not None and best.certainty is Certainty.EXTENSION
        firm = best.contact if best and behind else contact
        numbers = [number, *(each for each, _ in contact.numbers)] if contact else [number]
        return Caller(contact, firm, tuple(dict.fromkeys(numbers)))

    async def company(self, record: CallRecord) -> Company | None:
        """The called company as it is now; None if it is none of ours; raises StoreFailed."""
        if record.company_id is None:
            return None
        companies = await self._tables.companies()
        if companies is not self._companies:
            self._companies = companies
            self._by_id = {company.id: company for company in companies}
        return self._by_id.get(record.company_id)

    async def opening(self, record: CallRecord) -> Opening:
        """Whether the company was open when it was called, by its own clock."""
        company = await self.company(record)
        if company is None or not company.hours:
            return Opening(State.UNKNOWN)
        return opening(company.hours, record.call.started_at.astimezone(self._there(company)))

    async def dealt(
        self, record: CallRecord, caller: Caller, now: datetime, *, thorough: bool = True
    ) -> str:
        """Who has dealt with a call and when, "" if nobody has; raises StoreFailed.

        `thorough`: later calls are looked at also where they have not processed this one.
        """
        local = now.astimezone(self._zone)
        if (processed := record.processed) is not None:
            at = when(processed.at, local)
            if processed.how is not How.CALL:
                return f"processed by {processed.by} {at}"
            details = await self._tables.ask(CallDetails(processed.by_call or ""))
            word = _word(details.record.call.direction if details else Direction.OUTBOUND)
            return f"{processed.by} {word} {at}"
        if not caller.numbers or not thorough:
            return ""
        query = CallPage(
            Filter(since=record.call.started_at, numbers=caller.numbers), limit=LATER_CALLS
        )
        page = await self._tables.ask(query)
        for later in reversed([row for row in page.rows if row.call.id != record.call.id]):
            one_company = later.company_id is not None and later.company_id == record.company_id
            if processes(
                _as_far(later.call),
                record.call,
                caller.numbers,
                _COUNTING,
                EVER,
                one_company=one_company,
            ):
                at = when(later.call.answered_at or later.call.started_at, local)
                return f"{await self._who(later)} {_word(later.call.direction)} {at}"
        return ""

    async def _who(self, later: CallRecord) -> str:
        """Whoever sits at the phone of ours that called or answered."""
        phone = our_end(later.call)
        if not phone:
            return "somebody"
        for operator in await self._tables.operators():
            if phone in operator.extensions:
                return operator.name or operator.login
        return f"phone {phone}"

    def _there(self, company: Company) -> ZoneInfo:
        if company.time_zone:
            try:
                return ZoneInfo(company.time_zone)
            except (ValueError, KeyError, OSError):
                pass
        return self._zone


def _as_far(call: Call) -> Call:
    """A call on which somebody speaks by now is an answered one."""
    if call.outcome is None and call.answered_at is not None:
        return replace(call, outcome=Outcome.ANSWERED)
    return call


def _word(direction: Direction) -> str:
    return "called back" if direction is Direction.OUTBOUND else "answered the next call"


def _sure(match: Match) -> bool:
    return match.chosen or match.certainty is Certainty.EXACT
