"""Who is called and who calls: the directory's answer for one call."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from console.calls.call import Call
from console.calls.numbers import NumberPlan
from console.calls.words import Direction
from console.desk.contacts import Certainty, Match
from console.desk.ports import DirectoryTables
from console.desk.records import Identity, LastCall
from console.directory.place import Places
from console.people.values import Company
from console.settings.live import Live

log = logging.getLogger(__name__)

# Seconds for each question to the tables: later than a blink an answer is not worth having.
BUDGET = 0.4
# But which company was called is stored with the call, and nobody asks again.
COMPANY_BUDGET = 10.0
# So many callers are looked up at the same time. In a burst the others wait for their turn: were
# all asked about at once, no answer would come within its budget, and the desk and the screens
# could not read the database meanwhile.
AT_ONCE = 2
# Lines of "the last calls with us".
LAST_CALLS = 5

_T = TypeVar("_T")


class Directory:
    """Finds company, contact, last calls and the number's place for a call; a Lookup."""

    def __init__(
        self, tables: DirectoryTables, plan: NumberPlan, *, budget: float = BUDGET
    ) -> None:
        self._tables = tables
        self._plan = plan
        self._budget = budget
        self._places = Places()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def warm(self) -> None:
        """Load what is too heavy for the start (places of numbers), in a thread."""
        await self._places.warm()

    async def identify(self, call: Call, settings: Live) -> AsyncIterator[Identity]:
        """What is known of both ends; what is broken or too slow is left empty, never raised.

        A hidden caller is not looked up at all. What is said of the number is the caller's, so of
        an outgoing call nothing but the inside phone is known; nor is what was dialled from that
        phone before of any use.
        """
        yield await self._both_ends(call)

    async def _both_ends(self, call: Call) -> Identity:
        number = None if call.caller.hidden else self._plan.normal(call.caller.number)
        inbound = call.direction is Direction.INBOUND
        async with self._turn:
            company = None
            if call.direction is not Direction.OUTBOUND:
                company = await self._within_budget(
                    None, lambda: self._company(call), COMPANY_BUDGET
                )
            if number is None:
                return Identity(company=company)
            id = company.id if company else None
            matches: tuple[Match, ...] = await self._within_budget(
                (), lambda: self._tables.who_is(number, id)
            )
            contact = matches[0].contact if matches else None
            numbers = [number, *(each for each, _ in contact.numbers)] if contact else [number]
            last_calls: tuple[LastCall, ...] = ()
            if inbound:
                last_calls = await self._within_budget(
                    (),
                    lambda: self._tables.last_calls(
                        tuple(dict.fromkeys(numbers)), call.id, LAST_CALLS
                    ),
                )
        return Identity(
            company=company,
            contact=contact,
            contact_id=contact.id if contact else None,
            name=contact.name if contact else "",
            caller_company=contact.company if contact else "",
            note=contact.note if contact else "",
            certainty=matches[0].certainty if matches else None,
            maybe=bool(matches) and matches[0].certainty is Certainty.MAYBE,
            others=max(0, len(matches) - 1),
            number_kind=self._plan.kind(number),
            place=self._places.place(number),
            country=self._plan.country(number),
            last_calls=last_calls,
        )

    async def _company(self, call: Call) -> Company | None:
        companies = await self._tables.companies()
        for wanted in (call.called, call.queue):
            for company in companies:
                if wanted and wanted in company.numbers:
                    return company
        return None

    async def _within_budget(
        self, otherwise: _T, question: Callable[[], Awaitable[_T]], budget: float | None = None
    ) -> _T:
        budget = self._budget if budget is None else budget
        try:
            async with asyncio.timeout(budget):
                return await question()
        except TimeoutError:
            log.warning("the directory took longer than %.1f s for an answer", budget)
        except Exception:
            log.exception("the directory failed to answer")
        return otherwise
