import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from console.calls.call import Call
from console.calls.events import Caller
from console.calls.words import Direction
from console.desk.contacts import Certainty, Match, NumberPlaces
from console.desk.operators import Operator
from console.desk.ports import StoreFailed
from console.desk.records import Identity, LastCall
from console.directory import lookup
from console.directory.lookup import Directory
from console.people.values import Address, Company, Contact
from console.settings.live import Live
from console.settings.site import Site

AT = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)
MEYER = Company("Meyer & Söhne", ("+493023125110",), id=1, hours=("Mon-Fri 09:00-17:00",))
BERG = Company("Kanzlei Berg", ("kanzlei", "+49302312512*"), id=2)
HANS = Contact(
    "Hans Schulz",
    (("+493023125500", "work"), ("+491701234567", "mobile")),
    id=7,
    company="Schulz GmbH",
    note="!",
)
PAUL = Contact("Paul Schulz", (("+493023125500", "work"),), id=8)
OTTO = Contact(
    "Otto Kurz",
    (("+493023125199", "work"),),
    id=9,
    note="Ground floor",
    addresses=(Address("Hauptstr. 1", "Berlin", "10115"),),
    web="https://kurz.example",
)
LAST = (LastCall("old", AT, "Meyer & Söhne", "unanswered, gave up", open=True),)
CALL = Call("now", "pbx", Direction.INBOUND, Caller("+493023125500"), "+493023125110", AT)
SITE = Site(area_code="30", time_zone="Europe/Berlin")


class Noon:
    def now(self) -> datetime:
        return AT

    async def sleep_until(self, when: datetime) -> None:
        raise AssertionError


