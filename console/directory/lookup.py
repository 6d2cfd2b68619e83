"""Who is called and who calls: the directory's answers for one call."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from console.calls.call import Call
from console.calls.words import Direction
from console.desk.contacts import (
    Certainty,
    Match,
    NumberPlace,
    NumberPlaces,
    Previewed,
    PreviewText,
)
from console.desk.operators import Operator
from console.desk.ports import Clock, DirectoryTables, StoreFailed
from console.desk.records import CallRecord, Identity, LastCall
from console.directory.called_text import (
    Renderer,
    local,
    needs_rendering,
    rendered,
    without_rendering,
)
from console.directory.place import Places
from console.directory.zones import Zones
from console.people.called_numbers import CalledNumbers
from console.people.values import Company, Contact
from console.settings.live import Live
from console.settings.site import Site
from console.wording.marks import personal
from console.wording.sample import sample_values
from console.wording.values import values_of
from console.wording.wording import Rendered

log = logging.getLogger(__name__)

# Seconds for each question to the tables: later than a blink an answer is not worth having.
BUDGET = 0.4
# But which company was called is stored with the call, and actions go by who calls: what was late
# or failed is asked once more, longer, and a store that fails for a moment every now and then.
LATER_BUDGET = 10.0
ASK_AGAIN = 0.5
# So many callers are looked up at the same time. In a burst the others wait for their turn: were
# all asked about at once, no answer would come within its budget, and the desk and the screens
# could not read the database meanwhile.
AT_ONCE = 2
# Lines of "the last calls with us".
LAST_CALLS = 5

_T = TypeVar("_T")
_Called = Company | Contact | None


async def _no_record(id: str) -> CallRecord | None:
    return None


class Directory:
    """Finds company, contact, last calls and the number's place for a call; a Lookup."""

    def __init__(
        self,
        tables: DirectoryTables,
        site: Site,
        clock: Clock,
        renderer: Renderer | None = None,
        record_of: Callable[[str], Awaitable[CallRecord | None]] = _no_record,
        *,
        budget: float = BUDGET,
        later_budget: float = LATER_BUDGET,
    ) -> None:
        """Without a renderer there are no texts; `record_of` finds a call for a preview."""
        self._tables = tables
        self._site = site
        self._plan = site.plan
        self._clock = clock
        self._renderer = renderer
        self._record_of = record_of
        self._budget = budget
        self._later_budget = later_budget
        self._places = Places()
        self._zones = Zones()
        self._turn = asyncio.Semaphore(AT_ONCE)
        # Another line: who waits long must not keep first answers waiting.
        self._later_turn = asyncio.Semaphore(AT_ONCE)
        self._companies: tuple[Company, ...] = ()
        self._called_numbers = CalledNumbers(())

    async def warm(self) -> None:
        """Load what is too heavy for the start (places and time zones of numbers)."""
        await self._zones.warm()
        await self._places.warm()

    async def identify(self, call: Call, settings: Live) -> AsyncIterator[Identity]:
        """What is known of both ends; what is broken or too slow is left empty, never raised.

        The first answer is what the tables know; it does not wait for a company or caller that is
        late: it is provisional then, and what was late comes with the second. The last one has
        what templates make of it all.

        A hidden caller is not looked up at all. What is said of the number is the caller's, so of
        an outgoing call nothing but the inside phone is known; nor is what was dialled from that
        phone before of any use.
        """
        # Not while an answer is taken or a template rendered: others wait for their turn.
        async with self._turn:
            called, late = await self._called(call, self._budget)
            identity = await self._known(call, called, late, self._budget)
        yield identity
        if identity.provisional and await self._later_turn_comes():
            try:
                if late:
                    called, late = await self._called(call, self._later_budget)
                identity = await self._known(call, called, late, self._later_budget)
            finally:
                self._later_turn.release()
            yield identity
        company = identity.company
        if company is None or called is None or self._renderer is None:
            return
        now = local(company, self._clock.now(), self._site.zone)
        if needs_rendering(company, settings, now):
            yield await rendered(identity, call, called, settings, self._renderer, now, self._plan)

    async def preview(self, query: PreviewText, operator: Operator) -> Previewed:
        """What a template makes of a stored or live call, or of sample data, for this operator."""
        if self._renderer is None:
            return Previewed(broken="Templates are not rendered here.")
        now, here = self._clock.now(), self._site.zone
        record = await self._record_of(query.call) if query.call else None
        if record is None:
            values = sample_values(query.company, self._plan, local(query.company, now, here))
        else:
            async with self._turn:
                called, late = await self._called(record.call, self._budget)
                identity = await self._known(record.call, called, late, self._budget)
            called = query.company or called
            there = local(query.company or identity.company, now, here)
            values = values_of(record.call, called, identity.contact, there, self._plan)
        made = await self._renderer.render(query.template, values)
        if not isinstance(made, Rendered):
            return Previewed(broken=made.reason, line=made.line)
        extension = operator.extensions[0] if operator.extensions else ""
        return Previewed(personal(made.text, operator.name, operator.login, extension))

    async def places(self, query: NumberPlaces, _operator: Operator) -> tuple[NumberPlace, ...]:
        """Where numbers are, and the time there if it is another one; nothing until it is warm."""
        now, here = self._clock.now(), self._site.zone
        return tuple(
            NumberPlace(number, self._places.place(number), self._zones.there(number, now, here))
            for number in query.numbers
        )

    # -- the parts of an answer -------------------------------------------------------------

    async def _called(self, call: Call, budget: float) -> tuple[_Called, bool]:
        """(who is called: a company, or a contact of a source for that; whether it is late)."""
        if call.direction is Direction.OUTBOUND:
            return None, False
        nobody: _Called = None
        return await self._within(budget, nobody, lambda: self._find_called(call))

    async def _find_called(self, call: Call) -> _Called:
        companies = await self._tables.companies()
        if companies is not self._companies:
            self._called_numbers, self._companies = CalledNumbers(companies), companies
        company = self._called_numbers.company_of(call.called, call.queue)
        if company is not None or not call.called:
            return company
        return await self._tables.called_contact(call.called)

    async def _known(self, call: Call, called: _Called, late: bool, budget: float) -> Identity:
        """All that is known without rendering; `late`: who is called is not known yet."""
        company = _company_of(called, call.called) if isinstance(called, Contact) else called
        number = None if call.caller.hidden else self._plan.normal(call.caller.number)
        identity = Identity(company=company)
        if number is not None:
            identity = await self._with_caller(call, number, company, budget)
        if late:
            identity = replace(identity, provisional=True)
        now = local(company, self._clock.now(), self._site.zone)
        return without_rendering(identity, now)

    async def _with_caller(
        self, call: Call, number: str, company: Company | None, budget: float
    ) -> Identity:
        id = company.id if company else None
        nobody: tuple[Match, ...] = ()
        matches, late = await self._within(budget, nobody, lambda: self._tables.who_is(number, id))
        best = matches[0] if matches else None
        contact = best.contact if best else None
        certainty = best.certainty if best else None
        if best and best.chosen:
            certainty = Certainty.EXACT
        last_calls: tuple[LastCall, ...] = ()
        if call.direction is Direction.INBOUND:
            numbers = [number]
            if contact and certainty is not Certainty.MAYBE:
                # The same person from the mobile.
                numbers += [each for each, _ in contact.numbers]
            last_calls, _ = await self._within(
                self._budget,
                last_calls,
                lambda: self._tables.last_calls(tuple(dict.fromkeys(numbers)), call.id, LAST_CALLS),
            )
        return Identity(
            company=company,
            contact_id=contact.id if contact else None,
            name=contact.name if contact else "",
            caller_company=contact.company if contact else "",
            number_kind=self._plan.kind(number),
            place=self._places.place(number),
            country=self._plan.country(number),
            maybe=certainty is Certainty.MAYBE,
            note=contact.note if contact else "",
            last_calls=last_calls,
            contact=contact,
            certainty=certainty,
            others=max(0, len(matches) - 1),
            there=self._zones.there(number, self._clock.now(), self._site.zone),
            provisional=late,
        )

    async def _within(
        self, budget: float, otherwise: _T, question: Callable[[], Awaitable[_T]]
    ) -> tuple[_T, bool]:
        """(the answer, or what stands for it; whether it is late or the tables failed)."""
        try:
            async with asyncio.timeout(budget):
                while True:
                    try:
                        return await question(), False
                    except StoreFailed:
                        if budget < self._later_budget:
                            raise
                    await asyncio.sleep(ASK_AGAIN)
        except TimeoutError:
            log.warning("the directory took longer than %.1f s for an answer", budget)
        except StoreFailed as failed:
            log.error("the directory failed to answer: %s", failed)
        except Exception:
            log.exception("the directory failed to answer")
        return otherwise, True

    async def _later_turn_comes(self) -> bool:
        try:
            async with asyncio.timeout(self._later_budget):
                return await self._later_turn.acquire()
        except TimeoutError:
            return False


def _company_of(contact: Contact, called: str | None) -> Company:
    """A contact that is called, as a company that nobody entered."""
    return Company(
        name=contact.name,
        numbers=(called,) if called else (),
        notes=contact.note,
        address=contact.addresses[0].one_line if contact.addresses else "",
        web=contact.web,
    )
