"""The calls of a contact: from any of its numbers, or that we made to one."""

import pytest
from store_samples import NOON, call, ids, save

from console.calls.words import Direction, Outcome
from console.desk.queries import CallPage, CountCalls, Filter, Key

THEIRS = Filter(numbers=("+4917011", "+493022", "+4917011"))


async def fill(store, count: int = 60) -> list[str]:
    """Calls of a contact with two numbers among others; the contact's, newest first."""
    theirs = []
    for n in range(count):
        number = ("+4917011", "+493022", "+499999", None)[n % 4]
        record = call(f"c{n:03}", n, Outcome.ANSWERED if n % 3 else Outcome.BUSY, number)
        if n % 5 == 0:
            record = call(f"c{n:03}", n, number="101", called=number, direction=Direction.OUTBOUND)
        await save(store, record)
        if number in THEIRS.numbers:
            theirs.append(f"c{n:03}")
    # Whoever calls a contact's number from outside is somebody else.
    await save(store, call("else", 999, number="+4988", called="+493022"))
    return theirs[::-1]


async def test_are_paged_both_ways_and_counted(store):
    theirs = await fill(store)
    assert await ids(store, THEIRS) == theirs
    assert (await store.ask(CountCalls(THEIRS))).count == len(theirs)
    found: list[str] = []
    before = None
    while page := (await store.ask(CallPage(THEIRS, before=before, limit=7))).rows:
        found += [row.call.id for row in page]
        before = Key(page[-1].call.started_at, page[-1].call.id)
    assert found == theirs
    middle = await store.ask(CallPage(THEIRS, after=before, limit=4))
    assert [row.call.id for row in middle.rows] == theirs[-5:-1]


@pytest.mark.parametrize("row", [1, 5, 29, 500])
async def test_are_jumped_to_by_row(store, row):
    theirs = await fill(store)
    page = await store.ask(CallPage(THEIRS, at_row=row, limit=3))
    at = min(row, len(theirs) - 1)
    assert page.first_row == at
    assert [each.call.id for each in page.rows] == theirs[at : at + 3]


async def test_are_narrowed_by_the_rest_of_the_filter(store):
    theirs = await fill(store)
    busy = Filter(numbers=THEIRS.numbers, outcome=Outcome.BUSY)
    rows = (await store.ask(CallPage(busy))).rows
    assert [row.call.id for row in rows] == [
        id for id in theirs if int(id[1:]) % 3 == 0 and int(id[1:]) % 5
    ]
    assert (await store.ask(CountCalls(busy))).count == len(rows)
    assert await ids(store, Filter(numbers=THEIRS.numbers, until=NOON)) == []


async def test_of_a_contact_without_a_number_are_none(store):
    await fill(store, 8)
    assert await ids(store, Filter(numbers=("",))) == []
    assert (await store.ask(CountCalls(Filter(numbers=("",))))).count == 0
