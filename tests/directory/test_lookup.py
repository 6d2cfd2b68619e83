import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.numbers import NumberPlan
from console.calls.words import Direction
from console.desk.records import Identity, LastCall
from console.directory.lookup import Directory
from console.people.values import Company, Contact

AT = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
MEYER = Company("Meyer & Söhne", ("+493023125110",), id=1)
BERG = Company("Kanzlei Berg", ("kanzlei",), id=2)
HANS = Contact("Hans Schulz", (("+493023125500", "work"),), id=7, company="Schulz GmbH", note="!")
LAST = (LastCall("old", AT, "Meyer & Söhne", "unanswered, gave up", open=True),)
CALL = Call("now", "pbx", Direction.INBOUND, Caller("+493023125500"), "+493023125110", AT)


class Tables:
    """The stored tables, and a list of what was asked."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []
        self.slow = self.broken = False

    async def company_of(self, called: str | None, queue: str | None) -> Company | None:
        return {"+493023125110": MEYER}.get(called or "") or {"kanzlei": BERG}.get(queue or "")

    async def contact_of(self, number: str) -> Contact | None:
        self.asked.append(number)
        if self.slow:
            await asyncio.Event().wait()
        if self.broken:
            raise OSError("disk gone")
        return HANS if number == "+493023125500" else None

    async def last_calls(self, number: str, before: str, limit: int) -> tuple[LastCall, ...]:
        self.asked.append(number)
        assert before == "now"
        return LAST[:limit] if number == "+493023125500" else ()


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
def directory(tables: Tables) -> Directory:
    return Directory(tables, NumberPlan("DE", "030"), budget=0.05)


async def test_both_ends_of_a_call_are_found(directory: Directory) -> None:
    assert await directory.identify(CALL) == Identity(
        company=MEYER,
        contact_id=7,
        name="Hans Schulz",
        caller_company="Schulz GmbH",
        number_kind="landline",
        country="Germany",
        note="!",
        last_calls=LAST,
    )


async def test_a_queue_tells_the_company_where_the_number_does_not(directory: Directory) -> None:
    queued = replace(CALL, called="+493099999999", queue="kanzlei")
    assert (await directory.identify(queued)).company == BERG


@pytest.mark.parametrize(
    "caller",
    [
        Caller(hidden=True),
        Caller("+493023125500", "Hans", hidden=True),
        Caller(None),
        Caller(""),
        Caller("anonymous"),
    ],
)
async def test_a_hidden_caller_is_never_looked_up(
    directory: Directory, tables: Tables, caller: Caller
) -> None:
    assert await directory.identify(replace(CALL, caller=caller)) == Identity(company=MEYER)
    assert tables.asked == []


async def test_a_slow_table_costs_only_its_own_part(directory: Directory, tables: Tables) -> None:
    tables.slow = True
    identity = await directory.identify(CALL)
    assert (identity.company, identity.name, identity.last_calls) == (MEYER, "", LAST)


async def test_a_broken_table_costs_only_its_own_part(directory: Directory, tables: Tables) -> None:
    tables.broken = True
    identity = await directory.identify(CALL)
    assert (identity.company, identity.name, identity.last_calls) == (MEYER, "", LAST)


async def test_an_outgoing_call_is_not_given_the_name_of_who_is_called(
    directory: Directory, tables: Tables
) -> None:
    outgoing = replace(
        CALL, direction=Direction.OUTBOUND, caller=Caller("101"), called="+493023125500"
    )
    assert await directory.identify(outgoing) == Identity(number_kind="internal")


@pytest.mark.parametrize("way", [Direction.OUTBOUND, Direction.INTERNAL])
async def test_what_a_phone_of_ours_dialled_before_is_not_asked(
    directory: Directory, tables: Tables, way: Direction
) -> None:
    ours = replace(CALL, direction=way, caller=Caller("+493023125500"), called="102")
    assert (await directory.identify(ours)).last_calls == ()


async def test_places_are_known_only_after_warming(directory: Directory) -> None:
    assert (await directory.identify(CALL)).place == ""
    await directory.warm()
    assert (await directory.identify(CALL)).place == "Berlin"
    mobile = replace(CALL, caller=Caller("+491713920012"))
    found = await directory.identify(mobile)
    assert (found.place, found.number_kind, found.country) == ("", "mobile", "Germany")


async def test_a_burst_of_calls_waits_its_turn_and_each_gets_its_name(tables: Tables) -> None:
    database = asyncio.Semaphore(3)  # so many can read at the same time
    contact_of = tables.contact_of

    async def busy_contact_of(number: str) -> Contact | None:
        async with database:
            await asyncio.sleep(0.005)
            return await contact_of(number)

    tables.contact_of = busy_contact_of  # type: ignore[method-assign]
    directory = Directory(tables, NumberPlan("DE", "030"), budget=0.05)
    found = await asyncio.gather(*(directory.identify(CALL) for _ in range(100)))
    assert {identity.name for identity in found} == {"Hans Schulz"}


async def test_the_company_is_stored_with_the_call_so_a_late_answer_is_waited_for(
    tables: Tables, directory: Directory
) -> None:
    company_of = tables.company_of

    async def late_company_of(called: str | None, queue: str | None) -> Company | None:
        await asyncio.sleep(0.2)
        return await company_of(called, queue)

    tables.company_of = late_company_of  # type: ignore[method-assign]
    assert (await directory.identify(CALL)).company == MEYER