class Tables:
    """The stored tables, and a list of what was asked."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.all = (MEYER, BERG)
        self.people = {"+493023125500": (Match(HANS), Match(PAUL))}
        self.slow = self.broken = False

    async def companies(self) -> tuple[Company, ...]:
        return self.all

    async def who_is(self, number: str, company_id: int | None) -> tuple[Match, ...]:
        self.asked.append((number, company_id))
        if self.slow:
            await asyncio.Event().wait()
        if self.broken:
            raise OSError("disk gone")
        return self.people.get(number, ())

    async def called_contact(self, number: str) -> Contact | None:
        self.asked.append(number)
        return OTTO if number == "+493023125199" else None

    async def last_calls(
        self, numbers: tuple[str, ...], before: str, limit: int
    ) -> tuple[LastCall, ...]:
        self.asked.append(numbers)
        assert before == "now"
        return LAST[:limit] if "+493023125500" in numbers else ()


@pytest.fixture
def tables() -> Tables:
    return Tables()


@pytest.fixture
def directory(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Directory:
    monkeypatch.setattr(lookup, "ASK_AGAIN", 0.01)
    return Directory(tables, SITE, Noon(), budget=0.1)


async def first(directory: Directory, call: Call) -> Identity:
    async for identity in directory.identify(call, Live()):
        return identity
    raise AssertionError("no answer at all")


async def test_both_ends_of_a_call_are_found(directory: Directory) -> None:
    assert await first(directory, CALL) == Identity(
        company=MEYER,
        contact=HANS,
        contact_id=7,
        name="Hans Schulz",
        caller_company="Schulz GmbH",
        certainty=Certainty.EXACT,
        others=1,
        number_kind="landline",
        country="Germany",
        note="!",
        last_calls=LAST,
        opening="open until 17:00",
    )


async def test_history_is_by_contact_not_only_by_number(
    directory: Directory, tables: Tables
) -> None:
    tables.people["+491701234567"] = (Match(HANS),)
    mobile = replace(CALL, caller=Caller("+491701234567"))
    assert (await first(directory, mobile)).last_calls == LAST
    assert tables.asked[-1] == ("+491701234567", "+493023125500")


async def test_a_maybe_is_said_and_brings_no_history_of_somebody_else(
    directory: Directory, tables: Tables
) -> None:
    tables.people["+4923125500"] = (Match(HANS, Certainty.MAYBE),)
    found = await first(directory, replace(CALL, caller=Caller("+4923125500")))
    assert (found.name, found.maybe, found.last_calls) == ("Hans Schulz", True, ())


async def test_whom_somebody_has_chosen_is_no_maybe(directory: Directory, tables: Tables) -> None:
    tables.people["+4923125500"] = (Match(HANS, Certainty.MAYBE, chosen=True),)
    found = await first(directory, replace(CALL, caller=Caller("+4923125500")))
    assert (found.maybe, found.certainty, found.last_calls) == (False, Certainty.EXACT, LAST)


async def test_who_was_chosen_for_a_company_is_asked_for_that_company(
    directory: Directory, tables: Tables
) -> None:
    await first(directory, CALL)
    assert ("+493023125500", 1) in tables.asked


async def test_a_queue_tells_the_company_where_the_number_does_not(directory: Directory) -> None:
    queued = replace(CALL, called="+493099999999", queue="kanzlei")
    assert (await first(directory, queued)).company == BERG


async def test_a_company_that_was_changed_is_found_by_its_new_numbers(
    directory: Directory, tables: Tables
) -> None:
    elsewhere = replace(CALL, called="+493023125177")
    assert (await first(directory, elsewhere)).company is None
    tables.all = (MEYER, replace(BERG, numbers=("+493023125177",)))
    assert (await first(directory, elsewhere)).company == tables.all[1]


async def test_a_called_contact_stands_in_for_a_company(directory: Directory) -> None:
    found = await first(directory, replace(CALL, called="+493023125199"))
    assert found.company == Company(
        "Otto Kurz",
        ("+493023125199",),
        notes="Ground floor",
        address="Hauptstr. 1, 10115 Berlin",
        web="https://kurz.example",
    )


async def test_own_companies_win_over_called_contacts(directory: Directory, tables: Tables) -> None:
    await first(directory, CALL)
    assert "+493023125110" not in tables.asked


@pytest.mark.parametrize("called", [None, ""])
async def test_an_empty_called_number_is_never_looked_up(
    directory: Directory, tables: Tables, called: str | None
) -> None:
    hidden = replace(CALL, called=called, caller=Caller(hidden=True))
    assert (await first(directory, hidden)).company is None
    assert tables.asked == []


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
    found = await first(directory, replace(CALL, caller=caller))
    assert found == Identity(company=MEYER, opening="open until 17:00")
    assert tables.asked == []


async def test_a_slow_table_costs_only_its_own_part(directory: Directory, tables: Tables) -> None:
    tables.slow = True
    found = await first(directory, CALL)
    assert (found.company, found.name, found.last_calls) == (MEYER, "", LAST)


async def test_a_broken_table_costs_only_its_own_part(directory: Directory, tables: Tables) -> None:
    tables.broken = True
    found = await first(directory, CALL)
    assert (found.company, found.name, found.last_calls) == (MEYER, "", LAST)


async def test_an_outgoing_call_is_not_given_the_name_of_who_is_called(
    directory: Directory, tables: Tables
) -> None:
    outgoing = replace(
        CALL, direction=Direction.OUTBOUND, caller=Caller("101"), called="+493023125500"
    )
    assert await first(directory, outgoing) == Identity(number_kind="internal")
    assert tables.asked == [("101", None)]


@pytest.mark.parametrize("way", [Direction.OUTBOUND, Direction.INTERNAL])
async def test_what_a_phone_of_ours_dialled_before_is_not_asked(
    directory: Directory, tables: Tables, way: Direction
) -> None:
    ours = replace(CALL, direction=way, caller=Caller("+493023125500"), called="102")
    assert (await first(directory, ours)).last_calls == ()


async def test_places_and_times_elsewhere_are_known_only_after_warming(
    directory: Directory,
) -> None:
    london = replace(CALL, caller=Caller("+442079460120"))
    assert (await first(directory, london)).place == ""
    await directory.warm()
    found = await first(directory, london)
    assert (found.place, found.there) == ("London", "Europe/London")
    found = await first(directory, CALL)
    assert (found.place, found.there) == ("Berlin", "")
    found = await first(directory, replace(CALL, caller=Caller("+491713920012")))
    assert (found.place, found.number_kind, found.country) == ("", "mobile", "Germany")
    numbers = ("+442079460120", "+493023125500", "+491713920012", "101", "nonsense")
    places = await directory.places(NumberPlaces(numbers), Operator("eva", "Eva"))
    assert [one.number for one in places] == list(numbers)
    assert [one.place for one in places] == ["London", "Berlin", "", "", ""]
    assert [one.there for one in places] == ["Europe/London", "", "", "", ""]


async def test_a_burst_of_calls_waits_its_turn_and_each_gets_its_name(tables: Tables) -> None:
    database = asyncio.Semaphore(3)  # so many can read at the same time
    who_is = tables.who_is

    async def busy(number: str, company_id: int | None) -> tuple[Match, ...]:
        async with database:
            await asyncio.sleep(0.005)
            return await who_is(number, company_id)

    tables.who_is = busy  # type: ignore[method-assign]
    directory = Directory(tables, SITE, Noon(), budget=0.2)
    found = await asyncio.gather(*(first(directory, CALL) for _ in range(100)))
    assert {identity.name for identity in found} == {"Hans Schulz"}


async def test_who_calls_is_told_though_the_company_is_late_and_the_company_after_that(
    tables: Tables, directory: Directory
) -> None:
    companies = tables.companies

    async def late() -> tuple[Company, ...]:
        await asyncio.sleep(0.2)
        return await companies()

    tables.companies = late  # type: ignore[method-assign]
    answers = [identity async for identity in directory.identify(CALL, Live())]
    told = [(one.company.name if one.company else "", one.name, one.provisional) for one in answers]
    assert told == [("", "Hans Schulz", True), ("Meyer & Söhne", "Hans Schulz", False)]


@pytest.mark.parametrize("how", ["late", "failed"])
async def test_a_caller_who_was_late_comes_with_a_second_answer_and_the_first_says_so(
    tables: Tables, directory: Directory, how: str
) -> None:
    who_is, asked = tables.who_is, 0

    async def at_first_not(number: str, company_id: int | None) -> tuple[Match, ...]:
        nonlocal asked
        asked += 1
        if how == "failed" and asked < 3:
            raise StoreFailed("The database is locked.")
        if how == "late" and asked == 1:
            await asyncio.Event().wait()
        return await who_is(number, company_id)

    tables.who_is = at_first_not  # type: ignore[method-assign]
    answers = [identity async for identity in directory.identify(CALL, Live())]
    told = [(one.company, one.name, one.provisional) for one in answers]
    assert told == [(MEYER, "", True), (MEYER, "Hans Schulz", False)]


async def test_what_stays_late_stays_provisional(tables: Tables) -> None:
    directory = Directory(tables, SITE, Noon(), budget=0.01, later_budget=0.02)
    tables.slow = True
    answers = [identity async for identity in directory.identify(CALL, Live())]
    assert [one.provisional for one in answers] == [True, True]


async def test_who_waits_longer_keeps_no_first_answer_waiting(tables: Tables) -> None:
    directory = Directory(tables, SITE, Noon(), budget=0.1, later_budget=1000)
    tables.slow = True
    seconds = []
    for _ in range(5):
        answers = aiter(directory.identify(CALL, Live()))
        assert (await anext(answers)).provisional
        seconds.append(asyncio.ensure_future(anext(answers)))
        await asyncio.sleep(0)
    tables.slow = False
    async with asyncio.timeout(5):
        assert (await first(directory, CALL)).name == "Hans Schulz"
    for second in seconds:
        second.cancel()
    await asyncio.wait(seconds)


async def test_what_is_known_at_once_is_final(directory: Directory) -> None:
    answers = [identity async for identity in directory.identify(CALL, Live())]
    assert [one.provisional for one in answers] == [False]


async def test_who_takes_an_answer_slowly_keeps_nobody_waiting(directory: Directory) -> None:
    slow = [aiter(directory.identify(CALL, Live())) for _ in range(5)]
    for one in slow:
        await anext(one)
    async with asyncio.timeout(1):
        assert (await first(directory, CALL)).name == "Hans Schulz"
